"""Files on their way to a meeting: begun, looked at, refused, thrown away."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem, InputError
from pipeline.importers import TRANSCRIPT_SUFFIXES
from pipeline.recording import RECORDING_SUFFIXES
from pipeline.records.artefacts import folder_of
from pipeline.records.meetings import TAKES_FILES, Conflict, next_number
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Upload, UploadPart

UploadState = Literal["arriving", "checking", "done", "refused"]
SUFFIXES = RECORDING_SUFFIXES | TRANSCRIPT_SUFFIXES
LONGEST_NAME = 200


class TooLarge(InputError):  # noqa: N818 - as the tree of errors names its leaves
    """More bytes than may come."""


class Unwanted(InputError):  # noqa: N818 - as the tree of errors names its leaves
    """Neither a recording nor a transcript."""


class Refused(InputError):  # noqa: N818 - as the tree of errors names its leaves
    """The file was refused before; nothing more of it is taken."""


class NoRoom(EnvironmentProblem):
    """The disk has not enough room for the file."""


def begin(
    session: Session,
    site: Site,
    meeting: MeetingRow,
    name: str,
    length: int,
    user_id: int | None,
    *,
    start: bool,
) -> Upload:
    """Announces a file; the meeting's row is locked.

    Args:
        session: Of the deed.
        site: With its limits.
        meeting: Whose file it will be.
        name: As the sender calls the file.
        length: In bytes.
        user_id: Who sends it.
        start: Whether work begins as soon as all files of the meeting are there.

    Raises:
        Conflict: Work on the meeting has begun.
        InputError: The file is empty.
        TooLarge: It is over the limit.
        NoRoom: It does not fit on the disk beside the others that are on their way.
    """
    if meeting.state not in TAKES_FILES:
        raise Conflict("Work on this meeting has begun: its files stay as they are.")
    if length == 0:
        raise InputError("The file is empty.")
    largest = site.settings.serve.upload_bytes
    if length > largest:
        raise TooLarge(f"The file is larger than {_size(largest)}, which is the limit here.")
    _refuse_full(site, still_needed(session) + _room_for(length))
    upload = Upload(
        id=secrets.token_hex(16),
        meeting_id=meeting.id,
        user_id=user_id,
        number=next_number(session, meeting.id),
        name=plain_name(name),
        length=length,
        start=start,
    )
    session.add(upload)
    session.flush()
    return upload


def offset(session: Session, upload: Upload) -> int:
    """How many bytes have arrived."""
    if upload.done:
        return upload.length
    total = select(func.coalesce(func.sum(UploadPart.size), 0)).where(UploadPart.upload_id == upload.id)
    return int(session.scalar(total) or 0)


def state(upload: Upload, arrived: int) -> UploadState:
    """What is to be said of an upload."""
    if upload.problem is not None:
        return "refused"
    if upload.done:
        return "done"
    return "checking" if arrived == upload.length else "arriving"


def expires_at(upload: Upload, site: Site) -> datetime:
    """When it is thrown away unless more of it comes."""
    return upload.changed_at + timedelta(days=site.settings.serve.upload_days)


def of_meeting(session: Session, meeting_id: str) -> tuple[Upload, ...]:
    """All uploads of a meeting that are remembered, in the order they were begun."""
    query = select(Upload).where(Upload.meeting_id == meeting_id).order_by(Upload.number)
    return tuple(session.scalars(query))


def parts(session: Session, upload_id: str) -> tuple[UploadPart, ...]:
    """What has arrived, in order."""
    query = select(UploadPart).where(UploadPart.upload_id == upload_id).order_by(UploadPart.start)
    return tuple(session.scalars(query))


def refuse_without_room(site: Site, upload: Upload, arrived: int) -> None:
    """Makes sure that what is missing of a file still fits.

    Raises:
        NoRoom: It does not.
    """
    _refuse_full(site, _room_for(upload.length) - arrived)


def refuse(site: Site, upload_id: str, sentence: str) -> None:
    """Throws away what has arrived of a file that cannot be used, and remembers why for whoever asks."""
    with site.database.session() as session:
        upload = session.get(Upload, upload_id, with_for_update=True)
        if upload is None or upload.done:
            return
        upload.problem = sentence
        session.execute(delete(UploadPart).where(UploadPart.upload_id == upload_id))
        lost = (folder(upload_id), target(upload))
    delete_files(site, lost)


def throw_away(session: Session, upload: Upload) -> tuple[str, ...]:
    """Deletes the rows of an upload that nobody wants any more.

    Returns:
        What to delete of the files once the rows are gone for good.
    """
    lost = (folder(upload.id), *(() if upload.done else (target(upload),)))
    session.execute(delete(Upload).where(Upload.id == upload.id))
    session.expunge(upload)
    return lost


def delete_files(site: Site, paths: Iterable[str]) -> None:
    """Deletes what a deletion of rows left over."""
    for path in paths:
        site.files.delete(path)


def folder(upload_id: str) -> str:
    """Where the parts of an upload lie."""
    return f"uploads/{upload_id}"


def target(upload: Upload) -> str:
    """Where the whole file will lie."""
    return f"{folder_of(upload.meeting_id)}/recording-{upload.number}{suffix(upload)}"


def suffix(upload: Upload) -> str:
    """The ending of the file's name where it is one that we know."""
    found = PurePosixPath(upload.name).suffix.lower()
    return found if found in SUFFIXES else ""


def plain_name(name: str) -> str:
    """The last part of a file's name as one plain line, shortened before its ending."""
    last = re.split(r"[/\\]", name)[-1]
    line = " ".join("".join(char if char.isprintable() else " " for char in last).split())
    if line.strip(".") == "":
        return "file"
    stem, dot, ending = line.rpartition(".")
    if len(line) <= LONGEST_NAME or not dot or len(ending) > 10:
        return line[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def still_needed(session: Session) -> int:
    """Bytes that the files on their way will still take."""
    open_ones = (~Upload.done, Upload.problem.is_(None))
    lengths = session.scalar(select(func.coalesce(func.sum(Upload.length), 0)).where(*open_ones))
    arrived = session.scalar(
        select(func.coalesce(func.sum(UploadPart.size), 0)).join(Upload).where(*open_ones)
    )
    return _room_for(int(lengths or 0)) - int(arrived or 0)


def _room_for(length: int) -> int:
    """The parts stay until the whole file is put together from them."""
    return 2 * length


def _refuse_full(site: Site, needed: int) -> None:
    free = site.files.free_bytes()
    if free is not None and free - needed < site.settings.serve.free_bytes:
        raise NoRoom("There is not enough room left on the disk for this file.")


def _size(count: int) -> str:
    for unit, size in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"

"""From the parts of an upload to a recording of its meeting: put together, checked, added."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, exists, select, update
from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem, InputError
from pipeline.facts import date_of_recording
from pipeline.records import audit, meetings, uploads
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Recording, Upload, UploadPart, User
from pipeline.untrusted import probe, read_transcript

SILENT = timedelta(minutes=3)
"""Nobody is putting together a file whose upload did not move for so long: whoever did was killed."""
_PARTS_A_TOUCH = 8
LOST = "A part of the file was lost here: upload it again."


@dataclass(frozen=True)
class Found:
    """What a whole file turned out to be: its SHA-256, its length in seconds, when it was made."""

    sha256: str
    seconds: float | None
    created: datetime | None


Start = Callable[[Session, Site, MeetingRow, int | None], object]
"""Begins work on a meeting in the given transaction, for the user."""


def finish(site: Site, upload_id: str, start: Start) -> None:
    """Makes a recording of an upload whose bytes are all there; does nothing for one that is done.

    A crash on the way leaves the upload as it was, and this can be called again, also twice at once.

    Raises:
        InputError: It is no recording and no transcript, or the meeting has it already; it is refused for good.
        EnvironmentProblem: The file store cannot be used; it can be tried again.
    """
    with site.database.reading() as session:
        upload = session.get(Upload, upload_id)
        if upload is None or upload.done or upload.problem is not None:
            return
        pieces = uploads.parts(session, upload_id)
    if sum(part.size for part in pieces) != upload.length:
        return
    try:
        digest = _assemble(site, upload, pieces)
        if digest is None:
            return
        found = _checked(site, upload, digest)
        with site.database.session() as session:
            _add(session, site, upload, found, start)
    except InputError as error:
        uploads.refuse(site, upload_id, str(error))
        raise
    site.files.delete(uploads.folder(upload_id))


def finish_left(site: Site, start: Start, silent: timedelta = SILENT) -> None:
    """Finishes the uploads that came whole and whose server was killed before it had put them together."""
    with site.database.reading() as session:
        waiting = select(Upload).where(
            ~Upload.done, Upload.problem.is_(None), Upload.changed_at <= now() - silent
        )
        left = [
            upload for upload in session.scalars(waiting) if uploads.offset(session, upload) == upload.length
        ]
    for upload in left:
        # Refused is on record; what the machine lacks is tried again.
        with suppress(InputError, EnvironmentProblem):
            if _claim(site, upload):
                finish(site, upload.id, start)


def _claim(site: Site, upload: Upload) -> bool:
    """Whether this process, of several that found the upload, finishes it."""
    unmoved = Upload.id == upload.id, Upload.changed_at == upload.changed_at
    with site.database.session() as session:
        taken = session.execute(update(Upload).where(*unmoved).values(changed_at=now()))
        return cast(CursorResult[Any], taken).rowcount == 1


def _assemble(site: Site, upload: Upload, pieces: tuple[UploadPart, ...]) -> str | None:
    """Puts the parts together; returns the SHA-256, or None where somebody else did that meanwhile.

    Raises:
        InputError: A part is not there any more, as after a disk that was lost.
        EnvironmentProblem: The whole file cannot be written.
    """
    digest = hashlib.sha256()
    try:
        with site.files.writing(uploads.target(upload)) as whole:
            for number, part in enumerate(pieces, 1):
                for piece in site.files.pieces(part.path):
                    digest.update(piece)
                    whole.write(piece)
                if number % _PARTS_A_TOUCH == 0:
                    _touch(site, upload.id)
            if whole.tell() != upload.length:
                raise InputError(LOST)
    except (FileNotFoundError, EnvironmentProblem) as error:
        with site.database.reading() as session:
            present = session.get(Upload, upload.id)
        if present is None or present.done:
            return None
        if any(site.files.size(part.path) is None for part in pieces):
            raise InputError(LOST) from error
        raise
    return digest.hexdigest()


def _touch(site: Site, upload_id: str) -> None:
    with site.database.session() as session:
        if upload := session.get(Upload, upload_id):
            upload.changed_at = now()


def _checked(site: Site, upload: Upload, digest: str) -> Found:
    """Looks into the whole file; a transcript is read once to see that it is one.

    Raises:
        InputError: It cannot be used.
    """
    with site.files.local(uploads.target(upload)) as path:
        try:
            if upload.kind == "transcript":
                return Found(digest, read_transcript(path).seconds, None)
            info = probe(path)
        except InputError as error:
            # The sender knows the file by its own name.
            raise InputError(str(error).replace(path.name, upload.name)) from error
    return Found(digest, info.seconds, info.created)


def _add(session: Session, site: Site, known: Upload, found: Found, start: Start) -> None:
    """Writes the recording down, in the transaction that declares the upload done."""
    # The meeting before the upload, as everywhere: two that lock both never wait for each other.
    meeting = session.get(MeetingRow, known.meeting_id, with_for_update=True)
    upload = session.get(Upload, known.id, with_for_update=True)
    if meeting is None or upload is None or upload.done or upload.problem is not None:
        return
    if any(there.sha256 == found.sha256 for there in meetings.recordings(session, meeting.id)):
        raise InputError(f"{upload.name} is among the files of this meeting already.")
    recording = Recording(
        meeting_id=meeting.id,
        number=upload.number,
        kind=upload.kind or "recording",
        name=upload.name,
        path=uploads.target(upload),
        size=upload.length,
        sha256=found.sha256,
        seconds=found.seconds,
    )
    session.add(recording)
    upload.done, upload.changed_at = True, now()
    session.execute(delete(UploadPart).where(UploadPart.upload_id == upload.id))
    sender = session.get(User, upload.user_id) if upload.user_id is not None else None
    audit.note(session, sender.name if sender else "service", "recording.add", meeting.id)
    _guess_day(site, meeting, upload.name, found.created)
    session.flush()
    if _all_are_here(session, meeting):
        meetings.prepare(session, meeting)
        start(session, site, meeting, upload.user_id)


def _guess_day(site: Site, meeting: MeetingRow, name: str, created: datetime | None) -> None:
    """Dates a meeting by its first file that tells a day."""
    if meeting.held_on is not None:
        return
    # No file of that name is there: only its name and what the recording says of itself count.
    found = date_of_recording(site.scratch / "none" / name, created, meeting.facts.timezone)
    if found is not None:
        day, source = found
        meeting.held_on = day
        meeting.facts = meeting.facts.model_copy(update={"held_on": day, "date_source": source})


def _all_are_here(session: Session, meeting: MeetingRow) -> bool:
    """Whether work shall begin by itself, and can."""
    wanted = session.scalar(select(exists().where(Upload.meeting_id == meeting.id, Upload.start)))
    return (
        bool(wanted)
        and meeting.state in meetings.TAKES_FILES
        and not meetings.on_their_way(session, meeting.id)
    )

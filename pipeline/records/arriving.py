"""Bytes of an upload on their way into parts: what was recorded is safe, whatever happens next."""

import base64
import binascii
import hashlib
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem, InputError
from pipeline.files import cannot_write
from pipeline.records import uploads
from pipeline.records.columns import now
from pipeline.records.meetings import Conflict
from pipeline.records.site import Site
from pipeline.records.tables import Upload, UploadPart
from pipeline.untrusted import HEAD_BYTES, sniff

PART_BYTES = 8 * 1024 * 1024
"""A long request is recorded in parts of this size: a crash loses no more of it."""
ALGORITHMS = ("sha1", "sha256")


class WrongOffset(Conflict):
    """The bytes do not begin where the last ones ended."""


class WrongChecksum(InputError):  # noqa: N818 - as the tree of errors names its leaves
    """The bytes are not those that were sent."""


class _Dropped(Exception):  # noqa: N818 - nothing went wrong
    """Makes the file store throw away what was written."""


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request must come to."""

    algorithm: str
    digest: bytes

    @staticmethod
    def parse(header: str) -> "Checksum":
        """As in ``Upload-Checksum``: ``sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=``.

        Raises:
            InputError: It is no such header, or asks for an algorithm that we have not.
        """
        algorithm, _, encoded = header.partition(" ")
        try:
            digest = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise InputError("Upload-Checksum is not base64.") from error
        if algorithm not in ALGORITHMS:
            raise InputError(f"Upload-Checksum must be one of: {', '.join(ALGORITHMS)}.")
        return Checksum(algorithm, digest)


class Arrival:
    """The bytes of one request. Its methods block.

    Of two requests that bring the same bytes the first one to record them wins, the other is told; nothing is
    ever locked, so that whoever comes after a crash or a dead connection goes on at once.

    Attributes:
        at: Where the next byte belongs.
        length: Of the whole file.
    """

    def __init__(self, site: Site, upload: Upload, at: int, head: bytes, checksum: Checksum | None) -> None:
        self.at = at
        self.length = upload.length
        self._site = site
        self._upload = upload
        self._kind = upload.kind
        self._head = head
        self._checksum = checksum
        self._hash = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._open: tuple[ExitStack, Any, UploadPart] | None = None
        self._unrecorded: list[UploadPart] = []
        # A server that stops breaks a request off while a thread may still write for it.
        self._lock = RLock()

    def write(self, piece: bytes) -> None:
        """Takes some bytes.

        Raises:
            TooLarge: They are more than were announced.
            Unwanted: The file is neither a recording nor a transcript; it is refused for good.
            WrongOffset: Another request brought these bytes meanwhile.
            EnvironmentProblem: The disk is full.
        """
        with self._lock:
            if self.at + len(piece) > self.length:
                raise uploads.TooLarge("More bytes came than the file has.")
            self._look_at(piece)
            if self._hash is not None:
                self._hash.update(piece)
            _, file, part = self._open or self._next_part()
            try:
                file.write(piece)
            except OSError as error:
                raise cannot_write(Path(part.path), error) from error
            part.size += len(piece)
            self.at += len(piece)
            if part.size >= PART_BYTES:
                self._close()

    def end(self) -> int:
        """Records what has come.

        Returns:
            How many bytes of the file are there.

        Raises:
            WrongChecksum: They are not what was sent; nothing of this request is kept.
            WrongOffset: Another request brought these bytes meanwhile.
        """
        with self._lock:
            self._close()
            if self._checksum and self._hash and self._hash.digest() != self._checksum.digest:
                self.drop()
                raise WrongChecksum("The bytes were changed on their way: send them again.")
            self._record()
            return self.at

    def break_off(self) -> None:
        """Keeps what has come although the rest will not; of bytes with a checksum nothing can be kept."""
        if self._checksum is None:
            self.end()
        else:
            self.drop()

    def drop(self) -> None:
        """Throws away what was not recorded."""
        with self._lock:
            if self._open is not None:
                (stack, _, part), self._open = self._open, None
                self.at -= part.size
                _throw_away(stack)
            while self._unrecorded:
                part = self._unrecorded.pop()
                self.at -= part.size
                self._site.files.delete(part.path)

    def _next_part(self) -> tuple[ExitStack, Any, UploadPart]:
        path = f"{uploads.folder(self._upload.id)}/{self.at}-{secrets.token_hex(4)}"
        stack = ExitStack()
        file = stack.enter_context(self._site.files.writing(path))
        self._open = stack, file, UploadPart(upload_id=self._upload.id, start=self.at, size=0, path=path)
        return self._open

    def _close(self) -> None:
        """Closes the part that is being written; it counts at once unless a checksum is still to be seen."""
        if self._open is None:
            return
        (stack, _, part), self._open = self._open, None
        try:
            stack.close()
        except EnvironmentProblem:
            # Whoever was faster may have finished the upload, and its folder is gone.
            with self._site.database.reading() as session:
                first = (*self._unrecorded, part)[0]
                _still_ours(session, session.get(Upload, self._upload.id), first.start)
            raise
        self._unrecorded.append(part)
        if self._checksum is None:
            self._record()

    def _record(self) -> None:
        if not self._unrecorded:
            return
        try:
            with self._site.database.session() as session:
                upload = session.get(Upload, self._upload.id, with_for_update=True)
                upload = _still_ours(session, upload, self._unrecorded[0].start)
                session.add_all(self._unrecorded)
                upload.kind = self._kind
                upload.changed_at = now()
        except Conflict:
            self.drop()
            raise
        self._unrecorded.clear()

    def _look_at(self, piece: bytes) -> None:
        """Tells what the file is as soon as enough of it is there."""
        if self._kind is not None:
            return
        enough = min(HEAD_BYTES, self.length)
        self._head += piece[: enough - len(self._head)]
        if len(self._head) < enough:
            return
        try:
            self._kind = sniff(self._upload.name, self._head)
        except InputError as error:
            self.drop()
            uploads.refuse(self._site, self._upload.id, str(error))
            raise uploads.Unwanted(str(error)) from error


def arrive(session: Session, site: Site, upload: Upload, at: int, checksum: Checksum | None) -> Arrival:
    """Makes ready for the bytes of a request.

    Args:
        session: For reading.
        site: Where the parts go.
        upload: Which they belong to.
        at: Where the sender says that they begin.
        checksum: What they must come to.

    Raises:
        Refused: The file was refused before.
        WrongOffset: The bytes do not begin where the last ones ended.
        NoRoom: The disk has filled up meanwhile.
    """
    if upload.problem is not None:
        raise uploads.Refused(upload.problem)
    arrived = uploads.offset(session, upload)
    if at != arrived:
        raise WrongOffset(f"The next byte is number {arrived}, not {at}.")
    if arrived < upload.length:
        uploads.refuse_without_room(site, upload, arrived)
    head = b"" if upload.kind else _first_bytes(session, site, upload)
    return Arrival(site, upload, at, head, checksum)


def _still_ours(session: Session, upload: Upload | None, start: int) -> Upload:
    """The upload, whose next byte is where ours begin.

    Raises:
        Conflict: Somebody gave it up, or was faster.
    """
    if upload is None or upload.problem is not None:
        raise Conflict("The upload was given up meanwhile.")
    if uploads.offset(session, upload) != start:
        raise WrongOffset("Another request brought these bytes already.")
    return upload


def _first_bytes(session: Session, site: Site, upload: Upload) -> bytes:
    head = b""
    for part in uploads.parts(session, upload.id):
        if len(head) < HEAD_BYTES:
            head += b"".join(site.files.pieces(part.path, 0, HEAD_BYTES - len(head)))
    return head


def _throw_away(stack: ExitStack) -> None:
    try:
        with stack:
            raise _Dropped
    except _Dropped:
        pass

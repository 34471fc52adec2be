"""The store of a single machine: one folder a meeting, one file an artefact."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import EnvironmentProblem
from pipeline.files import cannot_write, write_whole

_MEETING = re.compile(r"[0-9a-f]{16}")
"""Meetings are named for a digest: nobody's own folders look like that."""


class FolderStore:
    """Keeps artefacts as ``root/<meeting>/<name>``; deleting a meeting's folder deletes all of it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def get(self, meeting: str, name: str) -> bytes | None:
        """The artefact, or None."""
        try:
            return (self.root / meeting / name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Writes the artefact whole or not at all.

        Raises:
            EnvironmentProblem: The disk is full, or the folder cannot be written.
        """
        write_whole(self.root / meeting / name, content)

    def folder(self, meeting: str) -> Path:
        """The meeting's own folder, for artefacts too large for memory (the decoded sound).

        Raises:
            EnvironmentProblem: The folder cannot be made.
        """
        folder = self.root / meeting
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(folder, error) from error
        return folder

    def size(self) -> int:
        """Bytes of all that is kept."""
        return sum(p.stat().st_size for folder in self._meetings() for p in folder.rglob("*") if p.is_file())

    def clear(self) -> None:
        """Deletes all meetings, and nothing else that may lie in the same folder.

        Raises:
            EnvironmentProblem: One cannot be deleted.
        """
        for folder in self._meetings():
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise EnvironmentProblem(f"{folder} cannot be deleted: {error.strerror}.") from error

    def _meetings(self) -> Iterator[Path]:
        if self.root.is_dir():
            yield from (p for p in self.root.iterdir() if p.is_dir() and _MEETING.fullmatch(p.name))

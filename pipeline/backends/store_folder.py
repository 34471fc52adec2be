"""The store of a single machine: one folder a meeting, one file an artefact."""

from pathlib import Path

from pipeline.files import cannot_write, write_whole


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

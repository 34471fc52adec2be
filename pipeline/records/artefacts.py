"""The stages' artefacts of one meeting among the service's files: deleting the meeting deletes them."""

from pathlib import Path

from pipeline.records.files import Files


def folder_of(meeting_id: str) -> str:
    """Where everything of a meeting lies."""
    return f"meetings/{meeting_id}"


class MeetingStore:
    """A ``Store`` whose artefacts all belong to one meeting of the service.

    Args:
        files: Where they are kept.
        meeting_id: Whose they are.
        scratch: A local folder for decoded sound.
    """

    def __init__(self, files: Files, meeting_id: str, scratch: Path) -> None:
        self.files = files
        self.meeting_id = meeting_id
        self.scratch = scratch

    def get(self, meeting: str, name: str) -> bytes | None:
        """The artefact, or None."""
        return self.files.get(self._path(meeting, name))

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Keeps the artefact, whole or not at all."""
        self.files.put(self._path(meeting, name), content)

    def folder(self, meeting: str) -> Path:
        """A local folder of the meeting; the same one after a restart on the same machine."""
        folder = self.scratch / self.meeting_id / meeting
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _path(self, meeting: str, name: str) -> str:
        return f"{folder_of(self.meeting_id)}/artefacts/{meeting}/{name}"

"""A store that forgets: for work that is not to be kept."""

from pathlib import Path
from tempfile import mkdtemp


class MemoryStore:
    """Keeps artefacts as long as it lives."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def get(self, meeting: str, name: str) -> bytes | None:
        """The artefact, or None."""
        return self._kept.get((meeting, name))

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Keeps the artefact."""
        self._kept[meeting, name] = content

    def folder(self, meeting: str) -> Path:
        """A new temporary folder, which is the caller's to remove."""
        return Path(mkdtemp(prefix=f"lihui-{meeting}-"))

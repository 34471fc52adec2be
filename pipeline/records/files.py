"""Where files lie: a folder of this machine, or a bucket of an S3-compatible service; fsspec speaks to both."""

import re
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import fsspec  # pyright: ignore[reportMissingTypeStubs]

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.files import cannot_write

PIECE_BYTES = 1024 * 1024
"""Files are copied in pieces of this size: memory does not grow with them."""
_SAFE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*(/[0-9A-Za-z][0-9A-Za-z._-]*)*")


class Files:
    """A tree of files under one address.

    Paths are relative, made by this program from ids: nothing that a person typed becomes part of one.

    Args:
        url: A folder, ``file:///…`` or ``s3://bucket/prefix`` (credentials and endpoint from AWS_* variables).

    Raises:
        UsageError: No such kind of address.
    """

    def __init__(self, url: str) -> None:
        try:
            # fsspec carries no types.
            found = cast(tuple[Any, str], fsspec.url_to_fs(url))  # pyright: ignore[reportUnknownMemberType]
        except (ValueError, ImportError) as error:
            raise UsageError(f"LIHUI_FILES is no address of a file store: {error}.") from error
        self.fs, self.root = found
        self.is_local = "file" in self.fs.protocol
        # A listing that was kept would not see what another machine wrote.
        self.fs.use_listings_cache = False

    @contextmanager
    def writing(self, path: str) -> Generator[Any]:
        """A binary file to write; it appears whole when the block ends, and not at all when it raises.

        Raises:
            EnvironmentProblem: The disk is full, or the place cannot be written.
        """
        whole = self._at(path)
        try:
            if self.is_local:
                Path(whole).parent.mkdir(parents=True, exist_ok=True)
            # An object of S3 appears whole when it is closed; a file is written beside its place and moved there.
            file = self.fs.open(whole, "wb", autocommit=not self.is_local)
            try:
                yield file
            except BaseException:
                self._throw_away(file)
                raise
            file.close()
            if self.is_local:
                file.commit()
        except OSError as error:
            raise cannot_write(Path(path), error) from error

    @contextmanager
    def reading(self, path: str) -> Generator[Any]:
        """A binary file to read and seek in.

        Raises:
            FileNotFoundError: There is none.
        """
        with self.fs.open(self._at(path), "rb") as file:
            yield file

    def pieces(self, path: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``end``, piece by piece."""
        with self.reading(path) as file:
            file.seek(start)
            left = end - start if end is not None else None
            while piece := file.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left)):
                left = None if left is None else left - len(piece)
                yield piece

    def get(self, path: str) -> bytes | None:
        """A whole small file, or None."""
        try:
            with self.reading(path) as file:
                return file.read()
        except FileNotFoundError:
            return None

    def put(self, path: str, content: bytes) -> None:
        """Writes a small file whole."""
        with self.writing(path) as file:
            file.write(content)

    def size(self, path: str) -> int | None:
        """Bytes of a file, or None where there is none."""
        try:
            return int(self.fs.info(self._at(path))["size"])
        except FileNotFoundError:
            return None

    def delete(self, path: str) -> None:
        """Deletes a file or a folder with all that is in it; nothing when there is none."""
        try:
            self.fs.rm(self._at(path), recursive=True)
        except FileNotFoundError:
            return

    def listed(self, path: str) -> tuple[str, ...]:
        """All files under a folder, as paths that the other methods take, by name."""
        whole = self._at(path)
        return tuple(sorted(found.removeprefix(self.root).lstrip("/") for found in self.fs.find(whole)))

    @contextmanager
    def local(self, path: str) -> Generator[Path]:
        """The file as a path of this machine: itself in a folder, a copy for the time of the block elsewhere."""
        whole = self._at(path)
        if self.is_local:
            yield Path(whole)
            return
        with TemporaryDirectory(prefix="lihui-") as folder:
            copy = Path(folder) / Path(path).name
            self.fs.get_file(whole, str(copy))
            yield copy

    def free_bytes(self) -> int | None:
        """Room that is left; None where nobody can tell."""
        if not self.is_local:
            return None
        folder = Path(self.root)
        there = next(path for path in (folder, *folder.parents) if path.exists())
        return shutil.disk_usage(there).free

    def check(self) -> None:
        """Makes sure that files can be written.

        Raises:
            EnvironmentProblem: They cannot.
        """
        try:
            self.put("check", b"")
            self.delete("check")
        except (OSError, EnvironmentProblem) as error:
            raise EnvironmentProblem(f"The file store {self.root} cannot be used: {error}") from error

    def _at(self, path: str) -> str:
        if not _SAFE.fullmatch(path) or ".." in path:
            raise ValueError(f"{path!r} is no path of this program")
        return f"{self.root}/{path}"

    def _throw_away(self, file: Any) -> None:
        """Lets go of what was written so far, without writing the rest."""
        if self.is_local:
            file.close()
        else:
            file.closed = True
        # What a service cannot take back it throws away by its own rules for unfinished uploads.
        with suppress(OSError, NotImplementedError):
            file.discard()

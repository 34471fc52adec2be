"""Writing files whole or not at all."""

import errno
import os
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from pipeline.errors import EnvironmentProblem


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that a reader, or a crash, sees the old content or the new, never a part.

    Raises:
        EnvironmentProblem: The disk is full, or the folder cannot be written.
    """
    write_together({path: content})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Writes several files, all or none: when the disk is full, everything stays as it was.

    Raises:
        EnvironmentProblem: The disk is full, or a folder cannot be written.
    """
    path = Path()
    try:
        with ExitStack() as clean_up:
            parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
            for path, content in files.items():
                for folder in _missing(path.parent):
                    folder.mkdir(exist_ok=True)
                    clean_up.callback(_remove_empty, folder)
                clean_up.callback(parts[path].unlink, missing_ok=True)
                parts[path].write_bytes(content)
            # All the room is taken by now: putting the files in place needs none.
            for path, part in parts.items():
                part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def _missing(folder: Path) -> list[Path]:
    """The folder and those above it that are not there, topmost first."""
    return [path for path in reversed((folder, *folder.parents)) if not path.exists()]


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def cannot_write(path: Path, error: OSError) -> EnvironmentProblem:
    """The one sentence that says why a file or folder cannot be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "the disk is full" if full else (error.strerror or str(error)).lower()
    return EnvironmentProblem(f"{path} cannot be written: {reason}.")

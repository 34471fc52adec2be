"""Writing files whole or not at all."""

import errno
import os
from pathlib import Path

from pipeline.errors import EnvironmentProblem


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file so that a reader, or a crash, sees the old content or the new, never a part.

    Raises:
        EnvironmentProblem: The disk is full, or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> EnvironmentProblem:
    """The one sentence that says why a file or folder cannot be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    reason = "the disk is full" if full else (error.strerror or str(error)).lower()
    return EnvironmentProblem(f"{path} cannot be written: {reason}.")

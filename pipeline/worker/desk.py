"""Where the sound of a recording lies while it is listened to: a folder of this machine, one worker's at a time."""

import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.records.site import Site

LEFT_SECONDS = 24 * 3600.0
"""What nobody has touched for so long was left by a worker that died, and its job was done elsewhere."""


@contextmanager
def desk(scratch: Path, meeting_id: str) -> Generator[Path]:
    """A folder for work on a meeting that nobody else uses.

    The first one is found again after a restart, and decoded sound in it. A worker that was stopped without being
    killed keeps the folder it sits at: whoever took over its job gets another one.

    Args:
        scratch: Of this machine.
        meeting_id: Names the folder.
    """
    for number in count():
        folder = scratch / meeting_id / f"desk-{number}"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".taken")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            continue
        try:
            yield folder
        finally:
            lock.release()
        return


def clear(scratch: Path, meeting_id: str) -> None:
    """Removes what was made of a meeting's recording here, once nobody will want it any more."""
    shutil.rmtree(scratch / meeting_id, ignore_errors=True)


def tidy(site: Site) -> None:
    """Removes what was left on this machine long ago; who comes back to it decodes the recording again."""
    if not site.scratch.is_dir():
        return
    for folder in site.scratch.iterdir():
        if time.time() - _touched(folder) > LEFT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _touched(folder: Path) -> float:
    """When something in a folder was written last; now, where it is vanishing."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except OSError:
        return time.time()

"""The name of a worker, from which others on its machine can tell that it is dead."""

import hashlib
import os
import secrets
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc")
_SEEN = Path("/proc/self/ns/pid")


def new_worker_id() -> str:
    """A name that no other worker ever has: ``host:machine:pid:started:random``."""
    pid = os.getpid()
    parts = (socket.gethostname(), _machine() or "-", str(pid), _started(pid) or "-", secrets.token_hex(4))
    return ":".join(parts)


def is_dead_here(worker_id: str) -> bool:
    """Whether a worker ran on this machine and runs no more; False where only its silence could tell."""
    try:
        _, machine, pid, started, _ = worker_id.rsplit(":", 4)
        number = int(pid)
    except ValueError:
        return False
    if started == "-" or machine != _machine():
        return False
    return _started(number) != started


def _machine() -> str | None:
    """This machine since it was started, as far as processes see each other; None where the system does not tell.

    Two containers of one machine may share a name and a number of a process, and see nothing of each other.
    """
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
        seen = _SEEN.readlink()
    except OSError:
        return None
    return hashlib.sha256(f"{boot} {seen}".encode()).hexdigest()[:12]


def _started(pid: int) -> str | None:
    """When a process was started, in ticks since the machine was; None for none, or one that only waits to be buried.

    The number of a process is given again to another one, its time is not.
    """
    try:
        status = (_PROCESSES / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name in brackets may hold anything; the state stands behind it, the time 19 fields later.
    state, *rest = status.rpartition(")")[2].split()
    return None if state in "ZX" else rest[18]

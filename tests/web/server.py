"""``lihui serve`` in a process of its own, which can be killed."""

import os
import re
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx

from tests.command import LIHUI

PATIENCE = 120.0
"""Seconds for what takes one on an idle machine."""


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    address: str

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=PATIENCE)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resident(self) -> int:
        """Bytes of memory now."""
        return _status(self.process.pid, "VmRSS")

    def peak(self) -> int:
        """The most bytes of memory so far."""
        return _status(self.process.pid, "VmHWM")


@contextmanager
def serving(
    data: Path, more: Mapping[str, str] | None = None, *, port: int = 0, worker: bool = False
) -> Generator[Served]:
    """A server over the tables and files in a folder, without a worker unless one is wanted."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIHUI_")}
    process = subprocess.Popen(
        [*LIHUI, "serve", *([] if worker else ["--no-worker"]), "--port", str(port)],
        env={**kept, "LIHUI_DATA": str(data), **(more or {})},
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None, "the server did not come up"
        yield Served(process, found[0])
    finally:
        # A worker beside it ends with it: it sees the other end of its stdin go.
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _status(pid: int, field: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024

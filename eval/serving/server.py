"""``lihui serve`` as a process of its own, with its worker, over tables and files of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import EnvironmentProblem

COMMAND = (sys.executable, "-c", "from pipeline.cli import main; main()", "serve", "--port", "0")


@dataclass(frozen=True)
class Served:
    """A running service.

    Attributes:
        address: Where it answers.
        pid: Of the process that answers.
    """

    address: str
    pid: int

    def resident(self) -> int:
        """Bytes of memory that the server takes now."""
        return self._status("VmRSS")

    def peak(self) -> int:
        """The most bytes of memory that the server took so far."""
        return self._status("VmHWM")

    def _status(self, field: str) -> int:
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)
        if found is None:
            raise EnvironmentProblem("The memory of a process is read from /proc: this runs on Linux alone.")
        return int(found[1]) * 1024


@contextmanager
def serving(folder: Path, database_url: str | None) -> Generator[Served]:
    """A service whose data lie in a folder; it is gone afterwards, its worker too.

    Args:
        folder: Empty.
        database_url: Of an empty database; None is SQLite in the folder.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIHUI_")}
    ours = {"LIHUI_DATA": str(folder), "LIHUI_ASR": "sphinx", "LIHUI_SCRIBE": "rules"}
    if database_url is not None:
        ours["LIHUI_DATABASE_URL"] = database_url
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            COMMAND, env=kept | ours, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+", line)
        if found is None:
            raise EnvironmentProblem(f"The service did not start: {(folder / 'log').read_text()[-2000:]}")
        yield Served(found[0], process.pid)
    finally:
        process.terminate()
        process.wait()

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.web.kept import Kept

LIMIT = 60.0


def until(true: Callable[[], bool]) -> None:
    """Waits for something that must happen."""
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody asked about is still listed.
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def writes(path: Path, rest: str) -> tuple[str, ...]:
    """A command that adds its process id as a line."""
    line = f"import os, sys, time; print(os.getpid(), file=open({str(path)!r}, 'a'), flush=True); {rest}"
    return (sys.executable, "-c", line)


def started(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    path = tmp_path / "started"
    with Kept(writes(path, "sys.exit(3)"), first_pause=0.01):
        until(lambda: len(started(path)) >= 3)


def test_what_runs_is_asked_to_stop_and_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "started"
    # The second line is written by whoever is asked; a process that is killed has no last word.
    asked = f"lambda *_: (print(0, file=open({str(path)!r}, 'a'), flush=True), os._exit(0))"
    command = writes(path, "time.sleep(1000)")
    before = f"import os, signal; signal.signal(signal.SIGTERM, {asked}); "
    with Kept((*command[:2], before + command[2]), first_pause=0.01):
        until(lambda: len(started(path)) == 1)
    assert started(path)[1:] == [0]


def test_what_runs_is_stopped_with_it_and_not_started_again(tmp_path: Path) -> None:
    path = tmp_path / "started"
    with Kept(writes(path, "time.sleep(1000)"), first_pause=0.01):
        until(lambda: len(started(path)) == 1)
        assert is_running(started(path)[0])
    assert not is_running(started(path)[0])
    assert len(started(path)) == 1


def test_between_two_starts_it_stops_at_once(tmp_path: Path) -> None:
    path = tmp_path / "started"
    with Kept(writes(path, "sys.exit(3)"), first_pause=1000.0) as kept:
        until(lambda: len(started(path)) == 1 and not is_running(started(path)[0]))
        assert kept
    assert len(started(path)) == 1

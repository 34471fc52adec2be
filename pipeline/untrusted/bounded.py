"""The parent's side: a child process is started, heard, and ended with everything it started."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, TypeVar, cast

from pydantic import ValidationError

from pipeline.errors import EnvironmentProblem
from pipeline.recording import RecordingInfo
from pipeline.transcript import Transcript
from pipeline.untrusted.messages import (
    ERRORS,
    MESSAGE,
    Crashed,
    Decoded,
    Made,
    Message,
    Ready,
    Refused,
    Share,
)

START_SECONDS = 60.0
"""For loading the program: 0.3 s on an idle machine."""

# Nothing of the server's environment but what a program needs to start and to read file names.
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT")
_PACKAGES = Path(__file__).parents[2]

Result = TypeVar("Result", RecordingInfo, Decoded, Transcript)


class Died(Exception):  # noqa: N818 - a state of the child, never shown to a person
    """The child ended without an answer. The text says how, for a log: it holds nothing of the file."""


def command(*arguments: str) -> tuple[str, ...]:
    """The command line of a child: it imports nothing from the current folder and writes no byte code."""
    return (sys.executable, "-P", "-B", "-m", "pipeline.untrusted", *arguments)


def ask(
    line: Sequence[str],
    wanted: type[Result],
    *,
    seconds: float,
    said_bytes: int,
    progress: Callable[[float], None],
) -> Result:
    """Runs one command line to its answer.

    Args:
        line: Of a program that speaks as ``messages`` says.
        wanted: Type of the result.
        seconds: After which it is killed, counted from when it is ready.
        said_bytes: After which it is killed.
        progress: Called with the share done. What it raises ends the child.

    Raises:
        Died: It was killed, crashed, or said what nobody understands.
        EnvironmentProblem: It cannot be started.
        InputError: What the child found, likewise EnvironmentProblem.
    """
    with _started(line) as process:
        heard = _listen(cast(IO[bytes], process.stdout), said_bytes)
        _await_ready(heard)
        for message in _messages(heard, seconds):
            match message:
                case Made(result=result) if isinstance(result, wanted):
                    return result
                case Share(share=share):
                    progress(share)
                case Refused(error=error, sentence=sentence):
                    raise ERRORS[error](sentence)
                case Crashed(where=where):
                    raise Died(where)
                case _:
                    raise Died("it said what was not asked")
        raise Died(_end(process))


def _await_ready(heard: "SimpleQueue[bytes]") -> None:
    with suppress(Died):
        if isinstance(next(_messages(heard, START_SECONDS), None), Ready):
            return
    raise EnvironmentProblem(
        "The separate process that reads files from others did not start: it needs more memory or another set-up."
    )


@contextmanager
def _started(line: Sequence[str]) -> Generator[subprocess.Popen[bytes]]:
    """A running child in a process group of its own; all of the group is gone afterwards."""
    try:
        process = subprocess.Popen(
            line,
            stdin=subprocess.PIPE,  # never written to: that it closes tells the child that this process is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise EnvironmentProblem(
            f"The separate process that reads files from others cannot be started: {error.strerror}."
        ) from error
    try:
        yield process
    finally:
        _kill(process)
        cast(IO[bytes], process.stdin).close()
        process.wait()


def _listen(out: IO[bytes], most_bytes: int) -> "SimpleQueue[bytes]":
    """Collects the lines of a child, an empty one after the last; the last is cut where it says too much.

    A thread waits for them, so that nobody else does: not even for what a child started that outlives it.
    """
    lines: SimpleQueue[bytes] = SimpleQueue()

    def collect() -> None:
        left = most_bytes
        with out:
            while line := out.readline(left):
                left -= len(line)
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=collect, daemon=True).start()
    return lines


def _messages(heard: "SimpleQueue[bytes]", seconds: float) -> Iterator[Message]:
    """What the child says until it ends.

    Raises:
        Died: It has not ended after so many seconds, or said what is no message.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            line = heard.get(timeout=max(end - time.monotonic(), 0))
        except Empty:
            raise Died(f"it took more than {seconds:.0f} s") from None
        if not line:
            return
        if not line.endswith(b"\n"):
            raise Died("it broke off, or said more than it may")
        try:
            message = MESSAGE.validate_json(line)
        except ValidationError:
            # The cause would quote what the file holds.
            raise Died("it said what is no message") from None
        yield message


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        # On macOS a group whose only process has ended may not be signalled.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> str:
    """How a child ended that closed its output without an answer."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=1)
    code = process.returncode
    if code is None:
        return "it fell silent"
    return f"it was ended by signal {-code}" if code < 0 else f"it ended with code {code}"


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PATH": os.defpath, "PYTHONPATH": str(_PACKAGES)}

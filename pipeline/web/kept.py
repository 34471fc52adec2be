"""A process that runs as long as the server does: started again when it dies, stopped with it."""

import subprocess
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
CALM_SECONDS = 60.0
"""Who lived so long did not die of starting: the next pause is a short one again."""
STOP_SECONDS = 30.0
"""A worker that was asked to stop may finish a step for so long; what it loses then, it does again later."""


class Kept:
    """Keeps a command running for the time of a ``with`` block.

    Args:
        command: With its arguments.
        first_pause: Seconds before it is started again; twice as long each time.
    """

    def __init__(self, command: tuple[str, ...], first_pause: float = FIRST_PAUSE) -> None:
        self._command = command
        self._first_pause = first_pause
        self._stopping = Event()
        self._starting = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._keep, name="worker", daemon=True)
        self._log = structlog.get_logger("lihui.worker")

    def __enter__(self) -> Self:
        """Starts it."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops it: with a request first, by force where that does not help."""
        with self._starting:
            self._stopping.set()
            process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join()

    def _keep(self) -> None:
        pause = self._first_pause
        while (process := self._start()) is not None:
            began = monotonic()
            code = process.wait()
            if self._stopping.is_set():
                return
            if monotonic() - began > CALM_SECONDS:
                pause = self._first_pause
            self._log.warning("The worker ended and is started again.", code=code, seconds=pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._starting:
            if self._stopping.is_set():
                return None
            # Its own session: Ctrl-C at the terminal reaches the server, which then stops it in order. The pipe
            # ends with this process, however that ends, and the command with the pipe.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)
            return self._process

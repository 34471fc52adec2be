"""``python -m pipeline.web.tether ARGUMENTS…``: the command ``lihui``, ended with the process that started it.

A server that was killed leaves no worker behind: whoever starts this holds the other end of its stdin.
"""

import os
import runpy
import signal
import sys
from threading import Thread


def end_with_stdin() -> None:
    """From now on this process is asked to stop as soon as nobody holds the other end of its stdin."""

    def watch() -> None:
        # Not sys.stdin: a thread that waits inside it cannot be left behind when the program ends.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    end_with_stdin()
    sys.argv[0] = "lihui"
    runpy.run_module("pipeline.cli", run_name="__main__")

"""``lihui worker``."""

import os
import signal
from threading import Event
from types import FrameType
from typing import Annotated, Literal

import typer

Taken = Annotated[
    Literal["listen", "minute"] | None,
    typer.Option(
        "--queue", help="Take only recordings to listen to, or only meetings to make minutes of. [both]"
    ),
]


def worker(queue: Taken = None) -> None:
    """Take jobs of the service until stopped; several workers, also of several machines, share them."""
    from pipeline.records.site import open_site
    from pipeline.settings import load_settings
    from pipeline.web.logs import configure_logs
    from pipeline.worker.workshop import QUEUES, Workshop

    configure_logs()
    stop = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, end)
    workshop = Workshop(open_site(load_settings()), (queue,) if queue else QUEUES)
    workshop.start()
    typer.echo("Waiting for work (Ctrl-C stops it).", err=True)
    stop.wait()
    workshop.stop()
    # A thread may still wait for a language model's answer: nobody waits for it.
    os._exit(0)

"""``lihui worker``."""

import os
import signal
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from pipeline.protocols import Store
    from pipeline.records.artefacts import MeetingStore
    from pipeline.records.tables import Queue

Taken = Annotated[
    Literal["listen", "minute"] | None,
    typer.Option(
        "--queue", help="Take only recordings to listen to, or only meetings to make minutes of. [both]"
    ),
]


def worker(queue: Taken = None) -> None:
    """Take jobs of the service until stopped; several workers, also of several machines, share them."""
    from pipeline.worker.workshop import QUEUES

    run((queue,) if queue else QUEUES, lambda store: store)


def run(queues: "tuple[Queue, ...]", kept: "Callable[[MeetingStore], Store]") -> None:
    """Takes jobs until SIGTERM or Ctrl-C; what was not done by then is given back.

    Args:
        queues: What is taken.
        kept: Where stages are kept, given where they belong; something may be put before it.
    """
    from pipeline.records.site import open_site
    from pipeline.settings import load_settings
    from pipeline.web.logs import configure_logs
    from pipeline.worker.workshop import Workshop

    configure_logs()
    stop = Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, end)
    workshop = Workshop(open_site(load_settings()), queues, kept)
    workshop.start()
    typer.echo("Waiting for work (Ctrl-C stops it).", err=True)
    stop.wait()
    workshop.stop()
    # A thread may still wait for a language model's answer: nobody waits for it.
    os._exit(0)

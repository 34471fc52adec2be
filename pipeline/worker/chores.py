"""What is done every few seconds by whichever worker comes first: each is safe when several do it at once."""

import logging
from collections.abc import Callable
from threading import Event

from pipeline.records import reminders, retention, webhooks
from pipeline.records.site import Site
from pipeline.worker import arrivals, desk

CHORES: tuple[Callable[[Site], None], ...] = (
    arrivals.finish_uploads,
    webhooks.deliver,
    reminders.remind,
    retention.clean,
    desk.tidy,
)
SECONDS = 5.0

_log = logging.getLogger("lihui.worker")


def do_all(site: Site) -> None:
    """Does every chore; one that fails is logged and stops no other."""
    for chore in CHORES:
        try:
            chore(site)
        except Exception as error:  # noqa: BLE001 - the edge: the next one is done, and this one again
            _log.error("chore %s.%s failed", chore.__module__, chore.__qualname__, exc_info=error)


def until(site: Site, stopped: Event) -> None:
    """Does the chores again and again."""
    while not stopped.wait(SECONDS):
        do_all(site)

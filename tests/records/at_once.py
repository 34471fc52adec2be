"""Two processes that do the same at the same moment, each with connections of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import TypeVar

from sqlalchemy import event

from pipeline.records.database import Database
from pipeline.records.site import Site

Result = TypeVar("Result")

PATIENCE = 60.0
KEPT_APART = 2.0
"""After so many seconds the one who writes does not wait any more for the other, who is kept from writing."""


def both(site: Site, writing: str, prepare: Callable[[Site], Callable[[], Result]]) -> list[Result]:
    """Does the same twice at once: both have read what they read before either writes.

    Args:
        site: Shared by both.
        writing: How the statement begins before which they wait for each other.
        prepare: Given the site as one of them sees it, returns what that one does.
    """
    start, meeting = Barrier(2), Barrier(2)

    def meet(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(writing):
            with suppress(BrokenBarrierError):
                meeting.wait(KEPT_APART)

    def one(_: int) -> Result:
        database = Database(site.database.url)
        try:
            work = prepare(Site(site.settings, database, site.files, site.scratch))
            event.listen(database.engine, "before_cursor_execute", meet)
            start.wait(PATIENCE)
            return work()
        finally:
            database.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(one, range(2)))

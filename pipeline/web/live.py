"""What happens to meetings, for all who watch: the tables are asked once, however many watch.

A watcher holds neither a thread nor a connection to the database. While nobody watches, nothing is asked.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from pipeline.records import progress as tables
from pipeline.records.progress import Line, Progress
from pipeline.records.site import Site

LOOK_SECONDS = 0.5

_log = logging.getLogger("lihui.web")


@dataclass(frozen=True)
class Sight:
    """A meeting as it was seen last.

    Attributes:
        progress: How far it is; None where it is gone.
        lines: What was heard of it so far.
    """

    progress: Progress | None
    lines: tuple[Line, ...] = ()


@dataclass
class _Watched:
    """A meeting that somebody watches: how many do, what was seen last, and what tells them of news."""

    watchers: int = 0
    sight: Sight | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, sight: Sight) -> None:
        self.sight = sight
        self.news.set()
        self.news = asyncio.Event()


class Live:
    """Looks at the meetings that are watched, as long as any are.

    Args:
        site: Whose tables are looked at.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._watched: dict[str, _Watched] = {}
        self._looking: asyncio.Task[None] | None = None
        self._over = False

    def end(self) -> None:
        """Ends all streams, for good: nobody waits for them when the server stops."""
        self._over = True
        for watched in list(self._watched.values()):
            watched.news.set()

    async def watch(self, meeting_id: str, seconds: float) -> AsyncIterator[Sight]:
        """The meeting as it is, and again whenever something has changed; ends after so many seconds."""
        end = asyncio.get_running_loop().time() + seconds
        watched = self._watched.setdefault(meeting_id, _Watched())
        watched.watchers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            seen: Sight | None = None
            while not self._over and (left := end - asyncio.get_running_loop().time()) > 0:
                if watched.sight is seen:
                    try:
                        await asyncio.wait_for(watched.news.wait(), left)
                    except TimeoutError:
                        return
                elif (seen := watched.sight) is not None:
                    yield seen
        finally:
            watched.watchers -= 1
            if not watched.watchers:
                self._watched.pop(meeting_id, None)

    async def _look(self) -> None:
        """Looks until nobody watches any more."""
        while self._watched and not self._over:
            known = {
                meeting_id: watched.sight or Sight(None) for meeting_id, watched in self._watched.items()
            }
            try:
                found = await run_in_threadpool(self._sights, known)
            except SQLAlchemyError as error:
                _log.warning("watched meetings could not be looked at", exc_info=error)
            else:
                for meeting_id, sight in found.items():
                    watched = self._watched.get(meeting_id)
                    if watched is not None and (watched.sight is None or sight != known[meeting_id]):
                        watched.show(sight)
            await asyncio.sleep(LOOK_SECONDS)

    def _sights(self, known: dict[str, Sight]) -> dict[str, Sight]:
        """The meetings as they are now; the same object where nothing is new."""
        with self.site.database.reading() as session:
            found = {one.meeting_id: one for one in tables.progress(session, known.keys())}
            sights: dict[str, Sight] = {}
            for meeting_id, before in known.items():
                now = found.get(meeting_id)
                lines = before.lines
                if now is not None and now.working:
                    lines += tables.lines(session, meeting_id, len(lines))
                same = _without_time(now) == _without_time(before.progress) and lines == before.lines
                sights[meeting_id] = before if same else Sight(now, lines)
        return sights


def _without_time(progress: Progress | None) -> Progress | None:
    """The time that is left changes all the time: alone it is no news."""
    return progress.model_copy(update={"seconds_left": None}) if progress else None

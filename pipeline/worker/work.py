"""One job from the moment it came out of the queue to its end."""

import logging
from collections.abc import Callable

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pipeline.errors import MinutesError
from pipeline.records import jobs, webhooks
from pipeline.records.artefacts import folder_of
from pipeline.records.jobs import Held
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Queue
from pipeline.screen import STAGES
from pipeline.worker.desk import clear
from pipeline.worker.holding import Holding, LetGo
from pipeline.worker.listening import listen
from pipeline.worker.minuting import minute
from pipeline.worker.shop import Shop

AGAIN_SECONDS = 5.0
"""After which a database that could not be reached is tried again."""
DOES: dict[Queue, Callable[[Shop, Holding], None]] = {"listen": listen, "minute": minute}
UNFORESEEN = (
    "Something went wrong here that nobody foresaw; it was logged. Try again, or tell who runs the service."
)

_log = logging.getLogger("lihui.worker")


def work(shop: Shop, job_id: str) -> None:
    """Does a job; one that is over, cancelled or deleted is left as it is.

    Raises:
        LetGo: It was not done, and must stay in the durable queue: another worker has it, or will.
    """
    while True:
        shop.check()
        try:
            return _attempt(shop, job_id)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            _log.warning("the database could not be reached; trying again", exc_info=error)
            shop.stopping.wait(AGAIN_SECONDS)


def _attempt(shop: Shop, job_id: str) -> None:
    with shop.site.database.session() as session:
        held = jobs.begin(session, job_id, shop.worker)
    if held is None:
        return
    try:
        _do(shop, held)
    except LetGo:
        if not _is_over(shop.site, held):
            raise
    except MinutesError as error:
        _fail(shop, held, str(error))
    except (OperationalError, InterfaceError, PoolTimeout):
        raise
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is, the queue goes on
        # What work trips over when its meeting was deleted meanwhile is no fault.
        if not _is_over(shop.site, held):
            _log.error("unforeseen: %s of meeting %s", held.queue, held.meeting_id, exc_info=error)
            _fail(shop, held, UNFORESEEN)


def _is_over(site: Site, held: Held) -> bool:
    """Whether a job was cancelled, or deleted with its meeting; then nothing that was made of it stays here."""
    with site.database.reading() as session:
        over = jobs.is_over(session, held)
        deleted = session.get(MeetingRow, held.meeting_id) is None
    if over:
        clear(site.scratch, held.meeting_id)
    if deleted:
        site.files.delete(folder_of(held.meeting_id))
    return over


def _do(shop: Shop, held: Held) -> None:
    if held.died >= shop.site.settings.serve.tries:
        stage = STAGES.get(held.died_at or "", held.died_at or "the beginning")
        raise MinutesError(
            f"{'This recording' if held.queue == 'listen' else 'This meeting'} stopped the worker "
            f"{held.died} times at “{stage}”; it is set aside."
        )
    DOES[held.queue](shop, Holding(shop.site, held, shop.stopping))


def _fail(shop: Shop, held: Held, sentence: str) -> None:
    """Ends a job that cannot be done; it can be tried again from where it was."""
    with shop.site.database.session() as session:
        found = jobs.still_held(session, held)
        if found is not None:
            meeting, job = found
            jobs.end(session, meeting, job, "failed", sentence)
            if meeting.state == "failed":
                webhooks.announce(session, "meeting.failed", meeting.id)

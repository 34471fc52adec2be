"""A job of the queue ``listen``: from recordings or a transcript to what was said."""

from pipeline import untrusted
from pipeline.meeting import Meeting
from pipeline.records import jobs, meetings
from pipeline.records.artefacts import MeetingStore
from pipeline.records.site import Site
from pipeline.records.tables import Heard as HeardRow
from pipeline.records.tables import MeetingRow
from pipeline.run import Heard, Summarizer
from pipeline.worker.desk import desk
from pipeline.worker.holding import Holding, Keeping, LetGo
from pipeline.worker.known import facts_of, opened
from pipeline.worker.queue import submit
from pipeline.worker.shop import Shop


def listen(shop: Shop, holding: Holding) -> None:
    """Takes a meeting to its transcript, and queues it to be minuted.

    Raises:
        LetGo: The job is somebody else's by now.
        MinutesError: Its files cannot be used, or this machine lacks something.
    """
    site, meeting_id = shop.site, holding.held.meeting_id
    with site.database.reading() as session:
        row = session.get_one(MeetingRow, meeting_id)
        files = meetings.recordings(session, meeting_id)
        known = facts_of(session, row)
    with (
        opened(site.files, files) as source,
        desk(site.scratch, meeting_id) as folder,
        shop.recognisers.lent() as choose,
    ):
        store = Keeping(shop.kept(MeetingStore(site.files, meeting_id, folder)), holding)
        summarizer = Summarizer(
            shop.scribe, choose, store, holding.tell, opening=untrusted, hark=holding.hark
        )
        heard = summarizer.hear(source, known)
    _write_down(site, holding, heard, known)


def _write_down(site: Site, holding: Holding, heard: Heard, known: Meeting) -> None:
    """Keeps what was said and queues what follows, at one moment."""
    held = holding.held
    with site.database.session() as session:
        found = jobs.still_held(session, held)
        if found is None:
            raise LetGo
        meeting, job = found
        session.merge(
            HeardRow(
                meeting_id=meeting.id,
                transcript=heard.transcript,
                meeting=known.model_copy(update={"language": heard.transcript.language}),
                origins=heard.origins,
            )
        )
        jobs.end(session, meeting, job, "done")
        session.flush()
        submit(session, site, meeting, "minute", user_id=held.user_id, urgent=held.urgent)

"""A job of the queue ``minute``: from what was said to minutes that wait for their review."""

from typing import NoReturn

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.records import edits, jobs, search, webhooks
from pipeline.records.artefacts import MeetingStore
from pipeline.records.tables import Draft, MeetingRow
from pipeline.records.tables import Heard as HeardRow
from pipeline.run import Heard, Result, Summarizer
from pipeline.transcript import Language
from pipeline.worker.desk import clear
from pipeline.worker.holding import Holding, Keeping, LetGo
from pipeline.worker.known import facts_of
from pipeline.worker.shop import Shop

KEY = "minutes"
"""Stages after listening are kept under one name: what they were made from is part of each artefact's own."""


def minute(shop: Shop, holding: Holding) -> None:
    """Makes minutes of what was said: the first ones are reviewed, later ones are proposals to those.

    Raises:
        LetGo: The job is somebody else's by now.
        MinutesError: This machine lacks something.
    """
    site, meeting_id = shop.site, holding.held.meeting_id
    with site.database.reading() as session:
        heard, known, revision = _given(session, meeting_id)
    store = Keeping(shop.kept(MeetingStore(site.files, meeting_id, site.scratch)), holding)
    summarizer = Summarizer(shop.scribe, _nobody, store, holding.tell)
    result = summarizer.minute(heard, known, KEY)
    _write_down(shop, holding, result, revision)
    clear(site.scratch, meeting_id)


def _given(session: Session, meeting_id: str) -> tuple[Heard, Meeting, int]:
    """What minutes are made from, and the revision it is of: what was heard, as people have corrected it since."""
    row = session.get_one(MeetingRow, meeting_id)
    heard = session.get(HeardRow, meeting_id)
    if heard is None:
        raise InputError("The meeting was not heard yet.")
    if not jobs.has_minutes(session, meeting_id):
        return Heard(heard.transcript, heard.origins), facts_of(session, row), row.revision
    review = edits.reviewed(session, meeting_id)
    return Heard(review.transcript, heard.origins), review.minutes.meeting, review.revision


def _write_down(shop: Shop, holding: Holding, result: Result, revision: int) -> None:
    """Keeps the minutes and ends the job, at one moment."""
    with shop.site.database.session() as session:
        found = jobs.still_held(session, holding.held)
        if found is None:
            raise LetGo
        meeting, job = found
        last = session.scalar(select(func.max(Draft.number)).where(Draft.meeting_id == meeting.id))
        jobs.show(session, meeting, "review")
        session.add(
            Draft(
                meeting_id=meeting.id,
                number=(last or 0) + 1,
                revision=revision,
                minutes=result.minutes,
                transcript=result.transcript,
            )
        )
        if last is None:
            search.index(session, meeting.id, meeting.title, result.transcript, result.minutes)
            webhooks.announce(session, "meeting.ready", meeting.id)
        jobs.forget_lines(session, meeting.id)
        jobs.end(session, meeting, job, "done")


def _nobody(language: Language | None) -> NoReturn:
    raise AssertionError(f"nobody listens any more, to {language} or anything else")

"""Minutes under review: read, edited, computed again, confirmed."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.orm import Session

from pipeline.minutes import Minutes
from pipeline.records import audit, edits, search, tasks, webhooks
from pipeline.records.edits import Author, NoMinutes, Refused, Unready
from pipeline.records.tables import MeetingRow
from pipeline.review import Edit, Entry, Proposal, Review, Standing, Touch, share_reviewed, unreviewed
from pipeline.transcript import Transcript, Value
from pipeline.web.access import Here, Reading, Writing, meeting_for
from pipeline.web.api.facts import MeetingId
from pipeline.web.problems import Problem, documented
from pipeline.worker.queue import submit

router = APIRouter(tags=["review"])

MOST_EDITS = 100
MOST_REVISION = 2**31 - 1

Revision = Annotated[int, Field(ge=0, le=MOST_REVISION)]


class ReviewAnswer(Value):
    """Minutes as they now read, with what people think of them.

    Attributes:
        state: Of the meeting: ``review`` or ``final``; others while the stages run again.
        revision: Number of the last edit; edits are made against it.
        minutes: Rejected items are among them.
        standings: One an item.
        touches: What people changed, field by field.
        unreviewed: Items that nobody accepted or rejected, in the order to be looked at.
        share: Of the items that were looked at, 0 to 1.
        depends: What was corrected that the minutes depend on; computing again has something to say then.
        misquoted: Things that quote words which their corrected line no longer has.
        proposals: How many differences a new run of the stages offers.
    """

    state: str
    revision: int
    minutes: Minutes
    standings: tuple[Standing, ...]
    touches: tuple[Touch, ...]
    unreviewed: tuple[str, ...]
    share: float
    depends: tuple[str, ...]
    misquoted: tuple[str, ...]
    proposals: int


class EditsIn(Value):
    """Edits, carried out all or none.

    Attributes:
        made_against: The revision that their author saw.
        edits: In the order in which they were made.
    """

    made_against: Revision
    edits: Annotated[tuple[Edit, ...], Field(min_length=1, max_length=MOST_EDITS)]


class EditsAnswer(Value):
    """What became of edits."""

    revision: int
    entries: tuple[Entry, ...]


class Declared(Value):
    """Minutes were confirmed, or reopened."""

    verb: Literal["confirm", "reopen"]
    revision: int
    by: str
    at: datetime


class NotTaken(Value):
    """An edit that ran against a later one."""

    made_against: int
    by: str
    at: datetime
    edit: dict[str, Any]


class History(Value):
    """Everything that people did to the minutes of a meeting."""

    entries: tuple[Entry, ...]
    declared: tuple[Declared, ...]
    not_taken: tuple[NotTaken, ...]


class Confirming(Value):
    """The revision that is confirmed: one that somebody just changed is not."""

    made_against: Revision


@router.get("/meetings/{meeting_id}/review", responses=documented(404, 409))
def read_review(meeting_id: MeetingId, site: Here, asker: Reading) -> ReviewAnswer:
    """The minutes as they now read, and what is still to be looked at."""
    with site.database.reading() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id)
        return _answer(session, meeting, edits.reviewed(session, meeting.id))


@router.get("/meetings/{meeting_id}/minutes", responses=documented(404, 409))
def read_minutes(meeting_id: MeetingId, site: Here, asker: Reading) -> Minutes:
    """The minutes as they would be sent now: without what was rejected."""
    with site.database.reading() as session, states_told():
        return edits.reviewed(session, meeting_for(session, asker, meeting_id).id).final()


@router.get("/meetings/{meeting_id}/transcript", responses=documented(404, 409))
def read_transcript(meeting_id: MeetingId, site: Here, asker: Reading) -> Transcript:
    """The transcript as it now reads."""
    with site.database.reading() as session, states_told():
        return edits.reviewed(session, meeting_for(session, asker, meeting_id).id).transcript


@router.post("/meetings/{meeting_id}/edits", responses=documented(404, 409))
def edit_minutes(meeting_id: MeetingId, wanted: EditsIn, site: Here, asker: Writing) -> EditsAnswer:
    """Edits minutes; what runs against an edit that its author had not seen is answered with both values."""
    try:
        with site.database.session() as session, states_told():
            meeting = meeting_for(session, asker, meeting_id, lock=True)
            author = Author(asker.user_id, asker.display)
            added = edits.record(session, meeting, wanted.edits, wanted.made_against, author)
            _index(session, meeting, edits.reviewed(session, meeting.id))
            audit.note(session, asker.name, "minutes.edit", meeting.id, address=asker.address)
            return EditsAnswer(revision=meeting.revision, entries=added)
    except Refused as error:
        with site.database.session() as session:
            meeting = meeting_for(session, asker, meeting_id)
            edits.refuse(session, meeting.id, wanted.edits, wanted.made_against, asker.display)
            more = {"conflict": error.conflict.model_dump(mode="json"), "revision": meeting.revision}
        raise Problem(409, str(error), more=more) from error


@router.get("/meetings/{meeting_id}/edits", responses=documented(404))
def list_edits(
    meeting_id: MeetingId,
    site: Here,
    asker: Reading,
    after: Annotated[int, Query(ge=0, le=MOST_REVISION, description="Only edits above this number")] = 0,
) -> tuple[Entry, ...]:
    """The edits of a meeting, in order."""
    with site.database.reading() as session:
        return edits.entries(session, meeting_for(session, asker, meeting_id).id, after)


@router.get("/meetings/{meeting_id}/history", responses=documented(404))
def read_history(meeting_id: MeetingId, site: Here, asker: Reading) -> History:
    """Who did what and when, also what was not taken."""
    with site.database.reading() as session:
        meeting = meeting_for(session, asker, meeting_id)
        return History(
            entries=edits.entries(session, meeting.id),
            declared=tuple(
                Declared(verb=_verb(row.verb), revision=row.revision, by=row.by, at=row.at)
                for row in edits.confirmations(session, meeting.id)
            ),
            not_taken=tuple(
                NotTaken(made_against=row.made_against, by=row.by, at=row.at, edit=row.edit)
                for row in edits.refused(session, meeting.id)
            ),
        )


@router.get("/meetings/{meeting_id}/proposals", responses=documented(404, 409))
def list_proposals(meeting_id: MeetingId, site: Here, asker: Reading) -> tuple[Proposal, ...]:
    """What a new run of the stages sees otherwise; each carries the edit that would carry it out."""
    with site.database.reading() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id)
        return edits.proposals(session, meeting.id, edits.reviewed(session, meeting.id))


@router.post("/meetings/{meeting_id}/recompute", status_code=202, responses=documented(404, 409))
def recompute(meeting_id: MeetingId, site: Here, asker: Writing) -> ReviewAnswer:
    """Runs again what depends on corrections; what it says otherwise becomes proposals, never changes."""
    with site.database.session() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        review = edits.reviewed(session, meeting.id)
        if meeting.state == "final":
            raise Unready("These minutes are confirmed: reopen them first.")
        submit(session, site, meeting, "minute", user_id=asker.user_id)
        audit.note(session, asker.name, "minutes.recompute", meeting.id, address=asker.address)
        session.flush()
        return _answer(session, meeting, review)


@router.post("/meetings/{meeting_id}/confirm", responses=documented(404, 409))
def confirm_minutes(meeting_id: MeetingId, seen: Confirming, site: Here, asker: Writing) -> ReviewAnswer:
    """Declares the minutes final: from now on they can be sent, and their action items are followed."""
    with site.database.session() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        if meeting.revision != seen.made_against:
            raise Unready("Somebody changed the minutes in the meantime: look at them once more.")
        edits.confirm(session, meeting, "confirm", asker.display)
        review = edits.reviewed(session, meeting.id)
        tasks.follow(session, meeting, review.final(), by=asker.display)
        webhooks.announce(session, "minutes.confirmed", meeting.id)
        audit.note(session, asker.name, "minutes.confirm", meeting.id, address=asker.address)
        return _answer(session, meeting, review)


@router.post("/meetings/{meeting_id}/reopen", responses=documented(404, 409))
def reopen_minutes(meeting_id: MeetingId, site: Here, asker: Writing) -> ReviewAnswer:
    """Takes a confirmation back, visibly: the history keeps both."""
    with site.database.session() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        edits.confirm(session, meeting, "reopen", asker.display)
        webhooks.announce(session, "minutes.reopened", meeting.id)
        audit.note(session, asker.name, "minutes.reopen", meeting.id, address=asker.address)
        return _answer(session, meeting, edits.reviewed(session, meeting.id))


@contextmanager
def states_told() -> Generator[None]:
    """Answers with 409 where the present state of the minutes does not allow it."""
    try:
        yield
    except (NoMinutes, Unready) as error:
        raise Problem(409, str(error)) from error


def _index(session: Session, meeting: MeetingRow, review: Review) -> None:
    search.index(session, meeting.id, meeting.title, review.transcript, review.final())


def _answer(session: Session, meeting: MeetingRow, review: Review) -> ReviewAnswer:
    return ReviewAnswer(
        state=meeting.state,
        revision=meeting.revision,
        minutes=review.minutes,
        standings=review.standings,
        touches=review.touches,
        unreviewed=unreviewed(review),
        share=share_reviewed(review),
        depends=review.depends,
        misquoted=review.misquoted,
        proposals=len(edits.proposals(session, meeting.id, review)),
    )


def _verb(text: str) -> Literal["confirm", "reopen"]:
    return "confirm" if text == "confirm" else "reopen"

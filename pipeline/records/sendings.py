"""What was sent, to whom, and what the other side said. Nothing goes twice to one place unless somebody asks for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.records.columns import now
from pipeline.records.sending_plans import Piece
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Sending
from pipeline.sending import Answer, Letter, Outcome, send_chat, send_mail, shown
from pipeline.sending.chat import ChatMessage
from pipeline.settings import Settings

STATES: Mapping[Outcome, str] = {
    "taken": "sent",
    "unknown": "unknown",
    "later": "failed",
    "refused": "failed",
}
"""Of the record of a sending, by what the other side said."""
MOST_SHOWN = 200
"""Letters of a place, as the tables take them."""

ALMOST_AT_ONCE = timedelta(seconds=30)
"""Who asks for another copy twice in so short a time pressed a button twice."""


@dataclass(frozen=True)
class Result:
    """What became of a piece.

    Attributes:
        record: The latest of this content to this place.
        went: Whether it was sent now; else it was there before.
    """

    record: Sending
    went: bool


def already(session: Session, piece: Piece, *, lock: bool = False) -> Sending | None:
    """The latest sending of the same content to the same place; None where there was none.

    Args:
        session: Of the request.
        piece: What would be sent.
        lock: Whether others wait with changes to its record until this transaction ends.
    """
    query = select(Sending).where(Sending.key == piece.key).order_by(Sending.again.desc()).limit(1)
    return session.scalar(query.with_for_update() if lock else query)


def check_ways(settings: Settings, pieces: Sequence[Piece]) -> None:
    """Makes sure that there is a way out for what is to be sent.

    Raises:
        EnvironmentProblem: There are letters and no mail server.
    """
    if settings.mail.host is None and any(isinstance(piece.message, Letter) for piece in pieces):
        raise EnvironmentProblem("No mail server is set: LIHUI_MAIL__HOST names one.")


def send(
    site: Site, meeting_id: str, revision: int, pieces: Sequence[Piece], *, by: str, again: bool
) -> Iterator[Result]:
    """Sends pieces one after the other, and writes down each before it goes and after it went.

    A piece that is on record is left out, unless it was not taken or ``again`` says so. One whose answer never
    came, as after a crash, may have arrived: it counts as sent. Nobody waits twice for a mail server that cannot
    be reached: the letters after the first one are not tried.

    Args:
        site: Where records are kept, and the mail server.
        meeting_id: Whose minutes go.
        revision: Of the minutes.
        pieces: What goes.
        by: Who sends.
        again: Whether what arrived before goes once more; of copies that are asked for almost at once only one goes.

    Yields:
        One result a place, also of those left out. It ends early where the meeting is deleted meanwhile.
    """
    unreachable: Answer | None = None
    for piece in {piece.key: piece for piece in pieces}.values():
        begun = _begun(site, piece, meeting_id, revision, by=by, again=again)
        if begun is None:
            return
        if not begun.went:
            yield begun
            continue
        lost = unreachable if isinstance(piece.message, Letter) else None
        try:
            answer = lost or _sent(piece, site.settings, begun.record.again)
        except EnvironmentProblem as error:
            answer = unreachable = Answer(outcome="later", code=None, text=str(error))
        _end(site, begun.record, answer)
        yield begun


def _begun(
    site: Site, piece: Piece, meeting_id: str, revision: int, *, by: str, again: bool
) -> Result | None:
    """The record of a piece, and whether it goes; None where the meeting is gone."""
    try:
        return _written_down(site, piece, meeting_id, revision, by=by, again=again)
    except IntegrityError:  # somebody else began to send the same at this moment
        return _written_down(site, piece, meeting_id, revision, by=by, again=False)


def _written_down(
    site: Site, piece: Piece, meeting_id: str, revision: int, *, by: str, again: bool
) -> Result | None:
    with site.database.session() as session:
        kept = select(MeetingRow.id).where(MeetingRow.id == meeting_id)
        if session.scalar(kept.with_for_update(read=True, key_share=True)) is None:
            return None
        record = already(session, piece, lock=True)
        sent_before = record is not None and record.state != "failed"
        if record is not None and sent_before and not (again and _may_go_again(record)):
            return Result(record, went=False)
        if record is None or sent_before:
            record = Sending(
                meeting_id=meeting_id,
                kind=piece.message.kind,
                place=shown(piece.address)[:MOST_SHOWN],
                key=piece.key,
                again=0 if record is None else record.again + 1,
            )
            session.add(record)
        record.revision, record.by, record.at = revision, by, now()
        record.state, record.answer = "sending", None
        return Result(record, went=True)


def _may_go_again(record: Sending) -> bool:
    return record.again == 0 or record.at < now() - ALMOST_AT_ONCE


def _sent(piece: Piece, settings: Settings, again: int) -> Answer:
    """Sends one piece.

    Raises:
        EnvironmentProblem: The mail server cannot be reached.
    """
    try:
        if isinstance(piece.message, ChatMessage):
            return send_chat(piece.message, piece.address)
        return next(send_mail(piece.message, [piece.address], settings.mail, again=again))
    except UsageError as error:
        return Answer(outcome="refused", code=None, text=str(error))


def _end(site: Site, record: Sending, answer: Answer) -> None:
    """Writes down the answer."""
    record.state, record.answer = STATES[answer.outcome], answer.told
    kept = update(Sending).where(Sending.id == record.id)
    with site.database.session() as session:
        session.execute(kept.values(state=record.state, answer=record.answer))


def of_meeting(session: Session, meeting_id: str) -> tuple[Sending, ...]:
    """What was sent of a meeting, the latest first."""
    query = select(Sending).where(Sending.meeting_id == meeting_id).order_by(Sending.id.desc())
    return tuple(session.scalars(query))

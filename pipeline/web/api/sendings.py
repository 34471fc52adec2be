"""Sending confirmed minutes: by mail to people, to chat groups; looked at before, recorded afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session

from pipeline.records import audit, edits, sending_plans, sendings, webhooks
from pipeline.records.sending_plans import Audience, Piece, Plan, UnknownPlace
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Sending
from pipeline.sending import Letter, shown
from pipeline.transcript import Value
from pipeline.web.access import Here, Reading, meeting_for
from pipeline.web.access import Sending as MaySend
from pipeline.web.api.facts import MeetingId
from pipeline.web.api.review import states_told
from pipeline.web.fields import MOST_ID
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["sending"])

MOST_PLACES = 50


class SendingIn(Value):
    """Who shall get the minutes.

    Attributes:
        audience: By mail: everybody who took part, or each owner their own items; None: nobody.
        places: Ids of chat groups.
        again: Whether those who have these minutes already get them once more; asked for twice within half a
            minute, they get one more.
    """

    audience: Audience | None = None
    places: Annotated[tuple[Annotated[int, Field(ge=1, le=MOST_ID)], ...], Field(max_length=MOST_PLACES)] = ()
    again: bool = False


class PreviewPiece(Value):
    """One message as it would go.

    Attributes:
        person: Who is written to; None for a chat group.
        place: Where it goes, without secrets.
        subject: One line.
        text: What it says.
        html: The same as a page; None in chats.
        attachments: Names of the files that come along.
        sent: When the same content went there before; None where it did not.
    """

    person: str | None
    place: str
    subject: str
    text: str
    html: str | None
    attachments: tuple[str, ...]
    sent: datetime | None


class Preview(Value):
    """What would be sent, and who cannot be reached."""

    pieces: tuple[PreviewPiece, ...]
    without_address: tuple[str, ...]


class SendingAnswer(Value):
    """One message to one place.

    Attributes:
        id: Of the record.
        kind: ``all``, ``own`` or ``reminder``.
        place: Where it went, without secrets.
        revision: Of the minutes.
        state: ``sent``, ``failed``, ``sending``, or ``unknown``: no answer came, it may have arrived.
        again: How often it went there before.
        answer: What the other side said.
        by: Who sent it.
        at: When.
    """

    id: int
    kind: str
    place: str
    revision: int | None
    state: str
    again: int
    answer: str | None
    by: str
    at: datetime


class Sent(Value):
    """What became of sending.

    Attributes:
        sendings: What went now, with the answers.
        already: What those places have already, and were not sent again.
        without_address: People who ought to get it and whose address nobody knows.
    """

    sendings: tuple[SendingAnswer, ...]
    already: tuple[SendingAnswer, ...]
    without_address: tuple[str, ...]


@router.post("/meetings/{meeting_id}/sendings/preview", responses=documented(404, 409))
def preview_sending(meeting_id: MeetingId, wanted: SendingIn, site: Here, asker: MaySend) -> Preview:
    """Shows what would be sent: the very messages."""
    with site.database.reading() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id)
        plan = _plan(session, site, meeting, wanted)
        return Preview(
            pieces=tuple(_preview(session, piece) for piece in plan.pieces),
            without_address=plan.without_address,
        )


@router.post("/meetings/{meeting_id}/sendings", responses=documented(404, 409))
def send_minutes(meeting_id: MeetingId, wanted: SendingIn, site: Here, asker: MaySend) -> Sent:
    """Sends confirmed minutes; what a place has already is not sent there again unless ``again`` says so."""
    with site.database.reading() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id)
        _check_final(meeting)
        revision, plan = meeting.revision, _plan(session, site, meeting, wanted)
    sendings.check_ways(site.settings, plan.pieces)
    # Composing takes a while, in which the meeting is nobody's: it may have been reopened.
    with site.database.session() as session:
        _check_final(meeting_for(session, asker, meeting_id, lock=True), seen=revision)
        detail = "again" if wanted.again else None
        audit.note(session, asker.name, "minutes.send", meeting_id, address=asker.address, detail=detail)
    results = tuple(
        sendings.send(site, meeting_id, revision, plan.pieces, by=asker.display, again=wanted.again)
    )
    if any(result.went and result.record.state == "sent" for result in results):
        with site.database.session() as session:
            webhooks.announce(session, "minutes.sent", meeting_id)
    return Sent(
        sendings=_answers(result.record for result in results if result.went),
        already=_answers(result.record for result in results if not result.went),
        without_address=plan.without_address,
    )


@router.get("/meetings/{meeting_id}/sendings", responses=documented(404))
def list_sendings(meeting_id: MeetingId, site: Here, asker: Reading) -> tuple[SendingAnswer, ...]:
    """What was sent of a meeting, the latest first."""
    with site.database.reading() as session:
        return _answers(sendings.of_meeting(session, meeting_for(session, asker, meeting_id).id))


def _check_final(meeting: MeetingRow, seen: int | None = None) -> None:
    if meeting.state != "final" or seen not in (None, meeting.revision):
        raise Problem(409, "Only confirmed minutes can be sent.")


def _plan(session: Session, site: Site, meeting: MeetingRow, wanted: SendingIn) -> Plan:
    review = edits.reviewed(session, meeting.id)
    minutes, said = review.final(), review.transcript
    try:
        return sending_plans.plan(
            session, meeting, minutes, said, site.settings, audience=wanted.audience, places=wanted.places
        )
    except UnknownPlace as error:
        raise not_found("chat group") from error


def _preview(session: Session, piece: Piece) -> PreviewPiece:
    message, before = piece.message, sendings.already(session, piece)
    letter = message if isinstance(message, Letter) else None
    return PreviewPiece(
        person=piece.person,
        place=shown(piece.address),
        subject=letter.subject if letter else _title(piece),
        text=letter.text if letter else _lines(piece),
        html=letter.html if letter else None,
        attachments=tuple(file.name for file in letter.attachments) if letter else (),
        sent=before.at if before and before.state != "failed" else None,
    )


def _title(piece: Piece) -> str:
    return piece.message.subject if isinstance(piece.message, Letter) else piece.message.title


def _lines(piece: Piece) -> str:
    if isinstance(piece.message, Letter):
        return piece.message.text
    return "\n".join(line.text for line in piece.message.lines)


def _answers(records: Iterable[Sending]) -> tuple[SendingAnswer, ...]:
    return tuple(
        SendingAnswer(
            id=record.id,
            kind=record.kind,
            place=record.place,
            revision=record.revision,
            state=record.state,
            again=record.again,
            answer=record.answer,
            by=record.by,
            at=record.at,
        )
        for record in records
    )

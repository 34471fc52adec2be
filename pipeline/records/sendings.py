"""What was sent, to whom, and what the other side said. Nothing goes twice to one place unless somebody asks for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import EnvironmentProblem
from pipeline.minutes import Minutes
from pipeline.records.site import Site
from pipeline.records.tables import Contact, MeetingRow, Place, Sending, User
from pipeline.records.task_lists import today
from pipeline.sending import (
    Answer,
    Letter,
    as_chat,
    as_letter,
    for_all,
    for_owner,
    key,
    owners,
    place_of,
    send_chat,
    send_mail,
    shown,
)
from pipeline.sending import Place as Address
from pipeline.sending.chat import ChatMessage
from pipeline.settings import Settings
from pipeline.transcript import Transcript

Audience = Literal["everybody", "owners"]
"""``everybody`` gets the minutes, ``owners`` each their own items."""


@dataclass(frozen=True)
class Piece:
    """One message to one place.

    Attributes:
        message: What is sent, as a preview shows it.
        address: Where to.
        person: Who is written to; None for a chat group.
    """

    message: Letter | ChatMessage
    address: Address
    person: str | None

    @property
    def key(self) -> str:
        """The same for the same content to the same place."""
        return key(self.message, self.address)


@dataclass(frozen=True)
class Plan:
    """What would be sent, and who cannot be reached.

    Attributes:
        pieces: One a place.
        without_address: People who ought to get it and whose address nobody knows.
    """

    pieces: tuple[Piece, ...]
    without_address: tuple[str, ...]


def plan(
    session: Session,
    meeting: MeetingRow,
    minutes: Minutes,
    transcript: Transcript,
    settings: Settings,
    *,
    audience: Audience | None,
    places: Sequence[int],
) -> Plan:
    """Composes what goes to people by mail, and to chat groups.

    Args:
        session: For reading.
        meeting: Whose minutes these are.
        minutes: As they are confirmed.
        transcript: Theirs.
        settings: With the address under which people know the service.
        audience: Who gets mail; None: nobody.
        places: Ids of chat groups.
    """
    link = _link(settings, meeting)
    pieces: list[Piece] = []
    unknown: list[str] = []
    day = today(settings.timezone)
    letters = _letters(minutes, transcript, audience, day, link)
    known = addresses(session, meeting.series_id)
    for person, letter in letters:
        address = known.get(person)
        if address is None:
            unknown.append(person)
        else:
            pieces.append(Piece(letter, place_of(address), person))
    told = for_all(minutes, transcript, today=day, link=link)
    for place in session.scalars(select(Place).where(Place.id.in_(places), _reaches(meeting))):
        address = place_of(place.url)
        if address.channel != "mail":
            pieces.append(Piece(as_chat(told, address.channel), address, None))
    return Plan(tuple(pieces), tuple(unknown))


def addresses(session: Session, series_id: int | None) -> dict[str, str]:
    """Mail addresses by name: the series' contacts, else the accounts of that name."""
    users = select(User.display, User.email).where(User.email.is_not(None), User.active)
    contacts = select(Contact.name, Contact.email).where(Contact.series_id == series_id)
    found: dict[str, str] = {}
    for name, email in (*session.execute(users), *session.execute(contacts)):
        if email is not None:
            found[name] = email
    return found


def already(session: Session, piece: Piece) -> Sending | None:
    """The latest sending of the same content to the same place; None where there was none."""
    query = select(Sending).where(Sending.key == piece.key).order_by(Sending.again.desc()).limit(1)
    return session.scalar(query)


def send(
    site: Site, meeting_id: str | None, revision: int | None, pieces: Sequence[Piece], *, by: str, again: bool
) -> Iterator[Sending]:
    """Sends pieces one after the other, and writes down each before it goes and after it went.

    A piece that is on record is left out, unless it was not taken or ``again`` says so. One whose answer never
    came, as after a crash, may have arrived: it counts as sent.

    Args:
        site: Where records are kept, and the mail server.
        meeting_id: Whose minutes go; None for reminders.
        revision: Of the minutes.
        pieces: What goes.
        by: Who sends.
        again: Whether what arrived before goes once more.

    Yields:
        The record of each piece, also of those left out.
    """
    for piece in pieces:
        try:
            record, goes = _written_down(site, piece, meeting_id, revision, by=by, again=again)
        except IntegrityError:  # somebody else sends the same at this moment
            record, goes = _written_down(site, piece, meeting_id, revision, by=by, again=False)
        yield _gone(site, piece, record) if goes else record


def _written_down(
    site: Site, piece: Piece, meeting_id: str | None, revision: int | None, *, by: str, again: bool
) -> tuple[Sending, bool]:
    """The record of a piece, and whether it goes."""
    with site.database.session() as session:
        record = already(session, piece)
        sent_before = record is not None and record.state != "failed"
        if record is not None and sent_before and not again:
            return record, False
        if record is None or sent_before:
            number = 0 if record is None else record.again + 1
            record = _record(piece, meeting_id, revision, by, number)
            session.add(record)
        record.state = "sending"
        return record, True


def _gone(site: Site, piece: Piece, record: Sending) -> Sending:
    """Sends a piece and writes down the answer."""
    answer = _sent(piece, site.settings, record.again)
    with site.database.session() as session:
        kept = session.get_one(Sending, record.id)
        kept.state = {"taken": "sent", "unknown": "unknown"}.get(answer.outcome, "failed")
        kept.answer = f"{answer.code or ''} {answer.text}".strip()
        return kept


def of_meeting(session: Session, meeting_id: str) -> tuple[Sending, ...]:
    """What was sent of a meeting, the latest first."""
    query = select(Sending).where(Sending.meeting_id == meeting_id).order_by(Sending.id.desc())
    return tuple(session.scalars(query))


def _letters(
    minutes: Minutes, transcript: Transcript, audience: Audience | None, today: date, link: str | None
) -> Iterator[tuple[str, Letter]]:
    """Who gets which letter."""
    if audience == "everybody":
        letter = as_letter(for_all(minutes, transcript, today=today, link=link))
        yield from ((person.name, letter) for person in minutes.meeting.participants)
    if audience == "owners":
        for owner in owners(minutes):
            yield owner, as_letter(for_owner(minutes, transcript, owner, today=today, link=link))


def _reaches(meeting: MeetingRow) -> ColumnElement[bool]:
    """A chat group of a series gets the minutes of that series alone."""
    return or_(Place.series_id.is_(None), Place.series_id == meeting.series_id)


def _link(settings: Settings, meeting: MeetingRow) -> str | None:
    """Where people can read the minutes; a service of this machine alone has no such address."""
    url = settings.serve.public_url
    return f"{url.rstrip('/')}/meetings/{meeting.id}" if url else None


def _record(piece: Piece, meeting_id: str | None, revision: int | None, by: str, again: int) -> Sending:
    return Sending(
        meeting_id=meeting_id,
        revision=revision,
        kind=piece.message.kind,
        place=shown(piece.address),
        key=piece.key,
        again=again,
        state="sending",
        by=by,
    )


def _sent(piece: Piece, settings: Settings, again: int) -> Answer:
    """Sends one piece; a server that cannot be reached is an answer too."""
    if isinstance(piece.message, ChatMessage):
        return send_chat(piece.message, piece.address)
    try:
        return next(send_mail(piece.message, [piece.address], settings.mail, again=again))
    except EnvironmentProblem as error:
        return Answer(outcome="later", code=None, text=str(error))

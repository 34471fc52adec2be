"""What goes where when minutes are sent: composed before anything goes, so that it can be looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.records.mailboxes import mailboxes
from pipeline.records.tables import MeetingRow, Place
from pipeline.records.task_lists import today
from pipeline.sending import Letter, as_chat, as_letter, for_all, for_owner, key, owners, place_of
from pipeline.sending import Place as Address
from pipeline.sending.chat import ChatMessage
from pipeline.settings import Settings
from pipeline.transcript import Transcript

Audience = Literal["everybody", "owners"]
"""``everybody`` gets the minutes, ``owners`` each their own items."""


class UnknownPlace(InputError):  # noqa: N818 - as the tree of errors names its leaves
    """There is no such chat group, or minutes of this meeting do not go there."""


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
        pieces: One for each person and each chat group.
        without_address: People who ought to get it and whose address nobody knows.
    """

    pieces: tuple[Piece, ...]
    without_address: tuple[str, ...]


@dataclass(frozen=True)
class Telling:
    """What is told.

    Attributes:
        minutes: As they are confirmed.
        transcript: Theirs.
        today: The day of sending.
        link: Where people can read them; None where the service has no address that people know.
    """

    minutes: Minutes
    transcript: Transcript
    today: date
    link: str | None


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

    Raises:
        UnknownPlace: There is no such chat group, or it is one of another series.
    """
    telling = Telling(minutes, transcript, today(settings.timezone), _link(settings, meeting))
    groups = _groups(session, meeting, places)
    people, known = _people(minutes, audience), mailboxes(session, meeting)
    reached = {person: known[person] for person in people if person in known}
    letters = _to_owners(telling, reached) if audience == "owners" else _to_everybody(telling, reached)
    return Plan(
        pieces=(*letters, *_to_groups(telling, groups)),
        without_address=tuple(person for person in people if person not in known),
    )


def _people(minutes: Minutes, audience: Audience | None) -> tuple[str, ...]:
    if audience == "owners":
        return owners(minutes)
    names = (person.name for person in minutes.meeting.participants)
    return tuple(dict.fromkeys(names)) if audience == "everybody" else ()


def _to_everybody(telling: Telling, reached: dict[str, Address]) -> Iterator[Piece]:
    if reached:
        told = for_all(telling.minutes, telling.transcript, today=telling.today, link=telling.link)
        letter = as_letter(told)
        yield from (Piece(letter, address, person) for person, address in reached.items())


def _to_owners(telling: Telling, reached: dict[str, Address]) -> Iterator[Piece]:
    for person, address in reached.items():
        own = for_owner(telling.minutes, telling.transcript, person, today=telling.today, link=telling.link)
        yield Piece(as_letter(own), address, person)


def _to_groups(telling: Telling, groups: Sequence[Address]) -> Iterator[Piece]:
    told = for_all(telling.minutes, telling.transcript, today=telling.today, link=telling.link)
    for address in groups:
        if address.channel != "mail":
            yield Piece(as_chat(told, address.channel), address, None)


def _groups(session: Session, meeting: MeetingRow, places: Sequence[int]) -> list[Address]:
    query = select(Place.url).where(Place.id.in_(places), _reaches(meeting)).order_by(Place.id)
    found = [place_of(url) for url in session.scalars(query)]
    if len(found) < len(set(places)):
        raise UnknownPlace("There is no such chat group.")
    return found


def _reaches(meeting: MeetingRow) -> ColumnElement[bool]:
    """A chat group of a series gets the minutes of that series alone."""
    return or_(Place.series_id.is_(None), Place.series_id == meeting.series_id)


def _link(settings: Settings, meeting: MeetingRow) -> str | None:
    url = settings.serve.public_url
    return f"{url.rstrip('/')}/meetings/{meeting.id}" if url else None

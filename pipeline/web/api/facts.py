"""The facts about a meeting as they come in a request: bounded, and of plain text."""

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, Field, StringConstraints

from pipeline.errors import MeetingError
from pipeline.facts import zone_named
from pipeline.meeting import DateSource, Meeting
from pipeline.transcript import Language, Value
from pipeline.web.fields import MOST_ID, Line

MeetingId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]


def _zone(name: str) -> str:
    try:
        zone_named(name)
    except MeetingError as error:
        raise ValueError(str(error).rstrip(".")) from error
    return name


class ParticipantFacts(Value):
    """Somebody on the roster."""

    name: Line
    aliases: tuple[Line, ...] = Field(default=(), max_length=20)
    title: Line | None = None
    department: Line | None = None


class AgendaFacts(Value):
    """One topic of the agenda, with its planned minutes where they were set."""

    topic: Line
    minutes: float | None = Field(default=None, ge=0, le=24 * 60)


class OpenActionFacts(Value):
    """An action item that was still open after the previous meeting."""

    id: Annotated[str, StringConstraints(pattern="^[0-9A-Za-z_-]{1,40}$")]
    task: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
    owner: Line | None = None
    due: date | None = None
    slips: int = Field(default=0, ge=0, le=1000)


class MeetingFacts(Value):
    """What is known about a meeting. What is left out stays as it is, or is taken from its series.

    Attributes:
        title: Of the minutes; the name of the series where there is one.
        series_id: The series it belongs to.
        series: Or the name of it, in the place of ``series_id`` when the meeting is made.
        held_on: Calendar day; guessed from the recording where it is not given.
        date_source: How that is known; a day without it was given by somebody who knows.
        language: Recognised where it is not given.
        participants: The roster.
        agenda: Topics with planned minutes.
        cadence_days: Days from one meeting of the series to the next.
        next_meeting: Where it is fixed.
        timezone: IANA name.
        country: ISO 3166 code whose working days count.
        open_actions: What the last meeting left open; else what is followed of the series.
        id: Of a meeting file; here meetings have ids of their own.
        seconds: Of a meeting file; here the recordings tell.
    """

    title: Line | None = None
    series_id: int | None = Field(default=None, ge=1, le=MOST_ID)
    series: Line | None = None
    held_on: date | None = None
    date_source: DateSource | None = None
    language: Language | None = None
    participants: tuple[ParticipantFacts, ...] = Field(default=(), max_length=500)
    agenda: tuple[AgendaFacts, ...] = Field(default=(), max_length=100)
    cadence_days: int | None = Field(default=None, ge=1, le=3660)
    next_meeting: date | None = None
    timezone: Annotated[Line, AfterValidator(_zone)] | None = None
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None
    open_actions: tuple[OpenActionFacts, ...] = Field(default=(), max_length=500)
    id: Line | None = None
    seconds: float | None = Field(default=None, ge=0)

    def over(self, known: Meeting) -> Meeting:
        """What was known, with what is said here in its place; null takes a fact back."""
        said = self.model_dump(exclude_unset=True, exclude={"series_id", "id", "seconds"})
        if "held_on" in said:
            said["date_source"] = (self.date_source or "given") if self.held_on else None
        return Meeting.model_validate(known.model_dump() | said)

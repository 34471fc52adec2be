"""What is known about a meeting before it is heard: the ``case.json`` of a sample, the ``--meeting`` of a run."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from pipeline.transcript import Language, Value

DateSource = Literal["given", "metadata", "file_name", "file_time"]
"""Where ``held_on`` comes from. ``file_time`` is unconfirmed: it resolves no relative deadline."""


class Participant(Value):
    """Somebody on the roster."""

    name: str
    aliases: tuple[str, ...] = ()
    title: str | None = None
    department: str | None = None


class AgendaItem(Value):
    """One topic of the agenda, with its planned minutes where they were set."""

    topic: str
    minutes: float | None = None


class OpenAction(Value):
    """An action item that was still open after the previous meeting of the series.

    Attributes:
        id: Its id in the meeting file.
        task: What was to be done.
        owner: Participant or department; None when nobody was named.
        due: The date it was last promised for.
        slips: How often it was re-dated already.
    """

    id: str
    task: str
    owner: str | None = None
    due: date | None = None
    slips: int = 0


class Meeting(Value):
    """The facts about one meeting. Every field may be missing but the language of a finished run.

    Attributes:
        id: Name of the meeting's folder.
        language: None until it was given or recognised.
        title: Title for the head of the minutes.
        held_on: Calendar day in the meeting's own time zone; relative deadlines count from it.
        date_source: How ``held_on`` is known; None with ``held_on``.
        series: Name of the series of regular meetings.
        cadence_days: Days from one meeting of the series to the next.
        next_meeting: Day of the next meeting, where it is fixed.
        timezone: IANA name; recordings' own times are converted with it.
        country: ISO 3166 code whose working days count.
        agenda: Topics with planned minutes.
        participants: The roster; empty when nobody was named beforehand.
        open_actions: Items still open from last time.
        seconds: How long it took; known once it was heard.
    """

    # A meeting file may carry keys of its own (difficulty, source, licence …): they say nothing to a run.
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | None = None
    language: Language | None = None
    title: str | None = None
    held_on: date | None = None
    date_source: DateSource | None = None
    series: str | None = None
    cadence_days: int | None = Field(default=None, ge=1)
    next_meeting: date | None = None
    timezone: str | None = None
    country: str | None = None
    agenda: tuple[AgendaItem, ...] = ()
    participants: tuple[Participant, ...] = ()
    open_actions: tuple[OpenAction, ...] = ()
    seconds: float | None = None

    @property
    def date_confirmed(self) -> bool:
        """Whether relative deadlines may count from ``held_on``."""
        return self.held_on is not None and self.date_source != "file_time"

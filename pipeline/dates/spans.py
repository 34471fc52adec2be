"""What a deadline phrase means before it meets a calendar."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["minute", "hour", "day", "workday", "week", "fortnight", "month", "quarter", "half", "year"]
Rhythm = Literal["any", "weekly", "quarterly", "yearly"]
"""How often a meeting is held, as its name says."""
EdgeName = Literal[
    "whole", "before", "end", "mid", "early", "late", "second_third", "first_half", "second_half"
]
"""Where in a period: ``whole`` is the period said alone ("next week"), ``before`` ends before it begins."""


@dataclass(frozen=True, slots=True)
class Day:
    """So many days after the meeting: today 0, tomorrow 1."""

    offset: int


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, Monday 0.

    Attributes:
        day: Monday 0 … Sunday 6.
        week: Weeks after the meeting's week; None for the bare weekday.
        strict: "Friday of this week", where English "this Friday" may run into the next one.
    """

    day: int
    week: int | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of a month; what was not said is None.

    Attributes:
        day: 1 … 31.
        month: 1 … 12.
        shift: Months after the meeting's month ("the 5th of next month").
        year: As said, in four digits.
        year_shift: Years after the meeting's year ("next March 1st").
        weekday: The weekday said beside it, which has to agree.
    """

    day: int
    month: int | None = None
    shift: int | None = None
    year: int | None = None
    year_shift: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month, quarter, half-year or year, and where in it.

    Attributes:
        unit: Its length.
        edge: Where in it the deadline is.
        shift: Units after the meeting's own; None where nothing was said.
        index: Month 1–12, quarter 1–4 or half 1–2.
        year: As said, in four digits.
        year_shift: Years after the meeting's year.
    """

    unit: Unit
    edge: EdgeName = "whole"
    shift: int | None = None
    index: int | None = None
    year: int | None = None
    year_shift: int | None = None


@dataclass(frozen=True, slots=True)
class After:
    """So many units after the meeting; ``exact`` is False for a bare "three days", which is no deadline."""

    count: int
    unit: Unit
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Weekend:
    """The Sunday of a week."""

    week: int


@dataclass(frozen=True, slots=True)
class Festival:
    """A holiday or promotion day by its name in ``festivals.toml``, on it or the day before."""

    name: str
    before: bool
    year: int | None = None
    year_shift: int | None = None


@dataclass(frozen=True, slots=True)
class NthDay:
    """The n-th (-1: last) weekday, or working day (weekday None), of a month, quarter or year."""

    n: int
    weekday: int | None
    period: Period


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next meeting, and how often it is held by its own name."""

    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class SameDay:
    """The day of a date said before ("the same day", "the day before")."""

    offset: int


@dataclass(frozen=True, slots=True)
class Offset:
    """So many units from another date ("a week from Monday", "国庆前三天")."""

    count: int
    unit: Unit
    anchor: "Span"


@dataclass(frozen=True, slots=True)
class Open:
    """A time that is no calendar date, and the kind of reason for it."""

    why: Literal["condition", "mood", "vague", "after", "rejected", "holiday"]


Span = (
    Day
    | Weekday
    | MonthDay
    | Period
    | After
    | Weekend
    | Festival
    | NthDay
    | NextMeeting
    | SameDay
    | Offset
    | Open
)

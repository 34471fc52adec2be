"""What a phrase means -> the calendar date, and by which rule."""

import calendar as months
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, assert_never

from pipeline.dates.festivals import festival_day, first_day_off, nth_weekday
from pipeline.dates.spans import (
    After,
    Day,
    Festival,
    MonthDay,
    NextMeeting,
    NthDay,
    Offset,
    Open,
    Period,
    Rhythm,
    SameDay,
    Span,
    Unit,
    Weekday,
    Weekend,
)
from pipeline.dates.workdays import UnknownCalendar, UnknownCountry, add_workdays, is_workday

_DAY = timedelta(days=1)
_FRIDAY, _SUNDAY = 4, 6
_MONTHS_IN: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_DAYS_IN: dict[Unit, int] = {"day": 1, "week": 7, "fortnight": 14}
# Working days are counted one by one; beyond ten years nobody plans.
_FARTHEST = 3650
# To the next meeting of a series that is held every quarter or year, give or take.
_FEWEST_DAYS: dict[Rhythm, int] = {"quarterly": 60, "yearly": 270}


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of the meeting before it is heard.

    Attributes:
        held_on: The day of the meeting.
        language: The meeting's language; it decides only where the rules of the two differ.
        cadence_days: Days from one meeting of the series to the next.
        next_meeting: The day of the next meeting.
        country: ISO code of the country whose holidays count; None is mainland China for zh and Monday to
            Friday for en.
    """

    held_on: date
    language: Literal["zh", "en"]
    cadence_days: int | None = None
    next_meeting: date | None = None
    country: str | None = None

    @property
    def working_country(self) -> str | None:
        """The country whose working days count."""
        return self.country or ("CN" if self.language == "zh" else None)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A date and the rule that gave it (a key of ``reasons.toml``).

    Attributes:
        on: None where there is no such date.
        rule: Why.
        rolled: A day of this year that is past, taken for next year's.
    """

    on: date | None
    rule: str
    rolled: bool = False


def resolve(span: Span, calendar: Calendar) -> Resolved:
    """The date of a phrase, never a guess: where the calendar does not settle it, None and the rule why."""
    try:
        return _resolve(span, calendar)
    except UnknownCountry:
        return Resolved(None, "unknown_country")
    except UnknownCalendar:
        return Resolved(None, "unknown_calendar")
    except (OverflowError, ValueError):
        return Resolved(None, "no_such_day")


def _resolve(span: Span, calendar: Calendar) -> Resolved:
    held = calendar.held_on
    match span:
        case Day(offset):
            return _not_past(held + offset * _DAY, "day", held)
        case Weekday():
            return _weekday(span, calendar)
        case MonthDay():
            return _month_day(span, held)
        case Period():
            return _period(span, held)
        case After():
            return _after(span, calendar)
        case Weekend(week):
            return _not_past(_monday(held, week) + _SUNDAY * _DAY, "weekend", held)
        case Festival():
            return _festival(span, calendar)
        case NthDay():
            return _nth(span, calendar)
        case NextMeeting(rhythm):
            return _next_meeting(rhythm, calendar)
        case Offset(count, unit, anchor):
            first = resolve(anchor, calendar)
            if first.on is None or unit in ("hour", "minute"):
                return replace(first, on=None)
            return _not_past(add_units(first.on, count, unit, calendar), "offset", held)
        case SameDay():
            return Resolved(None, "unknown_day")
        case Open(why):
            return Resolved(None, why)
        case _ as never:
            assert_never(never)


def add_units(day: date, count: int, unit: Unit, calendar: Calendar) -> date:
    """A day moved by so many units; months keep the day of the month where there is one.

    Raises:
        UnknownCalendar: Working days beyond the holidays that are known.
        UnknownCountry: No holidays of the country are known at all.
        OverflowError: Beyond the calendar.
    """
    if unit == "workday":
        if count > _FARTHEST:
            raise OverflowError
        return add_workdays(day, count, calendar.working_country)
    if unit in _MONTHS_IN:
        return _add_months(day, count * _MONTHS_IN[unit])
    if unit in ("hour", "minute"):
        return day + (count // 24 if unit == "hour" else 0) * _DAY
    return day + count * _DAYS_IN[unit] * _DAY


def period_bounds(period: Period, held: date) -> tuple[date, date]:
    """First and last day of a period; without a year, of the meeting's year."""
    if period.unit == "week":
        monday = _monday(held, period.shift or 0)
        return monday, monday + _SUNDAY * _DAY
    if period.unit == "fortnight":
        return held, held + 14 * _DAY
    size = _MONTHS_IN[period.unit]
    year = period.year if period.year is not None else held.year + (period.year_shift or 0)
    if period.index is not None:
        start = year * 12 + (period.index - 1) * size
    elif period.unit == "year":
        start = (year + (period.shift or 0)) * 12
    else:
        start = ((held.year * 12 + held.month - 1) // size + (period.shift or 0)) * size
    first = date(start // 12, start % 12 + 1, 1)
    return first, _add_months(first, size) - _DAY


def _weekday(span: Weekday, calendar: Calendar) -> Resolved:
    held = calendar.held_on
    upcoming = held + ((span.day - held.weekday() - 1) % 7 + 1) * _DAY
    if span.week is None:
        return Resolved(upcoming, "weekday")
    if span.week == 0 and not span.strict and calendar.language == "en":
        return Resolved(upcoming, "weekday")
    day = _monday(held, span.week) + span.day * _DAY
    return _not_past(day, {0: "weekday_this", 1: "weekday_next"}.get(span.week, "weekday_later"), held)


def _month_day(span: MonthDay, held: date) -> Resolved:
    year = span.year if span.year is not None else held.year + (span.year_shift or 0)
    rolled = False
    if span.month is None:
        first = _add_months(held.replace(day=1), span.shift or 0)
        if span.shift is None and span.day < held.day:
            first = _add_months(first, 1)
        if span.day > months.monthrange(first.year, first.month)[1]:
            return Resolved(None, "no_such_day")
        day, rule = first.replace(day=span.day), "month_day"
    else:
        day, rule = date(year, span.month, span.day), "date"
        said_year = span.year is not None or span.year_shift is not None
        if day < held and not said_year:
            day, rolled = date(year + 1, span.month, span.day), True
    if span.weekday is not None and day.weekday() != span.weekday:
        return Resolved(None, "weekday_differs")
    return replace(_not_past(day, rule, held), rolled=rolled)


def _period(span: Period, held: date) -> Resolved:
    day = _edge(span, held)
    if day is not None and day < held and span.edge == "before" and held <= period_bounds(span, held)[1]:
        span = replace(span, edge="whole")  # what has begun can only be meant to its end
        day = _edge(span, held)
    if day is None:
        return Resolved(None, "vague")
    rolled = False
    if day < held and span.shift is None and span.year is None and span.year_shift is None:
        rolled = span.index is not None or span.unit == "year"
        later = replace(span, year_shift=1) if rolled else replace(span, shift=1)
        day = _edge(later, held) or day
    rule = "period_before" if span.edge == "before" else "period_end"
    if span.edge in ("early", "mid", "second_third", "first_half"):
        rule = f"period_{span.edge}"
    if span.unit == "week":
        rule = "week_mid" if span.edge == "mid" else "week"
    return replace(_not_past(day, rule, held), rolled=rolled)


def _edge(span: Period, held: date) -> date | None:
    first, last = period_bounds(span, held)
    if span.unit == "week":
        friday = first + _FRIDAY * _DAY
        current = (span.shift or 0) == 0
        match span.edge:
            case "whole" | "end" | "late":
                return max(friday, held) if current else friday
            case "before":
                return max(held, friday - 7 * _DAY)
            case "mid":
                return first + 2 * _DAY
            case _:
                return None
    match span.edge:
        case "whole" | "end" | "late" | "second_half":
            return last
        case "before":
            return first - _DAY
        case "early":
            return first.replace(day=10)
        case "second_third":
            return first.replace(day=20)
        case "mid" | "first_half":
            middle = {"month": 0, "quarter": 1, "half": 2, "year": 5}[
                span.unit if span.unit != "fortnight" else "month"
            ]
            day = _add_months(first, middle)
            return day.replace(day=15) if middle < 2 else _add_months(day, 1) - _DAY


def _after(span: After, calendar: Calendar) -> Resolved:
    if not span.exact:
        return Resolved(None, "no_deadline")
    day = add_units(calendar.held_on, span.count, span.unit, calendar)
    return _not_past(day, f"after_{span.unit}", calendar.held_on)


def _festival(span: Festival, calendar: Calendar) -> Resolved:
    held = calendar.held_on
    said = (
        span.year
        if span.year is not None
        else held.year + span.year_shift
        if span.year_shift is not None
        else None
    )
    for year in (said,) if said is not None else (held.year, held.year + 1):
        first = (first_day_off if calendar.language == "zh" and span.before else festival_day)(
            span.name, year
        )
        if first is None:
            return Resolved(None, "unknown_holiday")
        day = first - _DAY if span.before else first
        if day >= held:
            return Resolved(day, "festival_before" if span.before else "festival")
    return Resolved(None, "past")


def _nth(span: NthDay, calendar: Calendar) -> Resolved:
    first, last = period_bounds(span.period, calendar.held_on)
    day = _nth_day(span, first, last, calendar)
    rolled = False
    if (
        day is not None
        and day < calendar.held_on
        and span.period.index is not None
        and span.period.year is None
    ):
        first, last = period_bounds(replace(span.period, year_shift=1), calendar.held_on)
        day, rolled = _nth_day(span, first, last, calendar), True
    return (
        Resolved(None, "no_such_day")
        if day is None
        else replace(_not_past(day, "nth", calendar.held_on), rolled=rolled)
    )


def _nth_day(span: NthDay, first: date, last: date, calendar: Calendar) -> date | None:
    if span.weekday is not None:
        return nth_weekday(first if span.n > 0 else last.replace(day=1), span.n, span.weekday)
    if span.n > 0:
        return add_workdays(first - _DAY, span.n, calendar.working_country)
    backwards = (last - i * _DAY for i in range(14))
    return next((day for day in backwards if is_workday(day, calendar.working_country)), None)


def _next_meeting(rhythm: Rhythm, calendar: Calendar) -> Resolved:
    cadence = calendar.cadence_days or (7 if rhythm == "weekly" else None)
    if calendar.next_meeting is not None:
        day, rule = calendar.next_meeting, "next_meeting"
    elif cadence is not None and cadence >= 0:
        day, rule = calendar.held_on + cadence * _DAY, "cadence"
    else:
        return Resolved(None, "unknown_meeting")
    # "下次季度会" said in a weekly meeting is another series
    another = (day - calendar.held_on).days < _FEWEST_DAYS.get(rhythm, 0)
    return Resolved(None, "unknown_meeting") if another else Resolved(day, rule)


def _not_past(day: date, rule: str, held: date) -> Resolved:
    return Resolved(day, rule) if day >= held else Resolved(None, "past")


def _monday(day: date, weeks: int) -> date:
    return day - day.weekday() * _DAY + 7 * weeks * _DAY


def _add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))

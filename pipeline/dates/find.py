"""The deadline of an utterance: the phrase, its date, and the reason in words."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from pipeline.dates.choose import Judged, last_word, read_dates
from pipeline.dates.context import without_date
from pipeline.dates.resolve import Calendar
from pipeline.dates.tokens import Folded, fold

_WEEKDAYS: dict[Literal["zh", "en"], tuple[str, ...]] = {
    "zh": tuple(f"周{day}" for day in "一二三四五六日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as it was heard and as it is understood.

    Attributes:
        phrase: The words of the utterance; None where no deadline was said.
        on: The calendar date; None where there is none, or none that can be trusted.
        reason: How the date was found, or why there is none, in the language of the meeting.
    """

    phrase: str | None
    on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DuePhrase(Due):
    """A deadline and its place in the text.

    Attributes:
        start: First character of the phrase.
        end: One past its last.
    """

    start: int
    end: int


def find_due(
    text: str,
    held_on: date,
    language: str,
    *,
    cadence_days: int | None = None,
    next_meeting: date | None = None,
    country: str | None = None,
) -> Due:
    """The deadline of an utterance, or of a phrase alone; the last word counts.

    Args:
        text: What was said; both languages are understood in either kind of meeting.
        held_on: The day of the meeting.
        language: "zh" or "en": decides where the rules of the two differ, and the language of the reason.
        cadence_days: Days from one meeting of the series to the next.
        next_meeting: The day of the next meeting.
        country: ISO code for working days; without one mainland China for zh, Monday to Friday for en.

    Returns:
        The phrase, its date or None, and the reason; never raises on any text.
    """
    calendar = _calendar(held_on, language, cadence_days, next_meeting, country)
    folded = fold(text)
    chosen = last_word(read_dates(folded, calendar))
    if chosen is not None and chosen.counts:
        return _due(folded, chosen, calendar)
    instead = without_date(folded.text)
    if chosen is not None and (instead is None or chosen.role != "no"):
        return _due(folded, chosen, calendar)
    if instead is None:
        return Due(None, None, _reasons(calendar.language)["no_deadline"])
    start, end = folded.span(instead[0], instead[1])
    phrase = text[start:end].strip()
    return Due(phrase, None, _reasons(calendar.language)[instead[2].why].format(phrase=phrase))


def find_dues(
    text: str,
    held_on: date,
    language: str,
    *,
    cadence_days: int | None = None,
    next_meeting: date | None = None,
    country: str | None = None,
) -> tuple[DuePhrase, ...]:
    """Every deadline that stands in an utterance, in order; what a later word replaced is left out.

    Args and errors are those of ``find_due``.
    """
    calendar = _calendar(held_on, language, cadence_days, next_meeting, country)
    folded = fold(text)
    return tuple(_due(folded, item, calendar) for item in read_dates(folded, calendar) if item.counts)


def _calendar(
    held_on: date, language: str, cadence_days: int | None, next_meeting: date | None, country: str | None
) -> Calendar:
    return Calendar(held_on, "zh" if language.startswith("zh") else "en", cadence_days, next_meeting, country)


def _due(folded: Folded, item: Judged, calendar: Calendar) -> DuePhrase:
    start, end = folded.span(item.candidate.start, item.candidate.end)
    phrase = folded.original[start:end]
    on = item.resolved.on if item.counts else None
    reasons = _reasons(calendar.language)
    reason = reasons[item.resolved.rule if item.counts else item.role]
    weekday = "" if on is None else _WEEKDAYS[calendar.language][on.weekday()]
    reason = reason.format(phrase=phrase, on=on, weekday=weekday, country=calendar.country)
    return DuePhrase(phrase, on, reason + (reasons["corrected"] if item.corrected and on else ""), start, end)


@cache
def _reasons(language: Literal["zh", "en"]) -> dict[str, str]:
    tables = tomllib.loads((resources.files("pipeline.dates") / "reasons.toml").read_text("utf-8"))
    return tables[language]

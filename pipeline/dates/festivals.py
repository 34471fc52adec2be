"""The day a holiday falls on, and the day before its days off begin."""

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import cast

from pipeline.dates.workdays import official_days_off

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Rule:
    fixed: str | None = None
    lunar: tuple[str, ...] = ()
    nth: tuple[int, int, int] | None = None
    easter: int | None = None
    after: tuple[str, int] | None = None
    official: str | None = None


def festival_day(name: str, year: int) -> date | None:
    """The day itself in a year, None where the table of lunar days does not reach."""
    rule = _rules()[name]
    if rule.fixed is not None:
        return date.fromisoformat(f"{year:04d}-{rule.fixed}")
    if rule.nth is not None:
        return nth_weekday(date(year, rule.nth[0], 1), rule.nth[1], rule.nth[2] - 1)
    if rule.easter is not None:
        return _easter(year) + rule.easter * _DAY
    if rule.after is not None:
        first = festival_day(rule.after[0], year)
        return None if first is None else first + rule.after[1] * _DAY
    return next((date.fromisoformat(day) for day in rule.lunar if day.startswith(f"{year:04d}-")), None)


def first_day_off(name: str, year: int) -> date | None:
    """The first of mainland China's days off for a holiday; the day itself for one without days off.

    Returns:
        None where the arrangement of that year is not published and does not follow from the date alone.
    """
    rule, day = _rules()[name], festival_day(name, year)
    if day is None or rule.official is None:
        return day
    days_off = official_days_off(rule.official, year)
    if days_off is not None:
        return min(days_off, default=day)
    if rule.fixed is None and rule.official == "Spring Festival":
        return None  # begins before the day itself, and how long before is announced every year
    return day - _DAY * {0: 2, 6: 1}.get(day.weekday(), 0)


def nth_weekday(first: date, n: int, weekday: int) -> date | None:
    """The n-th (-1: last) weekday (Monday 0) of the month that begins on ``first``."""
    last = calendar.monthrange(first.year, first.month)[1]
    days = [first.replace(day=d) for d in range(1, last + 1) if first.replace(day=d).weekday() == weekday]
    return days[n if n < 0 else n - 1] if abs(n) <= len(days) else None


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian algorithm."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@cache
def _rules() -> dict[str, _Rule]:
    tables = tomllib.loads((resources.files("pipeline.dates") / "festivals.toml").read_text("utf-8"))
    return {
        name: _Rule(
            fixed=table.get("fixed"),
            lunar=tuple(table.get("lunar", ())),
            nth=cast("tuple[int, int, int] | None", tuple(table["nth"]) if "nth" in table else None),
            easter=table.get("easter"),
            after=cast("tuple[str, int] | None", tuple(table["after"]) if "after" in table else None),
            official=table.get("official"),
        )
        for name, table in tables.items()
    }

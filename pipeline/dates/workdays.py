"""Working days: mainland China with its make-up days, other countries, or Monday to Friday."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import cast

_DAY = timedelta(days=1)


class UnknownCalendar(Exception):  # noqa: N818 - a fact about the calendar, not a failure of the program
    """The holidays of that year are not published yet."""


class UnknownCountry(Exception):  # noqa: N818 - likewise
    """No holidays of that country are known."""


def is_workday(day: date, country: str | None) -> bool:
    """Whether people work on a day.

    Args:
        day: The day asked about.
        country: ISO code; "CN" counts make-up days, None is Monday to Friday.

    Raises:
        UnknownCalendar: The holidays of that year are not known.
        UnknownCountry: Those of that country are not.
    """
    if country is None:
        return day.weekday() < 5
    if country == "CN":
        return _china_workday(day)
    return day.weekday() < 5 and day not in _holidays(country, day.year)


def add_workdays(day: date, count: int, country: str | None) -> date:
    """The ``count``-th working day after a day.

    Raises:
        UnknownCalendar: The count runs beyond the holidays that are known.
        UnknownCountry: No holidays of that country are known.
    """
    while count > 0:
        day += _DAY
        count -= is_workday(day, country)
    return day


@cache
def official_days_off(name: str, year: int) -> frozenset[date] | None:
    """Mainland China's days off for a holiday of a year; None where they are not published.

    Args:
        name: As chinesecalendar calls it ("National Day").
        year: The year of the holiday; the New Year's days off may begin in the year before.
    """
    # Imported here: 0.1 s that `lihui --help` need not wait for; the package has no types.
    from chinese_calendar import constants  # pyright: ignore[reportMissingTypeStubs]

    holidays = cast("dict[date, str]", constants.holidays)

    if all(day.year != year for day in holidays):
        return None
    near = date(year, 1, 1) - 7 * _DAY
    return frozenset(d for d, what in holidays.items() if what == name and near <= d and d.year - year <= 0)


@cache
def _china_workday(day: date) -> bool:
    import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]

    try:
        return cast("Callable[[date], bool]", chinese_calendar.is_workday)(day)  # pyright: ignore[reportUnknownMemberType]
    except NotImplementedError as beyond:
        raise UnknownCalendar(str(day.year)) from beyond


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as unknown:
        raise UnknownCountry(country) from unknown

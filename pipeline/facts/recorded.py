"""On which day a recording was made."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import MeetingError
from pipeline.meeting import DateSource

# Clocks that were never set show 1904 (QuickTime), 1970 (Unix) or 1980 (FAT).
_FIRST_YEAR = 1990

_ZOOM = re.compile(r"GMT(\d{8})-(\d{6})")
_TIME_AFTER = r"(?:[01]\d|2[0-3])[0-5]\d"
_DAYS_IN_NAMES = (
    re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(?<!\d)(?P<y>\d{4})([-_. ])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),
    # 20260302, also with the time of day behind it: 20260302140000. Longer rows of digits are numbers.
    re.compile(rf"(?<!\d)((?:19|20)\d{{2}})(\d{{2}})(\d{{2}})(?:{_TIME_AFTER}(?:[0-5]\d)?)?(?!\d)"),
    # 260302_1400 of voice recorders; six digits with anything else beside them may be any number.
    re.compile(rf"(?<!\d)(\d{{2}})(\d{{2}})(\d{{2}})[-_ ]{_TIME_AFTER}(?:[0-5]\d)?(?!\d)"),
    re.compile(r"^(\d{2})(\d{2})(\d{2})$"),
)


def date_of_recording(
    path: Path, created: datetime | None, timezone: str | None, *, now: datetime | None = None
) -> tuple[date, DateSource] | None:
    """The day a recording was made: from its metadata, else its name, else the time of the file.

    Times in metadata and in Zoom's names are UTC and are converted to the meeting's zone. A day before
    1990 or after tomorrow comes from a clock that was not set and is passed over.

    Args:
        path: The recording; it need not exist for the first two.
        created: Time in the recording's own metadata; without a zone it counts as UTC.
        timezone: IANA name; None is the zone of this machine.
        now: For tests; the current time.

    Returns:
        The day and how it is known; None when nothing tells it.

    Raises:
        MeetingError: There is no such time zone.
    """
    zone = zone_named(timezone) if timezone else None
    latest = (now or datetime.now(UTC)) + timedelta(days=1)
    candidates: tuple[tuple[date | None, DateSource], ...] = (
        (_local(created, zone) if created else None, "metadata"),
        (_in_name(path.stem, zone), "file_name"),
        (_modified(path, zone), "file_time"),
    )
    for day, source in candidates:
        if day is not None and day.year >= _FIRST_YEAR and day <= latest.date():
            return day, source
    return None


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        MeetingError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MeetingError(
            f'There is no time zone "{name}"; write it as Asia/Shanghai or Europe/Berlin.'
        ) from error


def _local(moment: datetime, zone: tzinfo | None) -> date | None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return aware.astimezone(zone).date()
    except (OverflowError, ValueError, OSError):  # the years 1 and 9999
        return None


def _in_name(stem: str, zone: tzinfo | None) -> date | None:
    zoom = _ZOOM.search(stem)
    if zoom and (moment := _moment(zoom[1] + zoom[2])):
        return _local(moment, zone)
    return next(_days(stem), None)


def _moment(digits: str) -> datetime | None:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _days(stem: str) -> Iterator[date]:
    for pattern in _DAYS_IN_NAMES:
        for found in pattern.finditer(stem):
            year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
            try:
                day = date(year + 2000 if year < 100 else year, month, day)
            except ValueError:
                continue
            if day.year >= _FIRST_YEAR:
                yield day


def _modified(path: Path, zone: tzinfo | None) -> date | None:
    try:
        return _local(datetime.fromtimestamp(path.stat().st_mtime, UTC), zone)
    except (OSError, OverflowError, ValueError):
        return None

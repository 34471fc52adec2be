"""Times of day zero: ``1:02``, ``00:01:02``, ``00:01:02,500``, ``100:00:00`` -> seconds."""

import re

PATTERN = r"\d{1,3}[:：]\d{1,2}(?:[:：]\d{1,2})?(?:[.,]\d{1,6})?"
_TIME = re.compile(r"(?:(\d{1,3})[:：])?(\d{1,3})[:：](\d{1,2})(?:[.,](\d{1,6}))?")


def seconds(text: str) -> float | None:
    """Seconds of a time written with colons, ``hh:mm:ss`` or ``mm:ss``; None when it is none.

    Two parts are minutes and seconds. Hours, and minutes without hours, may be as large as they like.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, whole, fraction = found.groups()
    if int(whole) >= 60 or (hours is not None and int(minutes) >= 60):
        return None
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{fraction or 0}"), 3)

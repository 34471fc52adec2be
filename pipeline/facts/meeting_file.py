"""The meeting file: ``case.json``, or the same in YAML."""

from pathlib import Path
from typing import cast

from pydantic import ValidationError

from pipeline.errors import DateError, MeetingError
from pipeline.facts.calendar_day import parse_date
from pipeline.facts.recorded import zone_named
from pipeline.facts.structured import parsed, text_of, wrong_key
from pipeline.meeting import Meeting

# Days may be written as people write them, not only as ISO dates.
_DAYS = ("held_on", "next_meeting")


def read_meeting(path: Path) -> Meeting:
    """Reads what is known about a meeting beforehand; keys that are not known are left out.

    A file that says when the meeting was held has ``date_source`` "given" unless it says otherwise.

    Args:
        path: JSON or YAML in the form of ``docs/annotation.md``.

    Raises:
        MeetingError: The file cannot be read, has a syntax error (line and column are named), a value of
            the wrong type (the key is named) or an unknown time zone.
    """
    content = parsed(text_of(path), path)
    if not isinstance(content, dict):
        raise MeetingError(f"{path.name} does not hold the facts of a meeting: it must be keys with values.")
    table = {str(key): value for key, value in cast("dict[object, object]", content).items()}
    for key in _DAYS:
        table[key] = _day(table.get(key), key, path)
    # JSON has no other way to leave a list out than null.
    filled = {key: value for key, value in table.items() if value is not None}
    try:
        meeting = Meeting.model_validate(filled)
    except ValidationError as error:
        raise wrong_key(path, error) from error
    if meeting.timezone is not None:
        zone_named(meeting.timezone)
    if meeting.held_on is None or meeting.date_source is not None:
        return meeting
    return meeting.model_copy(update={"date_source": "given"})


def _day(value: object, key: str, path: Path) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_date(value)
    except DateError as error:
        raise MeetingError(f"{path.name}: {key}: {error}") from error

"""Deadlines over a pipe: one JSON object a line in, one a line out, in order."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pipeline.dates.find import find_due
from pipeline.errors import InputError


def _language(value: object) -> object:
    return value.split("-")[0].split("_")[0].lower() if isinstance(value, str) else value


class _Question(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    held_on: date
    language: Annotated[Literal["zh", "en"], BeforeValidator(_language)]
    cadence_days: int | None = None
    next_meeting: date | None = None
    country: str | None = None


def answer_lines(lines: Iterable[str]) -> Iterator[str]:
    """Answer every line as soon as it is read.

    Args:
        lines: JSON objects with ``text``, ``held_on`` (ISO), ``language`` ("zh" or "en") and, where known,
            ``cadence_days``, ``next_meeting``, ``country``; other keys are ignored, as are empty lines.

    Yields:
        A JSON object ``{"phrase", "on", "reason"}`` for every line.

    Raises:
        InputError: A line is not such an object; names the line.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        question = _read(number, line)
        due = find_due(
            question.text,
            question.held_on,
            question.language,
            cadence_days=question.cadence_days,
            next_meeting=question.next_meeting,
            country=question.country,
        )
        on = due.on.isoformat() if due.on else None
        yield json.dumps({"phrase": due.phrase, "on": on, "reason": due.reason}, ensure_ascii=False)


def _read(number: int, line: str) -> _Question:
    try:
        return _Question.model_validate_json(line)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"]))
        what = f"{key}: {first['msg']}" if key else first["msg"]
        raise InputError(
            f"Line {number} is not a question about a deadline ({what}); "
            'give {"text": …, "held_on": "YYYY-MM-DD", "language": "zh" or "en"}.'
        ) from problem

"""How many deadlines come out right: `python -m eval.dates.score [file.jsonl …]`."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.dates import find_due


class Line(BaseModel):
    """One utterance and the date that a careful reader of the rules gives it.

    Attributes:
        phrase: The deadline as heard; None where there is none.
        on: The date; None where there is none.
        tags: What the line is there to show.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    held_on: date
    language: str
    phrase: str | None
    on: date | None
    tags: tuple[str, ...] = ()
    cadence_days: int | None = None
    next_meeting: date | None = None
    country: str | None = None


@dataclass(frozen=True)
class Counts:
    """Additive counts; the rates of a whole are the rates of the sums."""

    lines: int = 0
    exact: int = 0
    dated: int = 0
    dated_right: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.lines + other.lines,
            self.exact + other.exact,
            self.dated + other.dated,
            self.dated_right + other.dated_right,
        )

    @property
    def accuracy(self) -> float:
        """Share of lines with the very date, or rightly none."""
        return self.exact / self.lines if self.lines else 1.0

    @property
    def precision(self) -> float:
        """Share of the dates given that are right."""
        return self.dated_right / self.dated if self.dated else 1.0


Answer = Callable[[Line], date | None]


def read_lines(paths: Iterable[Path] = ()) -> tuple[Line, ...]:
    """The lines of the files, or of the project's own two."""
    folder = resources.files("eval.dates")
    texts = [path.read_text("utf-8") for path in paths] or [
        (folder / f"{language}.jsonl").read_text("utf-8") for language in ("zh", "en")
    ]
    return tuple(Line.model_validate(json.loads(row)) for text in texts for row in text.splitlines() if row)


def ours(line: Line) -> date | None:
    """What this project answers."""
    return find_due(
        line.text,
        line.held_on,
        line.language,
        cadence_days=line.cadence_days,
        next_meeting=line.next_meeting,
        country=line.country,
    ).on


def count(line: Line, answer: date | None) -> Counts:
    """One line's counts."""
    right = answer == line.on
    return Counts(1, int(right), int(answer is not None), int(right and answer is not None))


def score(lines: Iterable[Line], answer: Answer = ours) -> dict[str, Counts]:
    """Counts of all lines ("all"), by language and by tag."""
    totals: dict[str, Counts] = {}
    for line in lines:
        counts = count(line, answer(line))
        for key in ("all", line.language, *line.tags):
            totals[key] = totals.get(key, Counts()) + counts
    return totals


def main() -> None:
    """Print the scores, and every line that came out wrong."""
    lines = read_lines(Path(name) for name in sys.argv[1:])
    for line in lines:
        if (answer := ours(line)) != line.on:
            print(f"{line.id} {line.held_on} {line.text}: {answer}, should be {line.on} ({line.phrase})")  # noqa: T201
    for key, counts in score(lines).items():
        rates = f"exact {counts.accuracy:.3f}  precision {counts.precision:.3f}"
        print(f"{key:14} {counts.lines:5} lines  {rates}")  # noqa: T201


if __name__ == "__main__":
    main()

"""Sample meetings: what is known beforehand, what was said, and the correct minutes (docs/annotation.md)."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import ConfigDict, ValidationError

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.minutes import CarryOverStatus, Kind
from pipeline.transcript import Transcript, Value

CASES = Path(__file__).parent / "cases"

Part = TypeVar("Part", bound=Value)


class GoldSection(Value):
    """One contiguous run of utterances under one label, both ends inclusive."""

    kind: Kind
    first: int
    last: int


class GoldRow(Value):
    """What every gold item has: the utterances that prove it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    evidence: tuple[int, ...] = ()


class GoldDecision(GoldRow):
    """A choice the meeting settled."""

    text: str


class GoldAction(GoldRow):
    """Future work that somebody took on."""

    task: str
    owner: str | None = None
    due: datetime.date | None = None
    due_phrase: str | None = None


class GoldKpi(GoldRow):
    """A figure; ``value`` carries its unit."""

    metric: str
    value: str
    period: str | None = None
    change: str | None = None
    basis: str | None = None


class GoldIssue(GoldRow):
    """A problem or risk."""

    problem: str
    solution: str | None = None
    status: Literal["resolved", "open"] = "open"


class GoldFeedback(GoldRow):
    """Praise, feedback or a suggestion."""

    kind: Literal["praise", "feedback", "suggestion"]
    text: str


class GoldCarryOver(GoldRow):
    """What became of an open item of last time."""

    id: str
    status: CarryOverStatus
    new_due: datetime.date | None = None


class GoldSummary(Value):
    """What a person let stand as the summary of one section, sentence by sentence."""

    kind: Kind
    sentences: tuple[str, ...]


class Gold(Value):
    """The correct minutes of a case, as far as they can be scored.

    ``summaries`` are there where a person reviewed them: they are then what summaries are measured against.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    sections: tuple[GoldSection, ...]
    purpose: str | None = None
    decisions: tuple[GoldDecision, ...] = ()
    actions: tuple[GoldAction, ...] = ()
    kpis: tuple[GoldKpi, ...] = ()
    issues: tuple[GoldIssue, ...] = ()
    feedback: tuple[GoldFeedback, ...] = ()
    carry_over: tuple[GoldCarryOver, ...] = ()
    summaries: tuple[GoldSummary, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The label of every utterance, in order."""
        return tuple(s.kind for s in self.sections for _ in range(s.first, s.last + 1))


@dataclass(frozen=True)
class Case:
    """One sample meeting.

    Attributes:
        id: Name of its folder.
        meeting: What is known before it is heard.
        transcript: What was said.
        gold: The correct minutes.
        second: A second reading by somebody who had the guide and not the gold, where there is one.
        folder: Where it was read from; None for a case that is in no folder.
    """

    id: str
    meeting: Meeting
    transcript: Transcript
    gold: Gold
    second: Gold | None = None
    folder: Path | None = None

    @property
    def series(self) -> str:
        """What it is drawn and split with: meetings of one series share people, wording and open items."""
        # Two companies may call their weekly meeting the same: they share no language.
        return f"{self.transcript.language} {self.meeting.series or self.id}"

    @property
    def recording(self) -> Path | None:
        """The recording of its transcript, ``audio.*`` in its folder."""
        return next(iter(sorted(self.folder.glob("audio.*"))), None) if self.folder else None


def load_case(folder: Path) -> Case:
    """Reads one case folder.

    Raises:
        InputError: A file is missing or not in its format, or the sections do not cover the transcript; the
            sentence names the file.
    """
    meeting = read_value(folder / "case.json", Meeting)
    transcript = read_value(folder / "transcript.json", Transcript)
    gold = _read_gold(folder / "gold.json", transcript)
    second = folder / "second.json"
    return Case(
        folder.name,
        meeting,
        transcript,
        gold,
        _read_gold(second, transcript) if second.exists() else None,
        folder,
    )


def load_cases(root: Path = CASES, ids: tuple[str, ...] = ()) -> Iterator[Case]:
    """All cases under ``root`` in order of their ids, or only the named ones.

    Raises:
        InputError: There is none, or one cannot be read.
    """
    folders = [root / i for i in ids] if ids else sorted(p.parent for p in root.glob("*/case.json"))
    if not folders:
        raise InputError(f"{root} holds no case: a folder with case.json, transcript.json and gold.json.")
    for folder in folders:
        yield load_case(folder)


def _read_gold(path: Path, transcript: Transcript) -> Gold:
    gold = read_value(path, Gold)
    covered = [i for s in gold.sections for i in range(s.first, s.last + 1)]
    count = len(transcript.utterances)
    if covered != list(range(count)):
        raise InputError(f"{path}: the sections must cover all {count} utterances in order.")
    return gold


def read_value(path: Path, model: type[Part]) -> Part:
    """Reads a JSON file as a value.

    Raises:
        InputError: It is missing or not in its format; the sentence names the file and what is wrong.
    """
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where or 'the file'}: {first['msg']}.") from error

"""Verdicts about summaries, of a model or of people, and how far the two agree.

One verdict is a line of JSON: ``{"case": "zh-retail-weekly-01", "kind": "data", "by": "王蕾", "faithful": true,
"complete": false, "readable": true, "reason": "…"}``. Whoever's name begins with ``llm:`` is a judge, all others are
people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from eval.bootstrap import COVERAGE, DRAWS, SEED, Interval
from pipeline.errors import InputError
from pipeline.minutes import Kind
from pipeline.transcript import Value

QUESTIONS = ("faithful", "complete", "readable")

PEOPLE_NEEDED = 100
"""Verdicts of people beside the judge's below which nobody knows how far it can be trusted."""

LEAST_KAPPA = 0.4
"""What the lower end of the interval must reach, question by question: moderate agreement at least."""

Counts = NDArray[np.float64]
"""Judge yes and people yes, yes and no, no and yes, no and no."""


class Verdict(Value):
    """What somebody thinks of the summary of one section.

    Attributes:
        case: Id of the meeting.
        kind: The section.
        by: Who judged; a language model's name begins with ``llm:``.
        faithful: Nothing in it is wrong or invented.
        complete: Nothing that matters is missing.
        readable: It can be sent out as it is.
        reason: The weakest point, in a sentence.
        prompt: Name and hash of the prompt that a language model was asked with.
    """

    case: str
    kind: Kind
    by: str
    faithful: bool
    complete: bool
    readable: bool
    reason: str = ""
    prompt: str | None = None

    @property
    def is_judge(self) -> bool:
        """Whether a language model judged."""
        return self.by.startswith("llm:")


@dataclass(frozen=True)
class Agreement:
    """How far a judge and people agree on one question.

    Attributes:
        question: Of ``QUESTIONS``.
        verdicts: Verdicts of people on sections that the judge judged too.
        agreed: How many of them say the same.
        kappa: Cohen's kappa; None where one side always says the same.
        interval: Of kappa, drawn by meeting; None with fewer than two meetings.
    """

    question: str
    verdicts: int
    agreed: int
    kappa: float | None
    interval: Interval | None


def read_verdicts(paths: Sequence[Path]) -> tuple[Verdict, ...]:
    """All verdicts of some files.

    Raises:
        InputError: A file cannot be read, or a line of it is none.
    """
    return tuple(verdict for path in paths for verdict in _verdicts(path))


def calibrate(verdicts: Sequence[Verdict]) -> tuple[Agreement, ...]:
    """The agreement of a judge with people, question by question.

    Raises:
        InputError: There is no judge, or more than one, or nobody judged the same section.
    """
    judges = sorted({f"{v.by} {v.prompt or ''}".strip() for v in verdicts if v.is_judge})
    if len(judges) != 1:
        raise InputError(
            f"These are verdicts of several judges: {'; '.join(judges)}. Calibrate one at a time."
            if judges
            else "These verdicts hold none of a judge: make them with `lihui eval judge`."
        )
    said = {(v.case, v.kind): v for v in verdicts if v.is_judge}
    pairs = [(said[v.case, v.kind], v) for v in verdicts if not v.is_judge and (v.case, v.kind) in said]
    if not pairs:
        raise InputError("No section was judged by both a person and the judge.")
    return tuple(_agreement(question, pairs) for question in QUESTIONS)


def refusals(agreements: Sequence[Agreement]) -> tuple[str, ...]:
    """Why the judge may not gate; nothing where it may."""
    told: list[str] = []
    people = min((a.verdicts for a in agreements), default=0)
    if people < PEOPLE_NEEDED:
        told.append(f"{people} verdicts of people are too few: {PEOPLE_NEEDED} are needed.")
    for a in agreements:
        if a.interval is None or a.interval.low < LEAST_KAPPA:
            low = "unknown" if a.interval is None else f"{a.interval.low:.2f}"
            told.append(f"{a.question}: the lower end of kappa is {low} and must be {LEAST_KAPPA:g}.")
    return tuple(told)


def _verdicts(path: Path) -> Iterator[Verdict]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield Verdict.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "the line"
                raise InputError(f"{path}, line {number}: {where}: {first['msg']}.") from error


def _agreement(question: str, pairs: Sequence[tuple[Verdict, Verdict]]) -> Agreement:
    cases = sorted({person.case for _, person in pairs})
    counts = np.zeros((len(cases), 4))
    for judge, person in pairs:
        yes = (bool(getattr(judge, question)), bool(getattr(person, question)))
        counts[cases.index(person.case), 2 * (not yes[0]) + (not yes[1])] += 1
    whole = counts.sum(0)
    kappa = float(_kappas(whole[None])[0])
    return Agreement(
        question,
        len(pairs),
        int(whole[0] + whole[3]),
        None if np.isnan(kappa) else kappa,
        _interval(counts),
    )


def _interval(counts: Counts) -> Interval | None:
    """What chance does to kappa: whole meetings are drawn, as verdicts on one meeting are alike."""
    if len(counts) < 2:
        return None
    drawn = np.random.default_rng(SEED).multinomial(len(counts), np.full(len(counts), 1 / len(counts)), DRAWS)
    kappas = _kappas(drawn @ counts)
    kappas = kappas[~np.isnan(kappas)]
    if not kappas.size:
        return None
    tail = (100 - COVERAGE) / 2
    low, high = np.percentile(kappas, (tail, 100 - tail))
    return Interval(float(low), float(high))


def _kappas(counts: Counts) -> NDArray[np.float64]:
    """Cohen's kappa of each row of counts; NaN where agreement by chance is sure."""
    total = counts.sum(1)
    observed = (counts[:, 0] + counts[:, 3]) / total
    judge_yes, people_yes = (counts[:, 0] + counts[:, 1]) / total, (counts[:, 0] + counts[:, 2]) / total
    chance = judge_yes * people_yes + (1 - judge_yes) * (1 - people_yes)
    left = 1 - chance
    return np.divide(observed - chance, left, out=np.full_like(left, np.nan), where=left > 1e-12)

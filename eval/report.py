"""The report of an evaluation as one value: scores with their intervals and anchors, and what became of every item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from eval.bootstrap import Interval, by_series, intervals
from eval.cases import Case
from eval.outcomes import Extra, Outcome, extras, outcomes
from eval.provenance import Provenance, provenance
from eval.score import COSTS, Scores, measures, total
from eval.scorers.counts import Matches, Rate
from eval.scorers.pairing import Pairs
from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.transcript import Transcript, Value


@dataclass(frozen=True)
class CaseResult:
    """One case and what was made of it.

    Attributes:
        case: The sample meeting.
        minutes: What the product made of it.
        told: The same minutes, their evidence in the utterances of the case.
        heard: What was heard in its recording; None where its transcript was given.
        scores: Of the minutes.
        paired: The minutes beside the gold.
        floor: Scores of the keyword floor on the same words.
        second: Scores of the second reading, where the case has one.
    """

    case: Case
    minutes: Minutes
    told: Minutes
    heard: Transcript | None
    scores: Scores
    paired: Mapping[str, Pairs]
    floor: Scores
    second: Scores | None


class Anchors(Value):
    """What a score is held against; None where that has no such score.

    Attributes:
        floor: What a reader of keywords alone reaches (eval/floor.py).
        second: Agreement of two readings: a second annotation scored like a result, over the cases that have one.
        baseline: The last accepted result of the same scribe on the same suite.
    """

    floor: float | None = None
    second: float | None = None
    baseline: float | None = None


class Measure(Value):
    """One score of a group of cases: the rate of the summed counts.

    Attributes:
        value: ``hits / total``.
        hits: Summed over the cases; for an F1 twice the pairs.
        total: Summed over the cases.
        low: Lower end of the bootstrap interval; None where fewer than two series have the score.
        high: Upper end.
        anchors: What it is held against.
    """

    value: float
    hits: float
    total: int
    low: float | None = None
    high: float | None = None
    anchors: Anchors = Anchors()


class CaseReport(Value):
    """The counts of one case and what became of its items."""

    language: str
    series: str
    items: dict[str, Matches]
    rates: dict[str, Rate]
    outcomes: tuple[Outcome, ...]
    extra: tuple[Extra, ...]

    @property
    def scores(self) -> Scores:
        """The counts as they add up."""
        return Scores(self.items, self.rates)


class Report(Value):
    """An evaluation: what was measured, on what, with what.

    Attributes:
        suite: Name of the suite, or the folder of the cases.
        scribe: Who read.
        source: Whether transcripts were read or recordings heard.
        made: What it was made with.
        second_cases: How many cases have a second reading.
        scores: By group (``all``, and ``en`` and ``zh`` where there are both), every measure that applies.
        cases: By id.
        failed: By id, why no minutes were made. These cases are in no score.
    """

    suite: str
    scribe: str
    source: str
    made: Provenance
    second_cases: int
    scores: dict[str, dict[str, Measure]]
    cases: dict[str, CaseReport]
    failed: dict[str, str]


def make_report(
    results: Sequence[CaseResult],
    failed: Mapping[str, str],
    *,
    suite: str,
    scribe: str,
    source: str = "transcript",
    baseline: Report | None = None,
) -> Report:
    """Adds up the results and draws their intervals.

    Args:
        results: Of the cases that went through, in order.
        failed: Of the others, why not.
        suite: Name of the suite, or the folder of the cases.
        scribe: Who read.
        source: ``transcript`` or ``recording``.
        baseline: The last accepted report.
    """
    languages = sorted({r.case.transcript.language for r in results})
    by_language = {
        language: [r for r in results if r.case.transcript.language == language] for language in languages
    }
    groups = {"all": results} | (by_language if len(languages) > 1 else {})
    accepted = baseline.scores if baseline else {}
    return Report(
        suite=suite,
        scribe=scribe,
        source=source,
        made=provenance([r.minutes for r in results], [r.case for r in results]),
        second_cases=sum(r.second is not None for r in results),
        scores={
            group: _measures(chosen, accepted.get(group, {})) for group, chosen in groups.items() if chosen
        },
        cases={r.case.id: _case_report(r) for r in results},
        failed=dict(failed),
    )


def read_report(path: Path) -> Report:
    """Reads a report; ``path`` is its file, or the folder of results it lies in.

    Raises:
        InputError: It is not there, or none.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        return Report.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise InputError(f"{file} is no report of `lihui eval run`, or one of another version.") from error


def _measures(results: Sequence[CaseResult], accepted: Mapping[str, Measure]) -> dict[str, Measure]:
    rates = measures(total(r.scores for r in results))
    chance = intervals(by_series((r.case.series, measures(r.scores)) for r in results))
    floor = _values(r.floor for r in results)
    second = _values(r.second for r in results if r.second is not None)
    found: dict[str, Measure] = {}
    for name, rate in rates.items():
        interval: Interval | None = chance.get(name)
        last = accepted.get(name)
        found[name] = Measure(
            value=rate.hits / rate.total,
            hits=rate.hits,
            total=rate.total,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            anchors=Anchors(
                floor=floor.get(name), second=second.get(name), baseline=last.value if last else None
            ),
        )
    return found


def _values(scores: Iterable[Scores]) -> dict[str, float]:
    rates = measures(total(scores))
    return {name: r.hits / r.total for name, r in rates.items() if name not in COSTS}


def _case_report(result: CaseResult) -> CaseReport:
    return CaseReport(
        language=result.case.transcript.language,
        series=result.case.series,
        items=dict(result.scores.items),
        rates=dict(result.scores.rates),
        outcomes=outcomes(result.paired),
        extra=extras(result.paired),
    )

"""Two reports side by side: which scores differ by more than chance, and which items were fixed or broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from eval.bootstrap import Interval, by_series, paired_intervals
from eval.outcomes import Extra, Outcome
from eval.report import CaseReport, Report
from eval.score import LOWER_IS_BETTER, measures, total
from pipeline.errors import InputError

Verdict = Literal["better", "worse", "same"]


@dataclass(frozen=True)
class Change:
    """One score in both reports, over the cases that both have.

    Attributes:
        name: Of the measure.
        before: In the first report.
        after: In the second.
        interval: Of the difference, paired by series; None where fewer than two series have the score.
    """

    name: str
    before: float
    after: float
    interval: Interval | None

    @property
    def verdict(self) -> Verdict:
        """``same`` unless the difference is beyond chance."""
        if self.interval is None or not self.interval.beyond_zero:
            return "same"
        rose = self.interval.low > 0
        return "better" if rose != (self.name in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True)
class ItemChange:
    """What became of one gold item in both reports."""

    case: str
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class ExtraChange:
    """An item that is not in the gold and stands in one of the reports only."""

    case: str
    extra: Extra


@dataclass(frozen=True)
class Comparison:
    """The second report against the first.

    Attributes:
        changes: Every measure both have.
        fixed: Items that were not right and now are.
        broken: Items that were right and no longer are.
        still_wrong: Items that are right in neither.
        made_up: Items that are not in the gold and are new.
        gone: Items that are not in the gold and are there no more.
        only_first: Cases of the first report alone.
        only_second: Cases of the second alone.
    """

    changes: tuple[Change, ...]
    fixed: tuple[ItemChange, ...]
    broken: tuple[ItemChange, ...]
    still_wrong: tuple[ItemChange, ...]
    made_up: tuple[ExtraChange, ...]
    gone: tuple[ExtraChange, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compare(first: Report, second: Report) -> Comparison:
    """Compares the cases that both reports have.

    Raises:
        InputError: They have none in common, or the gold of one was changed in between.
    """
    both = [name for name in first.cases if name in second.cases]
    if not both:
        raise InputError("These reports have no meeting in common.")
    items = [change for name in both for change in _items(name, first.cases[name], second.cases[name])]
    return Comparison(
        changes=tuple(_changes([first.cases[n] for n in both], [second.cases[n] for n in both])),
        fixed=tuple(i for i in items if i.after.right and not i.before.right),
        broken=tuple(i for i in items if i.before.right and not i.after.right),
        still_wrong=tuple(i for i in items if not i.before.right and not i.after.right),
        made_up=tuple(_extras(both, second, first)),
        gone=tuple(_extras(both, first, second)),
        only_first=tuple(n for n in first.cases if n not in second.cases),
        only_second=tuple(n for n in second.cases if n not in first.cases),
    )


def _changes(first: list[CaseReport], second: list[CaseReport]) -> Iterator[Change]:
    before, after = measures(total(c.scores for c in first)), measures(total(c.scores for c in second))
    sums = [by_series((c.series, measures(c.scores)) for c in cases) for cases in (first, second)]
    differences = paired_intervals(*sums)
    for name, rate in before.items():
        if name in after:
            now = after[name]
            interval = differences.get(name)
            yield Change(name, rate.hits / rate.total, now.hits / now.total, interval)


def _items(name: str, first: CaseReport, second: CaseReport) -> Iterator[ItemChange]:
    gold = [[(o.field, o.text) for o in case.outcomes] for case in (first, second)]
    if gold[0] != gold[1]:
        raise InputError(f"The gold of {name} was changed between these reports: make the older one again.")
    for before, after in zip(first.outcomes, second.outcomes, strict=True):
        yield ItemChange(name, before, after)


def _extras(both: list[str], there: Report, not_there: Report) -> Iterator[ExtraChange]:
    for name in both:
        known = set(not_there.cases[name].extra)
        for extra in there.cases[name].extra:
            if extra not in known:
                yield ExtraChange(name, extra)

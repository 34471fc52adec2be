"""Where things lie in the plots of a report; the templates draw them as SVG."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.report import CaseReport, Measure

STRIP_WIDTH, STRIP_MARGIN = 250, 10
BAR_LEFT, BAR_WIDTH, BAR_STEP = 130, 620, 28
BAR_FIELDS = ("actions", "decisions", "kpis", "issues", "feedback", "carry_over")


@dataclass(frozen=True)
class Strip:
    """One score on a line from 0 to 1, in pixels; None for what there is not."""

    score: float
    low: float | None
    high: float | None
    floor: float | None
    second: float | None
    baseline: float | None
    said: str
    width: int = STRIP_WIDTH
    left: float = STRIP_MARGIN
    right: float = STRIP_WIDTH - STRIP_MARGIN

    @property
    def ticks(self) -> tuple[float, ...]:
        """Where the quarters lie."""
        return tuple(_at(n / 4) for n in range(5))


@dataclass(frozen=True)
class BarPart:
    """A stretch of a bar."""

    name: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """The items of one field: right, wrong in a detail, missed, and those that are not in the gold."""

    label: str
    y: int
    parts: tuple[BarPart, ...]


@dataclass(frozen=True)
class Bars:
    """All bars of a group, on one scale."""

    rows: tuple[Bar, ...]
    width: int = BAR_LEFT + BAR_WIDTH

    @property
    def height(self) -> int:
        """In pixels."""
        return BAR_STEP * len(self.rows)


def strip(measure: Measure) -> Strip:
    """The line of one score."""
    interval = (
        "" if measure.low is None else f", 95 % of the draws from {measure.low:.3f} to {measure.high:.3f}"
    )
    anchors = measure.anchors
    return Strip(
        score=_at(measure.value),
        low=_where(measure.low),
        high=_where(measure.high),
        floor=_where(anchors.floor),
        second=_where(anchors.second),
        baseline=_where(anchors.baseline),
        said=f"{measure.value:.3f}{interval}",
    )


def bars(cases: Iterable[CaseReport], labels: Sequence[str]) -> Bars:
    """The items of the cases by field; ``labels`` name ``BAR_FIELDS``."""
    counts: dict[str, Counter[str]] = {field: Counter() for field in BAR_FIELDS}
    for case in cases:
        for outcome in case.outcomes:
            state = "right" if outcome.right else "wrong" if outcome.found else "missed"
            counts[outcome.field][state] += 1
        for extra in case.extra:
            counts[extra.field]["extra"] += 1
    longest = max((count.total() for count in counts.values()), default=0)
    rows = [
        Bar(label, BAR_STEP * at + 4, _parts(counts[field], longest))
        for at, (field, label) in enumerate(zip(BAR_FIELDS, labels, strict=True))
    ]
    return Bars(tuple(rows))


def _parts(counts: Counter[str], longest: int) -> tuple[BarPart, ...]:
    parts: list[BarPart] = []
    x = float(BAR_LEFT)
    for name in ("right", "wrong", "missed", "extra"):
        width = round(BAR_WIDTH * counts[name] / max(longest, 1), 1)
        if counts[name]:
            parts.append(BarPart(name, counts[name], round(x, 1), width))
        x += width
    return tuple(parts)


def _where(value: float | None) -> float | None:
    return None if value is None else _at(value)


def _at(value: float) -> float:
    """Pixels of a score; an error rate above 1 stays at the edge."""
    return round(STRIP_MARGIN + (STRIP_WIDTH - 2 * STRIP_MARGIN) * min(max(value, 0.0), 1.0), 1)

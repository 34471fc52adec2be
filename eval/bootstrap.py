"""How far chance alone moves a score: bootstrap intervals over series of meetings.

Meetings of one series share people, wording and open items, so that whole series are drawn, with replacement.
A score is a rate of sums; each draw sums the counts of the series that came up, as often as they came up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.scorers.counts import Rate

DRAWS = 2000
SEED = 20260302
COVERAGE = 95.0
"""Per cent of the draws that an interval holds."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """The middle 95 per cent of the draws."""

    low: float
    high: float

    @property
    def beyond_zero(self) -> bool:
        """Whether a difference is more than chance: its interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


def by_series(
    rates: Iterable[tuple[str, Mapping[str, Rate]]],
) -> dict[str, dict[str, Rate]]:
    """The sums of every measure in every series.

    Args:
        rates: For each case its series and its measures.
    """
    summed: dict[str, dict[str, Rate]] = {}
    for series, measured in rates:
        sums = summed.setdefault(series, {})
        for name, rate in measured.items():
            sums[name] = sums.get(name, Rate()) + rate
    return summed


def intervals(
    series: Mapping[str, Mapping[str, Rate]], *, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Interval]:
    """An interval for every measure that at least two series have; one series says nothing about chance.

    Args:
        series: By series, the sums of its measures.
        draws: How many times the series are drawn.
        seed: Of the drawing; the same seed gives the same intervals.
    """
    if len(series) < 2:
        return {}
    names = _names(series.values())
    drawn = _drawn(len(series), draws, seed)
    return _intervals(names, _rates(list(series.values()), names, drawn), _seen(series.values(), names))


def paired_intervals(
    first: Mapping[str, Mapping[str, Rate]],
    second: Mapping[str, Mapping[str, Rate]],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, Interval]:
    """Intervals of second minus first, both counted over the same drawn series, where there are at least two.

    Args:
        first: By series, the sums of one result's measures.
        second: The other's, of the same series.
        draws: How many times the series are drawn.
        seed: Of the drawing.
    """
    both = sorted(first.keys() & second.keys())
    if len(both) < 2:
        return {}
    left, right = [first[s] for s in both], [second[s] for s in both]
    names = [n for n in _names(left) if n in _names(right)]
    drawn = _drawn(len(both), draws, seed)
    seen = np.minimum(_seen(left, names), _seen(right, names))
    return _intervals(names, _rates(right, names, drawn) - _rates(left, names, drawn), seen)


def _drawn(series: int, draws: int, seed: int) -> Floats:
    """How often each series comes up: draws x series."""
    chances = np.full(series, 1 / series)
    return np.random.default_rng(seed).multinomial(series, chances, size=draws).astype(np.float64)


def _rates(sums: Sequence[Mapping[str, Rate]], names: Sequence[str], drawn: Floats) -> Floats:
    """Each draw's rates: draws x measures, NaN where a draw has nothing to count."""
    hits = np.array([[s.get(n, Rate()).hits for n in names] for s in sums], np.float64)
    totals = np.array([[s.get(n, Rate()).total for n in names] for s in sums], np.float64)
    above, below = drawn @ hits, drawn @ totals
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _intervals(names: Sequence[str], rates: Floats, seen: NDArray[np.int64]) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    tail = (100 - COVERAGE) / 2
    for column, name in enumerate(names):
        values = rates[:, column][~np.isnan(rates[:, column])]
        if seen[column] >= 2 and values.size:
            low, high = np.percentile(values, (tail, 100 - tail))
            found[name] = Interval(float(low), float(high))
    return found


def _names(series: Iterable[Mapping[str, Rate]]) -> list[str]:
    return list(dict.fromkeys(name for sums in series for name in sums))


def _seen(series: Iterable[Mapping[str, Rate]], names: Sequence[str]) -> NDArray[np.int64]:
    """In how many series each measure occurs."""
    sums = list(series)
    return np.array([sum(bool(s.get(n, Rate()).total) for s in sums) for n in names], np.int64)

"""Which item of one run is which of another: ids shift, evidence and words hardly do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue
from scipy.optimize import linear_sum_assignment

from pipeline.quoting import pieces
from pipeline.review.fields import fields_of, read
from pipeline.review.things import Item, text_of

BESIDE = 2
"""Utterances from the evidence of one to that of the other that are still the same talk."""

ALIKE_ON_ONE_LINE, ALIKE_BESIDE, ALIKE_ANYWHERE = 0.15, 0.5, 0.8
"""Least share of common words of two items with a common utterance, with some beside, and with neither."""


@dataclass(frozen=True)
class _Seen:
    """An item as the pairing sees it."""

    text: str
    pieces: frozenset[str]
    lines: frozenset[int]
    values: tuple[JsonValue, ...]


def align(before: Sequence[Item], after: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    """Pairs the items of one list one to one, so that their evidence and words agree most in sum.

    Returns:
        Index pairs (before, after), in order of the first.
    """
    if not before or not after:
        return ()
    seen = [_seen(item) for item in after]
    gain = np.array([[_gain(old, new) for new in seen] for old in map(_seen, before)])
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return tuple((int(r), int(c)) for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0)


def _seen(item: Item) -> _Seen:
    text = text_of(item)
    lines = frozenset(e.utterance for e in item.evidence)
    values = tuple(read(item, field) for field in fields_of(type(item)))
    return _Seen(text, frozenset(pieces(text)), lines, values)


def _gain(old: _Seen, new: _Seen) -> float:
    alike = _alike(old, new)
    if alike < _least(old.lines, new.lines):
        return 0.0
    either = old.lines | new.lines
    overlap = len(old.lines & new.lines) / len(either) if either else 0.0
    # Figures of one indicator on one line are told apart by the rest of what they say.
    same = sum(a == b for a, b in zip(old.values, new.values, strict=True)) / len(old.values)
    return alike + overlap + same / 2


def _least(here: frozenset[int], there: frozenset[int]) -> float:
    if here & there:
        return ALIKE_ON_ONE_LINE
    beside = any(abs(i - j) <= BESIDE for i in here for j in there)
    return ALIKE_BESIDE if beside else ALIKE_ANYWHERE


def _alike(old: _Seen, new: _Seen) -> float:
    """Share of common words, 0 to 1."""
    if old.text == new.text:
        return 1.0
    total = len(old.pieces) + len(new.pieces)
    return 2 * len(old.pieces & new.pieces) / total if total else 0.0

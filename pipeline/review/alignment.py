"""Which item of one run is which of another: ids shift, evidence and words hardly do."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.quoting import pieces
from pipeline.review.fields import fields_of, read
from pipeline.review.things import Item, text_of

BESIDE = 2
"""Utterances from the evidence of one to that of the other that are still the same talk."""

ALIKE_ON_ONE_LINE, ALIKE_BESIDE, ALIKE_ANYWHERE = 0.15, 0.5, 0.8
"""Least share of common words of two items with a common utterance, with some beside, and with neither."""


def align(before: Sequence[Item], after: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    """Pairs the items of one list one to one, so that their evidence and words agree most in sum.

    Returns:
        Index pairs (before, after), in order of the first.
    """
    if not before or not after:
        return ()
    gain = np.array([[_gain(old, new) for new in after] for old in before])
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return tuple((int(r), int(c)) for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0)


def _gain(old: Item, new: Item) -> float:
    here, there = ({e.utterance for e in item.evidence} for item in (old, new))
    alike = _alike(text_of(old), text_of(new))
    if here & there:
        least = ALIKE_ON_ONE_LINE
    elif any(abs(i - j) <= BESIDE for i in here for j in there):
        least = ALIKE_BESIDE
    else:
        least = ALIKE_ANYWHERE
    if alike < least:
        return 0.0
    overlap = len(here & there) / len(here | there) if here | there else 0.0
    # Figures of one indicator on one line are told apart by the rest of what they say.
    fields = fields_of(type(old))
    same = sum(read(old, field) == read(new, field) for field in fields) / len(fields)
    return alike + overlap + same / 2


def _alike(text: str, other: str) -> float:
    """Share of common words, 0 to 1."""
    if text == other:
        return 1.0
    here, there = pieces(text), pieces(other)
    return 2 * len(here & there) / (len(here) + len(there)) if here or there else 0.0

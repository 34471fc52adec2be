"""Scores of the section labels: one label an utterance, and where the borders lie."""

from collections.abc import Sequence

from eval.scorers.counts import Matches, Rate
from pipeline.minutes import Kind, Minutes

BORDER_TOLERANCE = 2
"""Utterances by which a border may be off."""


def kinds_of(minutes: Minutes, count: int) -> tuple[Kind, ...]:
    """The label of every utterance, from the sections' spans."""
    kinds: list[Kind] = ["purpose"] * count
    for section in minutes.sections:
        for first, last in section.spans:
            kinds[first : last + 1] = (section.kind for _ in range(first, last + 1))
    return tuple(kinds)


def score_labels(predicted: Sequence[Kind], expected: Sequence[Kind]) -> Rate:
    """Share of utterances with the right label."""
    return Rate(sum(p == e for p, e in zip(predicted, expected, strict=True)), len(expected))


def score_borders(predicted: Sequence[Kind], expected: Sequence[Kind]) -> Matches:
    """Borders matched one to one, left to right, within two utterances."""
    left, right = _borders(predicted), _borders(expected)
    hits, at = 0, 0
    for border in left:
        while at < len(right) and right[at] < border - BORDER_TOLERANCE:
            at += 1
        if at < len(right) and right[at] <= border + BORDER_TOLERANCE:
            hits, at = hits + 1, at + 1
    return Matches(hits, len(left), len(right))


def score_windows(predicted: Sequence[Kind], expected: Sequence[Kind]) -> dict[str, Rate]:
    """``pk`` and ``window_diff``: wrong windows of k utterances, k half the mean reference segment.

    Pk (Beeferman 1999) counts windows whose two ends are wrongly together or apart, WindowDiff (Pevzner and
    Hearst 2002) windows with a wrong number of borders; lower is better.
    """
    segments = len(_borders(expected)) + 1
    k = max(1, round(len(expected) / segments / 2))
    left, right = set(_borders(predicted)), set(_borders(expected))
    pk = diff = 0
    starts = range(len(expected) - k)
    for i in starts:
        between = range(i + 1, i + k + 1)
        in_left, in_right = sum(b in left for b in between), sum(b in right for b in between)
        pk += (in_left == 0) != (in_right == 0)
        diff += in_left != in_right
    return {"pk": Rate(pk, len(starts)), "window_diff": Rate(diff, len(starts))}


def _borders(kinds: Sequence[Kind]) -> list[int]:
    """Ids of the utterances that begin a new stretch."""
    return [i for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]]

"""Stretches of speech, cut at pauses, from a voice detector's yes or no for every frame."""

from collections.abc import Iterator
from itertools import groupby, pairwise

PAUSE_SECONDS = 0.4
"""A pause as long ends an utterance: longer than a breath at a comma, shorter than between speakers."""
LONGEST_SECONDS = 20.0
FRAME_SECONDS = 0.03
_MARGIN_SECONDS = 0.2


def speech_spans(voiced: bytes) -> tuple[tuple[float, float], ...]:
    """Groups frames of 30 ms, each 1 (voiced) or 0, into stretches of speech.

    Returns:
        Start and end in seconds. Between two stretches lies a pause of at least ``PAUSE_SECONDS`` (or the
        longest pause at hand, where somebody speaks on for more than ``LONGEST_SECONDS``).
    """
    runs: list[tuple[int, int]] = []
    at = 0
    for speech, frames in groupby(voiced):
        length = sum(1 for _ in frames)
        if speech:
            runs.append((at, at + length))
        at += length
    spans = tuple(_split(runs, PAUSE_SECONDS / FRAME_SECONDS))
    befores = (0, *(last for _, last in spans))
    afters = (*(first for first, _ in spans[1:]), len(voiced))
    # A margin for the soft sounds at both ends, but no more than half of the pause: nothing is heard twice.
    margin = round(_MARGIN_SECONDS / FRAME_SECONDS)
    return tuple(
        (
            (first - min(margin, (first - before) // 2)) * FRAME_SECONDS,
            (last + min(margin, (after - last) // 2)) * FRAME_SECONDS,
        )
        for (first, last), before, after in zip(spans, befores, afters, strict=False)
    )


def _split(runs: list[tuple[int, int]], pause: float) -> Iterator[tuple[int, int]]:
    """Joins runs of voiced frames over short pauses; where that grows too long, ends at the longest pause."""
    longest = round(LONGEST_SECONDS / FRAME_SECONDS)
    runs = [piece for run in runs for piece in _pieces(run, longest)]
    begin = 0
    while begin < len(runs):
        end = begin + 1
        while end < len(runs) and runs[end][0] - runs[end - 1][1] < pause:
            if runs[end][1] - runs[begin][0] > longest:
                end = max(range(begin + 1, end + 1), key=lambda at: (runs[at][0] - runs[at - 1][1], at))
                break
            end += 1
        yield runs[begin][0], runs[end - 1][1]
        begin = end


def _pieces(run: tuple[int, int], longest: int) -> Iterator[tuple[int, int]]:
    """Cuts unbroken sound evenly into pieces that are not too long."""
    first, last = run
    count = -(-(last - first) // longest)
    edges = (first + (last - first) * piece // count for piece in range(count + 1))
    yield from pairwise(edges)

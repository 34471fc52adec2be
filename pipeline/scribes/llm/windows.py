"""The transcript cut into windows that fit into one question each, at the borders of turns."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.transcript import Utterance

OVERLAP = 3
"""Utterances before a window that are shown again, so that an answer in it has its question."""

MOST_HALVED = 2
"""A window is read in four pieces at most: a model whose answers never end would be asked for every line."""

_TAGS = re.compile("[<>]")


@dataclass(frozen=True)
class Window:
    """A stretch of the transcript for one question.

    Attributes:
        before: The last utterances before it, shown and not read again.
        lines: What is to be read, in order.
        halved: How often a window was cut in two to get this one.
    """

    before: tuple[Utterance, ...]
    lines: tuple[Utterance, ...]
    halved: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """First and last id, both inclusive."""
        return self.lines[0].id, self.lines[-1].id

    def halves(self) -> tuple["Window", "Window"] | None:
        """Two windows in place of this one; None for a single line, and for what was halved often enough."""
        if len(self.lines) < 2 or self.halved == MOST_HALVED:
            return None
        middle, halved = len(self.lines) // 2, self.halved + 1
        first, second = self.lines[:middle], self.lines[middle:]
        before = (*self.before, *first)[-OVERLAP:]
        return Window(self.before, first, halved), Window(before, second, halved)


def cut_windows(
    utterances: Sequence[Utterance], count: Callable[[str], int], most_tokens: int
) -> Iterator[Window]:
    """Cuts a transcript into windows of about equal size, none above the bound.

    A border lies between two turns, where a change of speaker is near; one utterance longer than the bound is a
    window of its own.

    Args:
        utterances: The whole transcript.
        count: Tokens of a text.
        most_tokens: Of the written lines of one window.
    """
    sizes = [count(written(u)) + 1 for u in utterances]
    # Equal windows: a last one of a few lines would cost a question and lack what it refers to.
    windows = -(-sum(sizes) // most_tokens)
    aim = sum(sizes) / max(1, windows)
    start = filled = 0
    for at, size in enumerate(sizes):
        over = filled + size > most_tokens
        if at > start and (over or (filled >= aim and utterances[at].speaker != utterances[at - 1].speaker)):
            yield _window(utterances, start, at)
            start, filled = at, 0
        filled += size
    if start < len(utterances):
        yield _window(utterances, start, len(utterances))


def written(utterance: Utterance) -> str:
    """One utterance as a line of a question, ``12 王蕾: 好，咱们开始。``, so that its number can be named."""
    # Angle brackets would end the quoted transcript for a model that believes them.
    text = _TAGS.sub(" ", " ".join(utterance.text.split()))
    if utterance.speaker is None:
        return f"{utterance.id} {text}"
    return f"{utterance.id} {_TAGS.sub(' ', utterance.speaker)}: {text}"


def _window(utterances: Sequence[Utterance], start: int, end: int) -> Window:
    return Window(tuple(utterances[max(0, start - OVERLAP) : start]), tuple(utterances[start:end]))

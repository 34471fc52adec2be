"""Which of two stretches of talk that follow on each other are about one action: asked, refused, taken over, dated."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from pipeline.dates import find_due
from pipeline.scribes.rules.features import address_features, ngrams
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.spans import Span
from pipeline.scribes.rules.words import words_of
from pipeline.transcript import Language

NEAR = 3
"""Utterances from the end of a stretch to the next one up to which they may be one."""

LEAST_CHANCE = 0.6

SOME_DAY = date(2026, 1, 1)
"""Whether a day is said does not depend on the day of the meeting."""


def join_spans(
    lines: Sequence[Line], spans: Sequence[Span], begins: Sequence[float], model: LinearModel
) -> tuple[Span, ...]:
    """Joins stretches of talk that the model takes for one action.

    Args:
        lines: The whole meeting.
        spans: Stretches of talk, in order.
        begins: For every utterance the probability that an action begins there.
        model: Tells of two stretches whether they are one (class "yes").
    """
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and near(last, span) and _likely(lines, last, span, begins, model):
            joined[-1] = Span((*last.ids, *span.ids), max(last.confidence, span.confidence))
        else:
            joined.append(span)
    return tuple(joined)


def near(first: Span, second: Span) -> bool:
    """Whether two stretches are near enough to be one."""
    return second.ids[0] - first.ids[-1] <= NEAR


def neighbours(spans: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Stretches that follow on each other and may be one."""
    return (pair for pair in pairwise(spans) if near(*pair))


def _likely(
    lines: Sequence[Line], first: Span, second: Span, begins: Sequence[float], model: LinearModel
) -> bool:
    return model.probability(join_features(lines, first, second, begins), "yes") >= LEAST_CHANCE


def join_features(lines: Sequence[Line], first: Span, second: Span, begins: Sequence[float]) -> Iterator[str]:
    """How the second stretch opens, who speaks, and what the first one still lacks."""
    at = second.ids[0]
    line, before = lines[at], lines[first.ids[-1]]
    begin = int(begins[at] * 6)
    dated = (_dated(lines, first.ids), _dated(lines, second.ids))
    speaker = line.utterance.speaker
    yield f"begins:{begin}"
    yield f"gap:{at - first.ids[-1]}"
    yield f"dated:{dated}"
    yield f"dated:{dated}:begins:{begin // 2}"
    yield f"long:{min(len(first.ids), 4)}:{min(len(second.ids), 3)}"
    yield f"sure:{int(first.confidence * 4)}"
    yield f"asked:{before.is_question}:asks:{line.is_question}"
    yield f"asked:{before.is_question}:dated:{dated}"
    yield f"first again:{speaker == lines[first.ids[0]].utterance.speaker}:{speaker == before.utterance.speaker}"
    own = _content(line.text, line.language)
    earlier = frozenset[str]().union(*(_content(lines[i].text, line.language) for i in first.ids))
    yield f"own:{min(len(own), 5)}"
    yield f"new:{min(len(own - earlier), 5)}"
    yield f"shared:{min(len(own & earlier), 3)}"
    yield from (f"cue:{cue}" for cue in line.cues)
    yield from (f"before:{cue}" for cue in before.cues)
    yield from address_features(lines, at)
    opening = line.text[:8] if line.language == "zh" else " ".join(line.text.split()[:5])
    yield from (f"opens:{gram}" for gram in ngrams(opening, line.language))
    closing = before.text[-8:] if line.language == "zh" else " ".join(before.text.split()[-6:])
    yield from (f"closes:{gram}" for gram in ngrams(closing, line.language))


def _dated(lines: Sequence[Line], ids: Sequence[int]) -> bool:
    """Whether anybody names a day."""
    return any(find_due(lines[i].text, SOME_DAY, lines[i].language).on is not None for i in ids)


def _content(text: str, language: Language) -> frozenset[str]:
    """Nouns and verbs of a Chinese text, the longer words of an English one."""
    if language == "zh":
        return frozenset(word for word, tag in words_of(text, "zh") if len(word) > 1 and tag[:1] in "nv")
    return frozenset(word.casefold()[:6] for word, _ in words_of(text, "en") if len(word) > 4)

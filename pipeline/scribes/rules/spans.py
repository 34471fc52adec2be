"""Which utterances belong to one item: a sequence of B (begins an item), I (goes on), O (none)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.scribes.rules.features import address_features, line_features, ngrams, pair_features
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line
from pipeline.transcript import Language

LONGEST_GAP = 2
"""Utterances that may lie between two of one item."""


@dataclass(frozen=True)
class Thresholds:
    """When an utterance counts.

    Attributes:
        belongs: Least probability that it belongs to an item at all.
        begins: How much likelier "begins" than "goes on" must be for a new item to begin.
    """

    belongs: float
    begins: float


FIELD_THRESHOLDS: dict[Language, dict[str, Thresholds]] = {
    "zh": {
        "actions": Thresholds(0.45, 0.35),
        "decisions": Thresholds(0.20, 0.35),
        "issues": Thresholds(0.25, 1.0),
        "feedback": Thresholds(0.10, 1.0),
    },
    "en": {
        "actions": Thresholds(0.35, 0.35),
        "decisions": Thresholds(0.30, 0.35),
        "issues": Thresholds(0.25, 1.0),
        "feedback": Thresholds(0.15, 1.0),
    },
}
"""Chosen by cross-validation over series."""


@dataclass(frozen=True)
class Span:
    """The utterances of one item, in order, and how sure the model is (its best utterance's probability)."""

    ids: tuple[int, ...]
    confidence: float


def find_spans(lines: Sequence[Line], model: LinearModel, thresholds: Thresholds) -> tuple[Span, ...]:
    """Groups the utterances that a model takes for parts of items into one span an item."""
    groups: list[list[int]] = []
    sure: list[float] = []
    for at in range(len(lines)):
        chances = model.chances(span_features(lines, at))
        begins, goes_on = chances.get("B", 0.0), chances.get("I", 0.0)
        belongs = begins + goes_on
        if belongs < thresholds.belongs:
            continue
        new = begins >= thresholds.begins * goes_on
        if not groups or new or at - groups[-1][-1] > LONGEST_GAP:
            groups.append([at])
            sure.append(belongs)
        else:
            groups[-1].append(at)
            sure[-1] = max(sure[-1], belongs)
    return tuple(Span(tuple(ids), chance) for ids, chance in zip(groups, sure, strict=True))


def begin_chances(lines: Sequence[Line], model: LinearModel) -> tuple[float, ...]:
    """For every utterance the probability that an item begins there."""
    return tuple(model.probability(span_features(lines, at), "B") for at in range(len(lines)))


def span_features(lines: Sequence[Line], at: int) -> Iterator[str]:
    """Features of an utterance, of who is spoken to, and of the words right before and after it."""
    yield from line_features(lines, at)
    yield from address_features(lines, at)
    yield from pair_features(lines, at)
    for offset in (-1, 1):
        if 0 <= at + offset < len(lines):
            near = lines[at + offset]
            for gram in ngrams(near.text, near.language):
                yield f"n{offset}:{gram}"

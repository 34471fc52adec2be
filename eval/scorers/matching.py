"""When two items are the same: their evidence meets and their texts are about the same thing."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.transcript import Language

SAME_TEXT = 0.30
"""Least multiset F1 of two texts about the same thing."""


@dataclass(frozen=True)
class Item:
    """An item as the matching sees it.

    Attributes:
        text: Task, text, metric or problem.
        evidence: Utterance ids.
        value: Of a KPI: value and unit; None elsewhere.
        details: What is compared over matched items, by name: owner, due, value, period, status, kind.
    """

    text: str
    evidence: tuple[int, ...]
    value: str | None = None
    details: Mapping[str, str | None] = field(default_factory=dict[str, str | None])


def normalized(text: str) -> str:
    """NFKC, case folded, every run of punctuation or space one space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def text_f1(a: str, b: str, language: Language) -> float:
    """Multiset F1 of character bigrams (zh) or words (en), 0 to 1."""
    grams_a, grams_b = grams(a, language), grams(b, language)
    shared = (grams_a & grams_b).total()
    total = grams_a.total() + grams_b.total()
    return 2 * shared / total if total else 0.0


def text_recall(wanted: str, text: str, language: Language) -> float:
    """Share of the wanted text's bigrams (zh) or words (en) that stand in the other, 0 to 1."""
    needed = grams(wanted, language)
    return (needed & grams(text, language)).total() / needed.total() if needed else 0.0


def evidence_meets(a: Sequence[int], b: Sequence[int]) -> bool:
    """Whether the two share an utterance or have neighbours at distance 1."""
    return any(abs(i - j) <= 1 for i in a for j in b)


def match(
    predicted: Sequence[Item], expected: Sequence[Item], language: Language
) -> tuple[tuple[int, int], ...]:
    """Pairs items one to one: as many pairs as possible, then the largest sum of F1.

    Items that are worded alike are told apart by their evidence, and then by their details.

    Returns:
        Index pairs (predicted, expected), in order of the predicted.
    """
    if not predicted or not expected:
        return ()
    gain = np.array([[_gain(p, e, language) for e in expected] for p in predicted])
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return tuple((int(r), int(c)) for r, c in zip(rows, columns, strict=True) if gain[r, c] > 0)


def _gain(predicted: Item, expected: Item, language: Language) -> float:
    # One more pair always outweighs any sum of F1, which stays below the number of pairs; what breaks a tie
    # stays below any difference of two F1.
    if not evidence_meets(predicted.evidence, expected.evidence):
        return 0.0
    f1 = text_f1(predicted.text, expected.text, language)
    same_value = expected.value is not None and plain_value(predicted.value) == plain_value(expected.value)
    if f1 < SAME_TEXT and not same_value:
        return 0.0
    said, gold = set(predicted.evidence), set(expected.evidence)
    alike = len(said & gold) / len(said | gold)
    details = sum(predicted.details.get(name) == value for name, value in expected.details.items())
    return 1000.0 + f1 + 1e-7 * alike + 1e-9 * details


def grams(text: str, language: Language) -> Counter[str]:
    """Character bigrams (zh) or words (en) with how often each stands there."""
    clean = normalized(text)
    if language == "en":
        return Counter(clean.split())
    letters = clean.replace(" ", "")
    return Counter(letters[i : i + 2] for i in range(len(letters) - 1)) or Counter([letters] * bool(letters))


def plain_value(value: str | None) -> str | None:
    """A KPI's value and unit without width, case, spaces and thousands separators."""
    if value is None:
        return None
    kept = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in kept if c.isalnum() or c in "%.-/").lstrip("+") or None

"""Additive counts: the score of a corpus is the rate of the sums, never the mean of the rates."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Matches:
    """Counts of a one-to-one matching."""

    hits: int = 0
    predicted: int = 0
    expected: int = 0

    def __add__(self, other: Self) -> "Matches":
        return Matches(
            self.hits + other.hits, self.predicted + other.predicted, self.expected + other.expected
        )

    @property
    def precision(self) -> float | None:
        """Hits among the predicted; None where nothing was predicted."""
        return self.hits / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """Hits among the expected; None where nothing was expected."""
        return self.hits / self.expected if self.expected else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where there was nothing to find and nothing was found."""
        total = self.predicted + self.expected
        return 2 * self.hits / total if total else None


@dataclass(frozen=True)
class Rate:
    """How many of how many: right ones of all, errors of all words, seconds of all meetings."""

    hits: float = 0
    total: int = 0

    def __add__(self, other: Self) -> "Rate":
        return Rate(self.hits + other.hits, self.total + other.total)

    @property
    def rate(self) -> float | None:
        """Share; None where there was nothing to count."""
        return self.hits / self.total if self.total else None

"""Capital letters for a recogniser that gives none."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

_CAPITALISED = frozenset(
    (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "april", "june", "july", "august"),
        *("september", "october", "november", "december"),
        *("i", "i'm", "i'll", "i've", "i'd"),
    )
)
# "march" and "may" are months only where something leads to them.
_CAPITALISED_AFTER = frozenset((before, month) for before in ("of", "in") for month in ("march", "may"))


@dataclass(frozen=True)
class Capitals:
    """Which words English writes with a capital.

    Attributes:
        always: Lower-case words.
        after: Lower-case words, each with the one that must stand before it.
    """

    always: frozenset[str]
    after: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> Self:
        """Adds names of people: full names tell them from departments ("sales"), which stay as they are."""
        capitalised = [name.split() for name in names if all(part[0].isupper() for part in name.split())]
        people = [parts for parts in capitalised if len(parts) > 1] or capitalised
        lowered = [tuple(part.lower() for part in parts) for parts in people]
        first_names = frozenset(parts[0] for parts in lowered)
        surnames = frozenset(pair for parts in lowered for pair in pairwise(parts))
        return cls(_CAPITALISED | first_names, _CAPITALISED_AFTER | surnames)

    def sentence(self, words: list[str]) -> str:
        """Joins recognised words; the first one has a capital too."""
        text = " ".join(
            word.capitalize() if word in self.always or (before, word) in self.after else word
            for before, word in pairwise(["", *words])
        )
        return text[:1].upper() + text[1:]

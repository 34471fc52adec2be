"""All scores of one case, as counts that can be added up."""

from dataclasses import dataclass, field
from typing import Self

from eval.cases import Case
from eval.scorers.counts import Matches, Rate
from eval.scorers.items import score_carry_over, score_dues, score_items, score_owners
from eval.scorers.sections import Windows, score_borders, score_labels, score_windows
from pipeline.minutes import Kind, Minutes

ITEM_FIELDS = ("actions", "decisions", "kpis", "issues", "feedback")


@dataclass(frozen=True)
class Scores:
    """Counts of one case or of many.

    Attributes:
        items: Matching counts by field.
        rates: How many of how many: owner, due, carry_over, labels.
        borders: Section borders found within two utterances.
        windows: Sliding windows for Pk and WindowDiff.
    """

    items: dict[str, Matches] = field(default_factory=dict[str, Matches])
    rates: dict[str, Rate] = field(default_factory=dict[str, Rate])
    borders: Matches = field(default_factory=Matches)
    windows: Windows = field(default_factory=Windows)

    def __add__(self, other: Self) -> "Scores":
        items = {f: self.items.get(f, Matches()) + other.items.get(f, Matches()) for f in ITEM_FIELDS}
        names = dict.fromkeys([*self.rates, *other.rates])
        rates = {n: self.rates.get(n, Rate()) + other.rates.get(n, Rate()) for n in names}
        return Scores(items, rates, self.borders + other.borders, self.windows + other.windows)


def score(minutes: Minutes, case: Case) -> Scores:
    """Scores the minutes of a case against its gold (docs/annotation.md)."""
    gold = case.gold
    meeting = case.meeting.model_copy(update={"language": case.transcript.language})
    kinds = kinds_of(minutes, len(case.transcript.utterances))
    return Scores(
        items=score_items(minutes, gold, meeting),
        rates={
            "owner": score_owners(minutes, gold, meeting),
            "due": score_dues(minutes, gold, meeting),
            "carry_over": score_carry_over(minutes, gold),
            "labels": score_labels(kinds, gold.kinds),
        },
        borders=score_borders(kinds, gold.kinds),
        windows=score_windows(kinds, gold.kinds),
    )


def kinds_of(minutes: Minutes, count: int) -> tuple[Kind, ...]:
    """The label of every utterance, from the sections' spans."""
    kinds: list[Kind] = ["purpose"] * count
    for section in minutes.sections:
        for first, last in section.spans:
            kinds[first : last + 1] = (section.kind for _ in range(first, last + 1))
    return tuple(kinds)

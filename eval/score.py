"""All scores of one case, as counts that can be added up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeVar

from eval.alignment import on_reference
from eval.cases import Case
from eval.scorers.cost import score_cost
from eval.scorers.counts import Matches, Rate
from eval.scorers.items import score_carry_over, score_details, score_invented, score_items
from eval.scorers.pairing import ITEM_FIELDS, pair
from eval.scorers.sections import kinds_of, score_borders, score_labels, score_windows
from eval.scorers.speech import score_speech
from eval.scorers.summaries import score_coverage, score_rouge
from pipeline.minutes import Minutes
from pipeline.transcript import Transcript

MATCHED = (*ITEM_FIELDS, "borders", "rouge_l")
"""Scores with precision, recall and F1."""

RATES = (
    *("owner", "due", "kpi_value", "kpi_period", "issue_status", "feedback_kind"),
    *("carry_over", "carry_over_status", "invented", "coverage"),
    *("labels", "pk", "window_diff"),
    *("wer", "cpwer", "cer", "cpcer"),
    *("seconds", "calls", "tokens_in", "tokens_out"),
)

COSTS = ("seconds", "calls", "tokens_in", "tokens_out")
"""Rates that are amounts per meeting, not shares."""

LOWER_IS_BETTER = frozenset(
    ("invented", "pk", "window_diff", "wer", "cpwer", "cer", "cpcer", *COSTS),
)

Counted = TypeVar("Counted", Matches, Rate)


@dataclass(frozen=True)
class Scores:
    """Counts of one case or of many; what does not apply is absent.

    Attributes:
        items: Matching counts by field, of ``MATCHED``.
        rates: How many of how many, of ``RATES``.
    """

    items: Mapping[str, Matches] = field(default_factory=dict[str, Matches])
    rates: Mapping[str, Rate] = field(default_factory=dict[str, Rate])

    def __add__(self, other: Self) -> "Scores":
        return Scores(
            _added(MATCHED, self.items, other.items, Matches()),
            _added(RATES, self.rates, other.rates, Rate()),
        )


def score(minutes: Minutes, case: Case, heard: Transcript | None = None) -> Scores:
    """Scores the minutes of a case against its gold (docs/annotation.md).

    Args:
        minutes: The result.
        case: What it is laid beside.
        heard: What was heard in the case's recording, where the minutes were made from that.
    """
    gold, language = case.gold, case.transcript.language
    invented = score_invented(minutes, heard or case.transcript)
    if heard:
        minutes = on_reference(minutes, heard, case.transcript)
    paired = pair(minutes, case)
    kinds = kinds_of(minutes, len(case.transcript.utterances))
    rates = {
        **score_details(paired),
        **score_carry_over(paired),
        "invented": invented,
        "coverage": score_coverage(minutes.sections, gold, language),
        "labels": score_labels(kinds, gold.kinds),
        **score_windows(kinds, gold.kinds),
        **(score_speech(heard, case.transcript) if heard else {}),
        **score_cost(minutes.origin),
    }
    items = {
        **score_items(paired),
        "borders": score_borders(kinds, gold.kinds),
        "rouge_l": score_rouge(minutes.sections, gold),
    }
    return Scores(items, {name: rates[name] for name in RATES if name in rates and rates[name].total})


def measures(scores: Scores) -> dict[str, Rate]:
    """Every score as one rate of sums: ``actions.precision``, ``actions.recall``, ``actions.f1``, ``owner``."""
    found: dict[str, Rate] = {}
    for name, m in scores.items.items():
        found[f"{name}.precision"] = Rate(m.hits, m.predicted)
        found[f"{name}.recall"] = Rate(m.hits, m.expected)
        found[f"{name}.f1"] = Rate(2 * m.hits, m.predicted + m.expected)
    return {name: rate for name, rate in {**found, **scores.rates}.items() if rate.total}


def total(scores: Iterable[Scores]) -> Scores:
    """The sum of the counts."""
    return sum(scores, Scores())


def _added(
    names: Iterable[str], left: Mapping[str, Counted], right: Mapping[str, Counted], nothing: Counted
) -> dict[str, Counted]:
    return {n: left.get(n, nothing) + right.get(n, nothing) for n in names if n in left or n in right}

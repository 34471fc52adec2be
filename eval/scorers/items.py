"""Scores of items: found or not, over the found ones whether their details are right, and what proves them."""

from collections.abc import Mapping

from eval.scorers.counts import Matches, Rate
from eval.scorers.pairing import ITEM_FIELDS, Pairs
from pipeline.minutes import Evidence, Minutes, Support
from pipeline.transcript import Transcript

DETAILS = {
    "owner": ("actions", "owner"),
    "due": ("actions", "due"),
    "kpi_value": ("kpis", "value"),
    "kpi_period": ("kpis", "period"),
    "issue_status": ("issues", "status"),
    "feedback_kind": ("feedback", "kind"),
}
"""Rates over matched items: their field, and the detail that must be the same."""


def score_items(paired: Mapping[str, Pairs]) -> dict[str, Matches]:
    """Counts by field: actions, decisions, kpis, issues, feedback."""
    return {field: paired[field].counts for field in ITEM_FIELDS}


def score_details(paired: Mapping[str, Pairs]) -> dict[str, Rate]:
    """Over matched items: the same participant, ISO date, value with unit, period, status, kind; or both null."""
    return {name: _right(paired[field], detail) for name, (field, detail) in DETAILS.items()}


def score_carry_over(paired: Mapping[str, Pairs]) -> dict[str, Rate]:
    """Over the open items of last time: the right status, and with it the right new date of a re-dated one.

    The status alone is ``carry_over_status``, both together are ``carry_over``.
    """
    rows = paired["carry_over"]
    wrong = [rows.wrong(said, gold) for said, gold in rows.pairs]
    total = len(rows.gold)
    return {
        "carry_over": Rate(sum(not names for names in wrong), total),
        "carry_over_status": Rate(sum("status" not in names for names in wrong), total),
    }


def score_invented(minutes: Minutes, heard: Transcript) -> Rate:
    """Items without support among all items.

    Such an item has a quote that is not verbatim in the utterance it names, or no quote at all, or no ``support``
    after grounding.
    """
    items = proved_items(minutes)
    return Rate(sum(not holds(*item, heard) for item in items), len(items))


def proved_items(minutes: Minutes) -> list[tuple[tuple[Evidence, ...], Support | None]]:
    """Evidence and support of every item that must have them."""
    items = (
        *minutes.actions,
        *minutes.decisions,
        *minutes.kpis,
        *minutes.issues,
        *minutes.feedback,
        *minutes.reports,
        *minutes.remarks,
    )
    return [(item.evidence, item.support) for item in items]


def holds(evidence: tuple[Evidence, ...], support: Support | None, heard: Transcript) -> bool:
    """Whether an item is supported, and each of its quotes stands in the transcript letter by letter."""
    said = heard.utterances
    return (
        support is not None
        and bool(evidence)
        and all(0 <= e.utterance < len(said) and e.quote in said[e.utterance].text for e in evidence)
        and all(e.quote for e in evidence)
    )


def _right(pairs: Pairs, detail: str) -> Rate:
    return Rate(sum(detail not in pairs.wrong(s, g) for s, g in pairs.pairs), len(pairs.pairs))

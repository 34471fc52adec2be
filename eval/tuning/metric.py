"""One number for the minutes of a meeting: what a search for a better prompt makes larger."""

from eval.score import Scores
from eval.scorers.counts import Rate

WEIGHTS = {
    "actions": 3.0,
    "owner": 2.0,
    "due": 2.0,
    "decisions": 2.0,
    "kpis": 2.0,
    "kpi_value": 1.0,
    "labels": 1.5,
    "issues": 1.0,
    "issue_status": 0.5,
    "feedback": 0.5,
    "carry_over": 1.0,
}
"""How much each score counts. Items count with their F1, the others as shares of what the gold has."""

_OF = {"owner": "actions", "due": "actions", "kpi_value": "kpis", "issue_status": "issues"}


def parts(scores: Scores) -> dict[str, Rate]:
    """The scores of ``WEIGHTS`` that apply to a meeting.

    A detail is counted over all gold items and not, as in a report, over the found ones: else a prompt that leaves
    out the difficult tasks would gain by it.
    """
    found: dict[str, Rate] = {}
    for name in WEIGHTS:
        if name in scores.items:
            m = scores.items[name]
            found[name] = Rate(2 * m.hits, m.predicted + m.expected)
        elif name in _OF and _OF[name] in scores.items:
            right = scores.rates.get(name, Rate()).hits
            found[name] = Rate(right, scores.items[_OF[name]].expected)
        elif name in scores.rates:
            found[name] = scores.rates[name]
    return {name: rate for name, rate in found.items() if rate.total}


def objective(scores: Scores) -> float:
    """The weighted mean of what applies, 0 to 1."""
    rates = parts(scores)
    weight = sum(WEIGHTS[name] for name in rates)
    return sum(WEIGHTS[name] * rate.hits / rate.total for name, rate in rates.items()) / weight

"""May this result replace the accepted one? Not where a field fell by more than chance, or right items broke."""

from collections.abc import Iterator

from eval.compare import Comparison, compare
from eval.report import Report
from eval.score import COSTS
from eval.table import LABELS, item_line
from pipeline.errors import InputError

SHOWN = 10
"""Broken items that are named."""

MOST_BROKEN = 3
"""Items that were right and may be wrong now, unless another number is given."""


def gate(report: Report, accepted: Report, most_broken: int = MOST_BROKEN) -> tuple[str, ...]:
    """Sentences that say why a result is refused; none when it may pass.

    Gated are every F1 and every rate but the costs, which depend on the machine; precision and recall may be
    traded for each other.

    Args:
        report: The new result.
        accepted: The one it is held against.
        most_broken: How many items that were right may be wrong now.

    Raises:
        InputError: The reports cannot be compared: other data, or no meeting in common.
    """
    if report.made.data_sha256 != accepted.made.data_sha256 and set(report.cases) == set(accepted.cases):
        raise InputError("The accepted report was made on other data: accept a new one first.")
    return tuple(_reasons(report, accepted, compare(accepted, report), most_broken))


def _reasons(report: Report, accepted: Report, compared: Comparison, most_broken: int) -> Iterator[str]:
    for name, why in report.failed.items():
        yield f"{name} failed: {why}"
    for name in accepted.cases:
        if name not in report.cases and name not in report.failed:
            yield f"{name} is missing from the result."
    for change in compared.changes:
        field, _, part = change.name.partition(".")
        if field in COSTS or part in ("precision", "recall") or change.verdict != "worse":
            continue
        low, high = (change.interval.low, change.interval.high) if change.interval else (0.0, 0.0)
        yield (
            f"{LABELS[field]}{' F1' if part else ''} went from {change.before:.3f} to {change.after:.3f}, beyond "
            f"chance (difference {low:+.3f} to {high:+.3f})."
        )
    if len(compared.broken) > most_broken:
        count = len(compared.broken)
        yield f"{count} items that were right are wrong now, {most_broken} may be (`lihui eval compare` shows all):"
        yield from (f"  {item_line(item)}" for item in compared.broken[:SHOWN])

"""Scores as a table for the terminal and as JSON."""

from collections.abc import Mapping

from rich.table import Table

from eval.score import ITEM_FIELDS, Scores

Row = tuple[str, str, str, str, str]


def table(scores: Scores, title: str) -> Table:
    """Precision, recall and F1 by field, then the rates; a score that does not apply is left empty."""
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for heading in ("", "precision", "recall", "F1", "counts"):
        shown.add_column(heading, justify="left" if heading in ("", "counts") else "right")
    for row in _rows(scores):
        shown.add_row(*row)
    return shown


def _rows(scores: Scores) -> list[Row]:
    rows: list[Row] = []
    for field in ITEM_FIELDS:
        m = scores.items[field]
        counts = f"{m.hits} of {m.expected} found, {m.predicted} given"
        rows.append((field, _shown(m.precision), _shown(m.recall), _shown(m.f1), counts))
    for name, rate in scores.rates.items():
        rows.append((name, "", "", _shown(rate.rate), f"{rate.hits} of {rate.total}"))
    b, w = scores.borders, scores.windows
    rows.append(
        ("borders", _shown(b.precision), _shown(b.recall), _shown(b.f1), f"{b.hits} of {b.expected} within 2")
    )
    rows.append(("Pk", "", "", _shown(w.pk), "lower is better"))
    rows.append(("WindowDiff", "", "", _shown(w.window_diff), "lower is better"))
    return rows


def as_json(scores: Scores) -> dict[str, Mapping[str, object]]:
    """The scores with their counts, as plain values."""
    items = {
        field: {
            "hits": m.hits,
            "predicted": m.predicted,
            "expected": m.expected,
            "precision": m.precision,
            "recall": m.recall,
            "f1": m.f1,
        }
        for field, m in (*scores.items.items(), ("borders", scores.borders))
    }
    rates = {n: {"hits": r.hits, "total": r.total, "rate": r.rate} for n, r in scores.rates.items()}
    windows = {"pk": scores.windows.pk, "window_diff": scores.windows.window_diff}
    return {"items": items, "rates": rates, "windows": windows}


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"

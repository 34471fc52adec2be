"""A report as tables: for the terminal, and as Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.table import Table

from eval.compare import Comparison, ItemChange
from eval.report import Measure, Report
from eval.score import COSTS, LOWER_IS_BETTER, MATCHED, RATES

LABELS = {
    "actions": "actions",
    "decisions": "decisions",
    "kpis": "KPIs",
    "issues": "issues",
    "feedback": "feedback",
    "borders": "section borders",
    "rouge_l": "summaries: ROUGE-L",
    "owner": "actions: owner",
    "due": "actions: date",
    "kpi_value": "KPIs: value",
    "kpi_period": "KPIs: period",
    "issue_status": "issues: status",
    "feedback_kind": "feedback: kind",
    "carry_over": "open items: all",
    "carry_over_status": "open items: status",
    "invented": "invented",
    "coverage": "summaries: facts told",
    "labels": "section labels",
    "pk": "sections: Pk",
    "window_diff": "sections: WindowDiff",
    "wer": "word errors",
    "cpwer": "word errors by speaker",
    "cer": "character errors",
    "cpcer": "char. errors by speaker",
    "seconds": "seconds a meeting",
    "calls": "model calls a meeting",
    "tokens_in": "tokens in a meeting",
    "tokens_out": "tokens out a meeting",
}
COLUMNS = ("", "precision", "recall", "score", "interval", "floor", "readings", "accepted")
"""Of the score: its interval, and what it is held against. An empty column is left out on the terminal."""


@dataclass(frozen=True)
class Row:
    """One line of a table: a field or a rate, its main score (F1 of a field) and what it is held against."""

    name: str
    measure: Measure
    precision: float | None = None
    recall: float | None = None
    counts: str = ""

    @property
    def label(self) -> str:
        """Its name for people."""
        return LABELS[self.name] + (" ↓" if self.name in LOWER_IS_BETTER else "")

    @property
    def is_cost(self) -> bool:
        """Whether it is an amount per meeting instead of a share."""
        return self.name in COSTS


def rows(measures: dict[str, Measure]) -> Iterator[Row]:
    """The rows of one group, in the order of the report."""
    for name in MATCHED:
        if (f1 := measures.get(f"{name}.f1")) is not None:
            precision, recall = measures.get(f"{name}.precision"), measures.get(f"{name}.recall")
            counts = (
                f"{f1.hits / 2:.0f} of {recall.total if recall else 0} found, "
                f"{precision.total if precision else 0} given"
            )
            yield Row(name, f1, _value(precision), _value(recall), counts)
    for name in RATES:
        if (rate := measures.get(name)) is not None:
            counts = f"{rate.hits:g} of {rate.total}" if name not in COSTS else f"{rate.total} meetings"
            yield Row(name, rate, counts=counts)


def table(report: Report, group: str) -> Table:
    """One group of a report for the terminal; what does not apply is left out."""
    title = f"{group} ({report.scribe}, {report.suite})"
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    lines = [_cells(row) for row in rows(report.scores[group])]
    used = [at for at in range(len(COLUMNS)) if at == 0 or any(line[at] for line in lines)]
    for at in used:
        shown.add_column(COLUMNS[at], justify="right" if at else "left", no_wrap=True)
    for line in lines:
        shown.add_row(*(line[at] for at in used))
    return shown


def markdown(report: Report) -> str:
    """The whole report: what it was made with, then a table for each group."""
    parts = [f"# {report.scribe} on {report.suite}", "", *_facts(report), ""]
    for group in report.scores:
        parts += [f"## {group}", "", section(report, group), ""]
    parts += ["↓ lower is better. Intervals: bootstrap over series of meetings, 95 %.", ""]
    return "\n".join(parts)


def section(report: Report, group: str) -> str:
    """One group of a report as a Markdown table."""
    lines = [_line((*COLUMNS, "counts")), _line(("---", *["---:"] * len(COLUMNS)))]
    lines += [_line((*_cells(row), row.counts)) for row in rows(report.scores[group])]
    return "\n".join(lines)


def _facts(report: Report) -> Iterator[str]:
    for name, value in facts(report):
        yield f"- {name}: {value}"


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """What a report was made on and with, as pairs of words."""
    made = report.made
    commit = made.commit[:12] if made.commit else "not from a repository"
    failed = "; ".join(f"{name}: {why}" for name, why in report.failed.items())
    found = (
        ("meetings", f"{len(report.cases)} through, {len(report.failed)} failed"),
        ("failed", failed),
        ("with a second reading", str(report.second_cases)),
        ("read from", report.source),
        ("commit", commit + (" with changes" if made.dirty else "")),
        ("data", made.data_sha256[:12]),
        ("backends", ", ".join(made.backends)),
        ("prompts", ", ".join(f"{p.name} ({p.sha256[:12]})" for p in made.prompts)),
        ("bootstrap", f"{made.draws} draws of series, seed {made.seed}"),
        ("Python", made.python),
        ("packages", ", ".join(f"{name} {version}" for name, version in made.packages.items())),
    )
    return tuple(pair for pair in found if pair[1])


def changes(compared: Comparison) -> Table:
    """Every score before and after, with the interval of the difference and what it amounts to."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "before", "after", "difference", ""):
        shown.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    styles = {"better": "green", "worse": "red", "same": ""}
    for change in compared.changes:
        field, _, part = change.name.partition(".")
        digits = 1 if field in COSTS else 3
        spread = change.interval
        shown.add_row(
            f"{LABELS[field]} {part}".rstrip() + (" ↓" if field in LOWER_IS_BETTER else ""),
            f"{change.before:.{digits}f}",
            f"{change.after:.{digits}f}",
            f"{spread.low:+.{digits}f} to {spread.high:+.{digits}f}" if spread else "",
            "" if change.verdict == "same" else change.verdict,
            style=styles[change.verdict],
        )
    return shown


def item_line(item: ItemChange) -> str:
    """One item with what it was before and is now."""
    was, now = item.before.state, item.after.state
    states = was if was == now else f"{was} -> {now}"
    return f"{item.case} {LABELS.get(item.after.field, 'open item')}: {item.after.text} ({states})"


def item_lines(compared: Comparison) -> Iterator[str]:
    """The items of a comparison, one a line, under what became of them."""
    for title, changed in (
        ("fixed", compared.fixed),
        ("broken", compared.broken),
        ("still wrong", compared.still_wrong),
    ):
        yield f"\n{title}: {len(changed)}"
        yield from (f"  {item_line(item)}" for item in changed)
    for title, extras in (("newly made up", compared.made_up), ("no longer made up", compared.gone)):
        yield f"\n{title}: {len(extras)}"
        for change in extras:
            yield f"  {change.case} {LABELS[change.extra.field]}: {change.extra.text}"
    for title, names in (("only before", compared.only_first), ("only after", compared.only_second)):
        if names:
            yield f"\n{title}: {', '.join(names)}"


def _cells(row: Row) -> tuple[str, ...]:
    m, digits = row.measure, 1 if row.is_cost else 3
    interval = "" if m.low is None or m.high is None else f"{m.low:.{digits}f}–{m.high:.{digits}f}"
    held = (m.anchors.floor, m.anchors.second, m.anchors.baseline)
    values = (row.precision, row.recall, m.value)
    return (
        row.label,
        *(_shown(v, digits) for v in values),
        interval,
        *(_shown(v, digits) for v in held),
    )


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _value(measure: Measure | None) -> float | None:
    return measure.value if measure else None


def _shown(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"

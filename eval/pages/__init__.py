"""The report as pages that ask nobody for anything: one of all scores, and one of each case beside its gold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from eval.pages.case import case_view
from eval.pages.plots import BAR_FIELDS, Bars, Strip, bars, strip
from eval.report import CaseReport, CaseResult, Report
from eval.score import measures
from eval.table import LABELS, Row, facts, rows
from pipeline.render.words import shown

if TYPE_CHECKING:
    from jinja2 import Template

HEAT = (
    *("actions.f1", "owner", "due", "decisions.f1", "kpis.f1", "kpi_value", "issues.f1", "feedback.f1"),
    *("carry_over", "labels", "coverage"),
)
HEAT_NAMES = (
    *("actions", "owner", "date", "decisions", "KPIs", "value", "issues", "feedback"),
    *("open items", "labels", "facts"),
)


@dataclass(frozen=True)
class ScoreLine:
    """One line of the table of scores."""

    row: Row
    value: str
    interval: str
    strip: Strip | None
    begins_rates: bool


@dataclass(frozen=True)
class HeatRow:
    """One case of the heat map: a value for each column, None where it does not apply."""

    id: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Tab:
    """One group of cases."""

    title: str
    lines: tuple[ScoreLine, ...]
    bars: Bars
    heat: tuple[HeatRow, ...]
    columns: tuple[str, ...] = HEAT_NAMES


def report_page(report: Report) -> str:
    """The page of all scores."""
    from markupsafe import Markup

    return _template("report.html.j2").render(
        report=report,
        tabs=tuple(_tab(report, group) for group in report.scores),
        facts=facts(report),
        css=Markup(_file("pages.css")),
    )


def case_page(result: CaseResult) -> str:
    """The page of one case: transcript, gold and result side by side."""
    from markupsafe import Markup

    return _template("case.html.j2").render(view=case_view(result), css=Markup(_file("pages.css")))


def _tab(report: Report, group: str) -> Tab:
    chosen = {id: case for id, case in report.cases.items() if group in ("all", case.language)}
    labels = ["open items" if field == "carry_over" else LABELS[field] for field in BAR_FIELDS]
    return Tab(
        title={"all": "all", "zh": "Chinese", "en": "English"}[group],
        lines=tuple(_lines(tuple(rows(report.scores[group])))),
        bars=bars(chosen.values(), labels),
        heat=tuple(_heat(chosen)),
    )


def _lines(given: Sequence[Row]) -> Iterator[ScoreLine]:
    for before, row in zip((None, *given), given, strict=False):
        m = row.measure
        interval = "" if m.low is None else f"{m.low:.1f} to {m.high:.1f}"
        yield ScoreLine(
            row=row,
            value=f"{m.value:,.1f}" if row.is_cost else f"{m.value:.3f}",
            interval=interval,
            strip=None if row.is_cost else strip(m),
            begins_rates=before is not None and bool(before.counts.endswith("given")) and not row.recall,
        )


def _heat(cases: Mapping[str, CaseReport]) -> Iterator[HeatRow]:
    for id, case in cases.items():
        rates = measures(case.scores)
        yield HeatRow(id, tuple(rates[n].rate if n in rates else None for n in HEAT))


@cache
def _file(name: str) -> str:
    return files("eval.pages").joinpath("templates", name).read_text("utf-8")


@cache
def _template(name: str) -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Characters that turn the direction of a line, or show nothing, stay out of the page.
        finalize=_showable,
    )
    environment.filters["three"] = _three
    return environment.from_string(_file(name))


def _showable(value: object) -> object:
    return shown(value) if type(value) is str else value


def _three(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"

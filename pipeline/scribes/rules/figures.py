"""KPIs: which of the figures that were said are an indicator's value, which its change or its target."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.minutes import Evidence, Kpi
from pipeline.quantities import Quantity, find_quantities
from pipeline.scribes.rules.features import context_features, ngrams
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line

LEAST_CHANCE = 0.3
"""Least probability that a figure belongs to a KPI at all."""
_LEFT = {"zh": 14, "en": 40}
_RIGHT = {"zh": 8, "en": 25}
_BREAK = re.compile(r"[，。！？；,.!?;…：:—]")


def find_kpis(lines: Sequence[Line], model: LinearModel) -> tuple[Kpi, ...]:
    """All KPIs of a meeting, in order; changes and targets are attached to the value said before them."""
    kpis: list[Kpi] = []
    for at, line in enumerate(lines):
        figures = find_quantities(line.text)
        here: list[Kpi] = []
        for index, figure in enumerate(figures):
            role = _role(line, figures, index, model.chances(figure_features(lines, at, figures, index)))
            if role == "value" and not _taken_back(line, figures, index):
                here.append(_kpi(line, figures, index, f"k{len(kpis) + len(here) + 1}"))
            elif role == "change" and here and here[-1].change is None:
                here[-1] = _with_change(here[-1], line, figures, index)
            elif role == "target" and here:
                here[-1] = _with_target(here[-1], figure)
        kpis += here
    return tuple(kpis)


def _role(line: Line, figures: Sequence[Quantity], index: int, chances: Mapping[str, float]) -> str:
    """What a figure is: the words that touch it decide where they are plain, else the model."""
    if chances.get("value", 0.0) + chances.get("change", 0.0) + chances.get("target", 0.0) < LEAST_CHANCE:
        return "other"
    left, right = _beside(line, figures, index)
    if phrase("names_metric", line.language).match(right):
        return "other"
    if names_target(line, figures, index):
        return "target"
    if index and phrase("earlier_figure", line.language).search(left):
        return "other"
    if phrase("change_before", line.language).search(left) or phrase("change_after", line.language).match(
        right
    ):
        return "change"
    return max(("value", "change", "target"), key=lambda name: chances.get(name, 0.0))


def figure_features(lines: Sequence[Line], at: int, figures: Sequence[Quantity], index: int) -> Iterator[str]:
    """Features of one figure: the words around it, its unit and shape, the figures beside it, the utterance."""
    line, figure = lines[at], figures[index]
    left = line.text[max(0, figure.start - _LEFT[line.language]) : figure.start]
    right = line.text[figure.end : figure.end + _RIGHT[line.language]]
    near_left = left[-4:] if line.language == "zh" else " ".join(left.split()[-2:])
    near_right = right[:3] if line.language == "zh" else " ".join(right.split()[:2])
    for name, text in (("L", left), ("l", near_left), ("R", right), ("r", near_right)):
        for gram in ngrams(text, line.language):
            yield f"{name}:{gram}"
    yield f"unit:{figure.unit}"
    yield f"decimal:{'.' in figure.value}"
    yield f"digits:{min(len(figure.value), 5)}"
    yield f"nth:{min(index, 4)}"
    yield f"of:{min(len(figures), 5)}"
    for step, name in ((-1, "before"), (1, "after")):
        beside = index + step
        yield f"{name}:{figures[beside].unit if 0 <= beside < len(figures) else 'none'}"
    if _taken_back(line, figures, index):
        yield "taken back"
    yield from context_features(lines, at)


def _taken_back(line: Line, figures: Sequence[Quantity], index: int) -> bool:
    """Whether the next words correct the figure ("三百二，不对，三百零二")."""
    if index + 1 >= len(figures):
        return False
    between = line.text[figures[index].end : figures[index + 1].start]
    return bool(phrase("taken_back", line.language).search(between))


def names_target(line: Line, figures: Sequence[Quantity], index: int) -> bool:
    """Whether the words that touch a figure call it a target."""
    left, right = _beside(line, figures, index)
    before = phrase("target_before", line.language).search(left)
    return bool(before or phrase("target_after", line.language).match(right))


def _beside(line: Line, figures: Sequence[Quantity], index: int) -> tuple[str, str]:
    """The words between the figure before and this one, and those after it."""
    figure = figures[index]
    begin = max(figures[index - 1].end if index else 0, figure.start - _LEFT[line.language])
    return line.text[begin : figure.start], line.text[figure.end : figure.end + _RIGHT[line.language]]


def _kpi(line: Line, figures: Sequence[Quantity], index: int, name: str) -> Kpi:
    figure = figures[index]
    metric = _metric(line, figures, index)
    unit = figure.unit
    if unit is None and phrase("share_metric", line.language).search(metric):
        unit = "%"
    period = phrase("period", line.language).search(line.text[: figure.start])
    benchmark = phrase("benchmark", line.language).search(line.text[: figure.start])
    evidence = Evidence(utterance=line.id, quote=line.text)
    return Kpi(
        id=name,
        metric=metric,
        value=figure.value,
        unit=unit,
        period=period.group().strip() if period else None,
        basis="benchmark" if benchmark else None,
        evidence=(evidence,),
    )


def _metric(line: Line, figures: Sequence[Quantity], index: int) -> str:
    """Name of the indicator: what was said between the figure before and this one, without filling words."""
    begin = figures[index - 1].end if index else 0
    if index and phrase("names_metric", line.language).match(line.text[begin:]):
        begin = figures[index - 1].start
    parts = [p for p in _BREAK.split(line.text[begin : figures[index].start]) if p.strip()]
    filling = phrase("metric_filling", line.language)
    for part in reversed(parts):
        name = " ".join(filling.sub(" ", part).split())
        name = name.replace(" ", "") if line.language == "zh" else name
        if len(name) >= 2:
            return name
    after = line.text[figures[index].end :]
    name = _BREAK.split(after)[0].strip() if _BREAK.split(after) else ""
    return name or line.text[: figures[index].start].strip() or line.text


def _with_target(kpi: Kpi, figure: Quantity) -> Kpi:
    return kpi.model_copy(update={"target": figure.text, "basis": kpi.basis or "target"})


def _with_change(kpi: Kpi, line: Line, figures: Sequence[Quantity], index: int) -> Kpi:
    figure = figures[index]
    begin = figures[index - 1].end if index else 0
    around = line.text[begin : figure.start] + line.text[figure.end : figure.end + 4]
    falls = phrase("falls", line.language).search(around)
    rises = phrase("rises", line.language).search(around)
    sign = "-" if falls else "+" if rises else ""
    basis = kpi.basis
    for name in ("yoy", "pop", "target"):
        if basis is None and phrase(name, line.language).search(line.text):
            basis = name
    return kpi.model_copy(update={"change": sign + figure.text, "basis": basis})

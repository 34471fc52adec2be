"""Figures become KPIs, their changes and targets; the model here takes every figure for a value."""

import pytest

from pipeline.minutes import Kpi
from pipeline.quantities import find_quantities
from pipeline.scribes.rules.figures import figure_features, find_kpis, names_target
from pipeline.transcript import Language
from tests.scribes.talk import lines_of, model_of

CLASSES = ("value", "change", "target", "other")
EVERY = model_of(CLASSES, "value", {})
NONE = model_of(CLASSES, "other", {})


def kpis(language: Language, *said: str) -> tuple[Kpi, ...]:
    return find_kpis(lines_of(language, *said), EVERY)


@pytest.mark.parametrize(
    ("language", "text", "metric", "value", "unit", "change", "target"),
    [
        ("zh", "上周转化率百分之三点一，环比下降了零点四个百分点，目标是百分之三点五。",
         "转化率", "3.1", "%", "-0.4个百分点", "3.5%"),
        ("zh", "退货率是8.2%，比上周高了1.5个百分点。", "退货率", "8.2", "%", "+1.5个百分点", None),
        ("en", "Conversion rate was 3.1 percent last week, down 0.4 points, against a target of 3.5 percent.",
         "Conversion rate", "3.1", "%", "-0.4 points", "3.5%"),
        ("en", "The return rate is 8.2%, up 1.5 points on the week before.",
         "return rate", "8.2", "%", "+1.5 points", None),
    ],
)  # fmt: skip
def test_a_value_with_its_change_and_target(
    language: Language, text: str, metric: str, value: str, unit: str, change: str, target: str | None
) -> None:
    (kpi,) = kpis(language, text)
    assert (kpi.value, kpi.unit, kpi.change, kpi.target) == (value, unit, change, target)
    assert metric in kpi.metric
    assert [e.quote for e in kpi.evidence] == [text]
    assert kpi.basis in ("pop", "target")


@pytest.mark.parametrize(
    ("language", "text", "basis"),
    [
        ("zh", "营业额八百六十二万，同比增长百分之五。", "yoy"),
        ("zh", "营业额八百六十二万，环比增长百分之五。", "pop"),
        ("zh", "行业平均的转化率是百分之三点三。", "benchmark"),
        ("en", "Revenue was $1.2 million, up 5 percent year over year.", "yoy"),
        ("en", "Revenue was $1.2 million, up 5 percent week over week.", "pop"),
        ("en", "The industry benchmark for conversion is 3.3 percent.", "benchmark"),
        ("zh", "营业额八百六十二万。", None),
        ("en", "Revenue was $1.2 million.", None),
    ],
)
def test_what_a_figure_is_compared_with(language: Language, text: str, basis: str | None) -> None:
    assert kpis(language, text)[0].basis == basis


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("zh", "客诉三百二十单，不对，三百零二单。", "302"),
        ("en", "Complaints were 320, no sorry, 302.", "302"),
    ],
)
def test_a_figure_that_is_taken_back_is_none(language: Language, text: str, value: str) -> None:
    assert [k.value for k in kpis(language, text)] == [value]


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "上周工单三百二十件。"), ("en", "Tickets were 320 last week.")]
)
def test_the_period_is_what_was_said(language: Language, text: str) -> None:
    period = kpis(language, text)[0].period
    assert period is None or period in text


def test_a_share_without_a_unit_is_percent() -> None:
    assert kpis("en", "The occupancy rate was 81.")[0].unit == "%"


def test_kpis_are_numbered_over_the_meeting() -> None:
    found = kpis("zh", "转化率百分之三。", "好。", "退货率8.2%，工单三百二十件。")
    assert [k.id for k in found] == ["k1", "k2", "k3"]
    assert [k.evidence[0].utterance for k in found] == [0, 2, 2]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_model_takes_for_something_else_is_left_out(language: Language) -> None:
    lines = lines_of(language, "转化率百分之三。", "Conversion was 3 percent.")
    assert find_kpis(lines, NONE) == ()


@pytest.mark.parametrize(
    ("language", "text", "targets"),
    [
        ("zh", "转化率3.1%，目标是3.5%。", [False, True]),
        ("en", "Conversion was 3.1%, the target is 3.5%.", [False, True]),
        ("en", "1,420 units against 1,500.", [False, True]),
    ],
)
def test_targets_are_told_by_the_words_that_touch_them(
    language: Language, text: str, targets: list[bool]
) -> None:
    (line,) = lines_of(language, text)
    figures = find_quantities(text)
    assert [names_target(line, figures, i) for i in range(len(figures))] == targets


def test_a_figure_is_seen_with_its_unit_and_the_figures_beside_it() -> None:
    lines = lines_of("zh", "退货率8.2%，工单三百二十件。")
    figures = find_quantities(lines[0].text)
    first = set(figure_features(lines, 0, figures, 0))
    assert {"unit:%", "decimal:True", "nth:0", "of:2", "before:none", "after:件"} <= first

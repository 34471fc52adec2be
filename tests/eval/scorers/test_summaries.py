import pytest

from eval.cases import Gold, GoldAction, GoldKpi, GoldSection
from eval.scorers.counts import Matches, Rate
from eval.scorers.summaries import facts_of, score_coverage, score_rouge, tokens
from pipeline.minutes import Point, Section
from pipeline.transcript import Language

ZH = Gold(
    sections=(GoldSection(kind="purpose", first=0, last=1), GoldSection(kind="plans", first=2, last=5)),
    purpose="回顾上周数据",
    actions=(
        GoldAction(task="补齐退货入口的埋点", evidence=(4,)),
        GoldAction(task="整理供应商台账", evidence=(3,)),
    ),
)


def section(summary: str | None, *points: str, kind: str = "plans") -> Section:
    return Section.model_validate(
        {
            "kind": kind,
            "status": "covered",
            "summary": summary,
            "points": tuple(Point(text=p) for p in points),
        }
    )


def test_tokens_are_chinese_characters_and_words_of_other_scripts() -> None:
    assert tokens("退货率３%，Coupon-page 上线！") == ["退", "货", "率", "3", "coupon", "page", "上", "线"]


def test_facts_stand_under_the_section_they_were_said_in_in_the_order_they_were_said() -> None:
    assert facts_of(ZH)["purpose"] == ("回顾上周数据",)
    assert facts_of(ZH)["plans"] == ("整理供应商台账", "补齐退货入口的埋点")
    assert facts_of(ZH)["data"] == ()


@pytest.mark.parametrize(
    ("told", "covered"),
    [
        (section("本次会议回顾上周的数据。"), 1),
        (section(None, "陈涛补齐退货入口埋点", "整理台账"), 1),
        (section("补齐退货入口的埋点；整理供应商的台账。回顾上周数据"), 3),
        # Half of each fact is not half of one: they must be told by one sentence.
        (section("补齐退货。入口的埋。点"), 0),
        (section(None), 0),
    ],
)
def test_a_fact_is_told_by_half_of_its_words_in_one_sentence(told: Section, covered: int) -> None:
    assert score_coverage([told], ZH, "zh") == Rate(covered, 3)


@pytest.mark.parametrize(("language", "said"), [("en", "Churn was 4% last week."), ("zh", "流失率4%")])
def test_a_figure_is_told_with_its_name(language: Language, said: str) -> None:
    metric = "churn" if language == "en" else "流失率"
    gold = Gold(
        sections=(GoldSection(kind="data", first=0, last=0),),
        kpis=(GoldKpi(metric=metric, value="4%", evidence=(0,)),),
    )
    assert score_coverage([section(said, kind="data")], gold, language) == Rate(1, 1)


def test_rouge_counts_the_longest_common_subsequence_section_by_section() -> None:
    # 补齐退货埋点 of 整理供应商台账 补齐退货入口的埋点: six characters of sixteen, and one more that is not there.
    found = score_rouge([section("补齐了退货埋点"), section("整理", kind="data")], ZH)
    assert found == Matches(6, 9, 16)


def test_a_section_without_a_summary_is_measured_by_its_points() -> None:
    assert score_rouge([section(None, "整理台账")], ZH) == Matches(4, 4, 16)
    assert score_rouge([section("整理", "整理台账")], ZH) == Matches(2, 2, 16)

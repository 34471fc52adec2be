"""What a good meeting would have had: each check alone, in both languages."""

import tomllib
from datetime import date
from importlib import resources
from typing import Any

import pytest

from pipeline.meeting import Meeting
from pipeline.minutes import (
    KINDS,
    Action,
    CarryOver,
    Check,
    Due,
    Feedback,
    Issue,
    Kpi,
    Minutes,
    Origin,
    Remark,
    Section,
)
from pipeline.stages.check import check
from pipeline.transcript import Language

FRIDAY = date(2026, 3, 6)
languages = pytest.mark.parametrize("language", ["zh", "en"])


def meeting(language: Language, **more: Any) -> Meeting:
    facts = {"language": language, "held_on": date(2026, 3, 2), "date_source": "given"}
    return Meeting.model_validate(facts | more)


def good(language: Language, **more: Any) -> Minutes:
    """Minutes that lack nothing."""
    return Minutes(
        meeting=meeting(language),
        sections=tuple(Section(kind=kind, status="covered", summary="…") for kind in KINDS),
        actions=(Action(id="a1", task="补埋点", owner="陈涛", due=Due(phrase="周五", on=FRIDAY)),),
        kpis=(Kpi(id="k1", metric="转化率", value="3.1", change="-0.4"),),
        issues=(Issue(id="i1", problem="接口超时", solution="扩容", owner="陈涛"),),
        feedback=(Feedback(id="f1", kind="praise", text="辛苦了"),),
        remarks=(Remark(id="n1", kind="review_date", text="周五复盘"),),
        carry_over=(CarryOver(id="p1", task="整理台账", status="done"),),
        origin=Origin(version="0"),
    ).model_copy(update=more)


def found(minutes: Minutes, known: Meeting | None = None) -> list[Check]:
    return list(check(minutes, known or minutes.meeting).checks)


def sections(without: str) -> tuple[Section, ...]:
    return tuple(
        Section(kind=kind, status="not_mentioned")
        if kind == without
        else Section(kind=kind, status="covered", summary="…")
        for kind in KINDS
    )


@languages
def test_minutes_that_lack_nothing_have_no_checks(language: Language) -> None:
    assert found(good(language)) == []


LACKS: dict[str, dict[str, Any]] = {
    "purpose_missing": {"sections": sections("purpose")},
    "section_missing": {"sections": sections("plans")},
    "figures_without_comparison": {"kpis": (Kpi(id="k1", metric="转化率", value="3.1"),)},
    "figure_without_comparison": {
        "kpis": (
            Kpi(id="k1", metric="工单", value="320"),
            Kpi(id="k2", metric="转化率", value="3.1", target="3.5%"),
            Kpi(id="k3", metric="退货率", value="8.2", basis="benchmark"),
        )
    },
    "issue_without_owner": {"issues": (Issue(id="i1", problem="接口超时", solution="扩容"),)},
    "issue_without_solution": {"issues": (Issue(id="i1", problem="接口超时", owner="陈涛"),)},
    "action_without_owner": {"actions": (Action(id="a1", task="补埋点", due=Due(on=FRIDAY)),)},
    "action_without_date": {
        "actions": (Action(id="a1", task="补埋点", owner="陈涛", due=Due(phrase="尽快")),)
    },
    "carry_over_not_mentioned": {
        "carry_over": (CarryOver(id="p1", task="整理台账", status="not_mentioned"),)
    },
    "carry_over_slipping": {"carry_over": (CarryOver(id="p1", task="整理台账", status="redated", slips=2),)},
    "review_date_missing": {"remarks": (Remark(id="n1", kind="market", text="竞品降价"),)},
    "feedback_missing": {"feedback": ()},
}
WARNINGS = {
    "purpose_missing", "figures_without_comparison", "issue_without_owner", "action_without_owner",
    "action_without_date", "carry_over_not_mentioned", "carry_over_slipping", "date_unconfirmed",
}  # fmt: skip
SAYS: dict[str, tuple[str, str, str | None]] = {
    "purpose_missing": ("目的", "what the meeting is for", None),
    "section_missing": ("后续计划", "plans", None),
    "figures_without_comparison": ("对比", "No figure was compared", None),
    "figure_without_comparison": ("“工单”", "“工单”", "k1"),
    "issue_without_owner": ("“接口超时”", "“接口超时”", "i1"),
    "issue_without_solution": ("“接口超时”", "“接口超时”", "i1"),
    "action_without_owner": ("“补埋点”", "“补埋点”", "a1"),
    "action_without_date": ("“补埋点”", "“补埋点”", "a1"),
    "carry_over_not_mentioned": ("“整理台账”", "“整理台账”", "p1"),
    "carry_over_slipping": ("2 次", "2 times", "p1"),
    "review_date_missing": ("复盘", "reviewing", None),
    "feedback_missing": ("反馈", "feedback", None),
}


@languages
@pytest.mark.parametrize("kind", LACKS)
def test_what_is_missing_is_said_once_and_nothing_else(language: Language, kind: str) -> None:
    (one,) = found(good(language, **LACKS[kind]))
    zh, en, about = SAYS[kind]
    assert one.kind == kind
    assert (zh if language == "zh" else en) in one.text
    assert "{" not in one.text
    assert one.about == about
    assert one.severity == ("warning" if kind in WARNINGS else "info")


@languages
def test_an_unconfirmed_day_is_said_only_where_a_deadline_depends_on_it(language: Language) -> None:
    known = meeting(language, date_source="file_time")
    (one,) = found(good(language), known)
    assert (one.kind, one.severity) == ("date_unconfirmed", "warning")
    assert "--held-on" in one.text
    unsaid = (Action(id="a1", task="补埋点", owner="陈涛"),)
    assert [c.kind for c in found(good(language, actions=unsaid), known)] == ["action_without_date"]


def test_a_resolved_issue_and_an_item_redated_once_lack_nothing() -> None:
    settled = (Issue(id="i1", problem="接口超时", status="resolved"),)
    once = (CarryOver(id="p1", task="整理台账", status="redated", slips=1),)
    assert found(good("zh", issues=settled, carry_over=once)) == []


def test_a_fixed_next_meeting_is_a_review_date() -> None:
    known = meeting("zh", next_meeting="2026-03-09")
    assert found(good("zh", meeting=known, **LACKS["review_date_missing"])) == []


def test_a_meeting_without_figures_is_not_asked_to_compare_them() -> None:
    assert found(good("en", kpis=())) == []


def test_a_brace_in_a_task_is_just_a_brace() -> None:
    odd = (Action(id="a1", task="fix {item} {0}", due=Due(on=FRIDAY)),)
    assert "fix {item} {0}" in found(good("en", actions=odd))[0].text


@languages
def test_every_message_has_its_check(language: Language) -> None:
    texts = tomllib.loads((resources.files("pipeline.stages") / "check.toml").read_text("utf-8"))[language]
    assert set(texts) - {"sections"} == {*LACKS, "date_unconfirmed"}
    assert set(texts["sections"]) == set(KINDS)

"""Two invented meetings as the stages left them, and short ways to do something to them."""
# ruff: noqa: E501 - items as one line each read as the tables they are

from datetime import UTC, date, datetime, timedelta

from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import (
    KINDS,
    Action,
    CarryOver,
    Check,
    Decision,
    Due,
    Evidence,
    Feedback,
    Issue,
    Kpi,
    Minutes,
    Origin,
    Point,
    Remark,
    Report,
    Section,
)
from pipeline.review import Edit, Entry
from pipeline.transcript import Language, Transcript, Utterance

ZH_LINES = (
    ("何敏", "开始吧，今天过一下上周的数据，把上新定下来。"),
    ("S2", "上周转化率3.1%，环比掉了0.4个百分点。"),
    ("S2", "产品部这边退货入口做完了，埋点没补齐。"),
    ("何敏", "退货率升到8.2%，那就上线自助入口。"),
    ("何敏", "大促主推满减，不做直降，这个就定了。"),
    ("S2", "我周五前把埋点补齐，再把排版表发出来。"),
    ("何敏", "海报谁来改一下？等法务回复了再说。"),
    ("S2", "上次的扫码设备没到，改到3月13号。"),
    ("何敏", "客服组春节值班辛苦了，表扬一下。"),
    ("S2", "3月9号复盘，市场部要出两个人。"),
)

EN_LINES = (
    ("Mara Quinn", "Let us begin, today is about last week's numbers and the launch."),
    ("S2", "Conversion was 3.1 percent last week, down 0.4 points."),
    ("S2", "Product finished the returns page, tracking is missing."),
    ("Mara Quinn", "Returns are up to 8.2 percent, then we ship the self-service page."),
    ("Mara Quinn", "We go with the bundle and no price cut, that is settled."),
    ("S2", "I finish the tracking by Friday, and then I send the shift plan."),
    ("Mara Quinn", "Who changes the poster? Once legal signs off."),
    ("S2", "The scanners from last time did not arrive, it moves to March 13th."),
    ("Mara Quinn", "Great work by support over the holidays."),
    ("S2", "We review on March 9th, marketing lends us two people."),
)

BEGUN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def meeting(language: Language) -> tuple[Minutes, Transcript]:
    """The minutes of a meeting with an item of every kind, and what they were made of."""
    lines = ZH_LINES if language == "zh" else EN_LINES
    transcript = Transcript(
        language=language,
        utterances=tuple(
            Utterance(id=i, start=i * 10.0, end=i * 10.0 + 8, speaker=who, text=text)
            for i, (who, text) in enumerate(lines)
        ),
    )
    return (_zh if language == "zh" else _en)(transcript), transcript


def quotes(transcript: Transcript, *numbers: int) -> tuple[Evidence, ...]:
    said = [transcript.utterances[n] for n in numbers]
    return tuple(Evidence(utterance=u.id, quote=u.text, start=u.start, end=u.end) for u in said)


def entries(*edits: Edit, by: str = "何敏") -> list[Entry]:
    """Edits as one person makes them, one after the other."""
    return [entry(number, edit, by=by) for number, edit in enumerate(edits, 1)]


def entry(number: int, edit: Edit, *, by: str = "何敏") -> Entry:
    at = BEGUN + timedelta(minutes=number)
    return Entry(number=number, by=by, at=at, made_against=number - 1, edit=edit)


def _sections(transcript: Transcript, summaries: dict[str, str]) -> tuple[Section, ...]:
    spans = {
        "purpose": (0, 0),
        "data": (1, 1),
        "reports": (2, 2),
        "issues": (3, 3),
        "plans": (4, 7),
        "feedback": (8, 9),
    }
    return tuple(
        Section(kind=kind, status="covered", summary=summaries[kind], spans=(spans[kind],), seconds=10.0,
                points=(Point(text=transcript.utterances[spans[kind][0]].text, evidence=quotes(transcript, spans[kind][0])),))
        if kind in summaries
        else Section(kind=kind, status="not_mentioned")
        for kind in KINDS
    )  # fmt: skip


def _zh(transcript: Transcript) -> Minutes:
    def q(*numbers: int) -> tuple[Evidence, ...]:
        return quotes(transcript, *numbers)

    return Minutes(
        meeting=Meeting(
            id="zh", language="zh", title="运营周例会", held_on=date(2026, 3, 2), date_source="given", seconds=98,
            participants=(Participant(name="何敏", department="运营部"), Participant(name="杜磊", aliases=("磊哥",), department="产品部")),
            open_actions=(OpenAction(id="a1", task="更换扫码设备", owner="杜磊", due=date(2026, 2, 27)),),
        ),
        sections=_sections(transcript, {"purpose": "过上周数据，定上新。", "data": "转化率下降。", "plans": "大促主推满减。"}),
        decisions=(
            Decision(id="d1", text="上线自助入口", evidence=q(3), support="near"),
            Decision(id="d2", text="大促主推满减，不做直降", made_by="何敏", evidence=q(4), support="quoted"),
        ),
        actions=(
            Action(id="a1", task="补齐埋点", owner=None, owner_phrase="我", owner_reason="不知道发言人是谁（发言 #5）",
                   due=Due(phrase="周五前", on=date(2026, 3, 6), reason="“周五前”是会议当周的周五"), section="plans", evidence=q(5), support="quoted"),
            Action(id="a2", task="发排版表", owner="何敏", owner_reason="被点名", department="运营部", co_owners=("杜磊",), evidence=q(5), support="quoted"),
            Action(id="a3", task="改海报", due=Due(phrase="法务回复了", reason="没有日历日期：取决于法务"), evidence=q(6), support="near"),
        ),
        kpis=(Kpi(id="k1", metric="转化率", value="3.1", unit="%", period="上周", change="-0.4个百分点", basis="pop", evidence=q(1), support="quoted"),
              Kpi(id="k2", metric="退货率", value="8.2", unit="%", evidence=q(3), support="quoted")),
        issues=(Issue(id="i1", problem="退货率升到8.2%", solution="上线自助入口", evidence=q(3), support="quoted"),),
        reports=(Report(id="r1", department="产品部", done=("退货入口做完了",), problems=("埋点没补齐",), evidence=q(2), support="quoted"),),
        feedback=(Feedback(id="f1", kind="praise", text="表扬客服组春节值班", evidence=q(8), support="quoted"),),
        remarks=(Remark(id="n1", kind="review_date", text="3月9号复盘", evidence=q(9), support="quoted"),
                 Remark(id="n2", kind="resource", text="市场部出两个人", evidence=q(9), support="quoted")),
        carry_over=(CarryOver(id="a1", task="更换扫码设备", owner="杜磊", status="redated", new_due_phrase="3月13号", new_due=date(2026, 3, 13), slips=1, evidence=q(7)),),
        checks=(Check(kind="action_without_owner", severity="warning", text="“改海报”没有负责人。", about="a3"),
                Check(kind="carry_over_slipping", severity="warning", text="“更换扫码设备”又推迟了。", about="a1"),
                Check(kind="figure_without_comparison", severity="info", text="“退货率”没有对比。", about="k2")),
        origin=Origin(version="0.1.0"),
    )  # fmt: skip


def _en(transcript: Transcript) -> Minutes:
    def q(*numbers: int) -> tuple[Evidence, ...]:
        return quotes(transcript, *numbers)

    return Minutes(
        meeting=Meeting(
            id="en", language="en", title="Weekly operations", held_on=date(2026, 3, 2), date_source="given", seconds=98,
            participants=(Participant(name="Mara Quinn", department="Operations"), Participant(name="Joel Baker", aliases=("Joel",), department="Product")),
            open_actions=(OpenAction(id="a1", task="Replace the scanners", owner="Joel Baker", due=date(2026, 2, 27)),),
        ),
        sections=_sections(transcript, {"purpose": "Last week's numbers and the launch.", "data": "Conversion fell.", "plans": "The bundle it is."}),
        decisions=(
            Decision(id="d1", text="Ship the self-service page", evidence=q(3), support="near"),
            Decision(id="d2", text="The launch uses a bundle, no price cut", made_by="Mara Quinn", evidence=q(4), support="quoted"),
        ),
        actions=(
            Action(id="a1", task="Finish the tracking", owner=None, owner_phrase="I", owner_reason="it is not known who spoke (utterance #5)",
                   due=Due(phrase="by Friday", on=date(2026, 3, 6), reason="“by Friday” is the first Friday"), section="plans", evidence=q(5), support="quoted"),
            Action(id="a2", task="Send the shift plan", owner="Mara Quinn", owner_reason="was named", department="Operations", co_owners=("Joel Baker",), evidence=q(5), support="quoted"),
            Action(id="a3", task="Change the poster", due=Due(phrase="once legal signs off", reason="no calendar date: depends on legal"), evidence=q(6), support="near"),
        ),
        kpis=(Kpi(id="k1", metric="Conversion", value="3.1", unit="%", period="last week", change="-0.4 points", basis="pop", evidence=q(1), support="quoted"),
              Kpi(id="k2", metric="Returns", value="8.2", unit="%", evidence=q(3), support="quoted")),
        issues=(Issue(id="i1", problem="Returns are up to 8.2%", solution="Ship the self-service page", evidence=q(3), support="quoted"),),
        reports=(Report(id="r1", department="Product", done=("Returns page finished",), problems=("Tracking is missing",), evidence=q(2), support="quoted"),),
        feedback=(Feedback(id="f1", kind="praise", text="Great work by support over the holidays", evidence=q(8), support="quoted"),),
        remarks=(Remark(id="n1", kind="review_date", text="Review on March 9th", evidence=q(9), support="quoted"),
                 Remark(id="n2", kind="resource", text="Marketing lends two people", evidence=q(9), support="quoted")),
        carry_over=(CarryOver(id="a1", task="Replace the scanners", owner="Joel Baker", status="redated", new_due_phrase="March 13th", new_due=date(2026, 3, 13), slips=1, evidence=q(7)),),
        checks=(Check(kind="action_without_owner", severity="warning", text="“Change the poster” has no owner.", about="a3"),
                Check(kind="carry_over_slipping", severity="warning", text="“Replace the scanners” slips again.", about="a1"),
                Check(kind="figure_without_comparison", severity="info", text="“Returns” is given without a comparison.", about="k2")),
        origin=Origin(version="0.1.0"),
    )  # fmt: skip

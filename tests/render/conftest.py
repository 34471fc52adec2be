"""Invented meetings with everything minutes can hold, in both languages."""
# ruff: noqa: E501 - items as one line each read as the tables they are

from datetime import date

import pytest

from pipeline.meeting import AgendaItem, Meeting, OpenAction, Participant
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
    StageOrigin,
    Unverified,
)
from pipeline.transcript import Transcript, Utterance

ZH_LINES = [
    ("王蕾", "好，人齐了，咱们开始。今天过一下上周的数据，把三八大促的安排定下来。"),
    ("陈涛", "上周转化率3.1%，环比掉了0.4个百分点，目标是3.5%。"),
    ("李静", "行业平均是3.3%，竞品上周做了满减，流量抢走不少。"),
    ("陈涛", "产品部这边退货入口开发完了，埋点还没补齐，接口老超时。"),
    ("李静", "客服部上周处理工单三百二十件，下周准备排大促的班。"),
    ("陈涛", "上次说的退货自助入口2月27号没上成，改到3月6号。"),
    ("李静", "退货率升到8.2%，用户抱怨找不到入口，仓库也积压了。"),
    ("王蕾", "那就上线自助入口，陈涛主责，质检这边再抽检一批。"),
    ("王蕾", "大促主推满减，不做直降，这个就定了。"),
    ("王蕾", "陈涛，这周五之前把埋点补齐。"),
    ("陈涛", "行，我周五前补完，让小李一起弄。"),
    ("李静", "海报谁来改一下？等法务那边回复了就得改。"),
    ("王蕾", "我尽快把预算表发给大家，比较急。"),
    ("王蕾", "3月9号复盘大促，市场部要两个人支持。"),
    ("王蕾", "春节值班客服组辛苦了，表扬一下。还有，从下周起例会改到下午三点。"),
    ("李静", "建议以后会前把数据先发出来。"),
]

EN_LINES = [
    ("Anna Reed", "Good morning, everyone is here, so let us begin. Today is about last week's numbers and the launch."),
    ("Tom Stone", "Conversion was 3.1 percent last week, down 0.4 points, and our target is 3.5 percent."),
    ("Priya Nair", "The industry average is 3.3 percent, and a competitor ran a discount."),
    ("Tom Stone", "Product finished the returns page, but tracking is still missing and the API keeps timing out."),
    ("Priya Nair", "Support closed 320 tickets, next week we plan the shifts for the launch."),
    ("Tom Stone", "The self-service returns from last time did not ship on February 27th, it moves to March 6th."),
    ("Priya Nair", "Returns are up to 8.2 percent, people cannot find the page and the warehouse is full."),
    ("Anna Reed", "Then we ship the self-service page, Tom owns it, and quality checks another batch."),
    ("Anna Reed", "We go with the bundle and no price cut, that is settled."),
    ("Anna Reed", "Tom, please finish the tracking by Friday."),
    ("Tom Stone", "Sure, I will have it done by Friday, together with Priya."),
    ("Priya Nair", "Somebody has to change the poster once legal signs off."),
    ("Anna Reed", "I will send the budget sheet as soon as possible, it is urgent."),
    ("Anna Reed", "We review the plan on March 9th, and marketing lends us two people."),
    ("Anna Reed", "Great work by support over the holidays. From next week we meet at three."),
    ("Priya Nair", "Could we get the numbers before the meeting next time?"),
]  # fmt: skip


def transcript_of(lines: list[tuple[str, str]], language: str, *, timed: bool = True) -> Transcript:
    step = 245.5
    return Transcript(
        language="zh" if language == "zh" else "en",
        utterances=tuple(
            Utterance(
                id=i,
                start=i * step if timed else None,
                end=i * step + 12.25 if timed else None,
                speaker=speaker,
                text=text,
            )
            for i, (speaker, text) in enumerate(lines)
        ),
    )


def _proof(transcript: Transcript):
    def proof(*numbers: int) -> tuple[Evidence, ...]:
        said = [transcript.utterances[n] for n in numbers]
        return tuple(Evidence(utterance=u.id, quote=u.text, start=u.start, end=u.end) for u in said)

    return proof


SPANS = {"purpose": (0, 0), "data": (1, 2), "reports": (3, 5), "issues": (6, 7), "plans": (8, 13), "feedback": (14, 15)}  # fmt: skip

ORIGIN = Origin(
    version="0.1.0",
    stages=(
        StageOrigin(stage="transcribe", backend="whisper:turbo"),
        StageOrigin(stage="read_out", backend="rules"),
    ),
)


def zh_minutes(transcript: Transcript) -> Minutes:
    proof = _proof(transcript)
    summaries = {
        "purpose": "回顾上周数据，确定三八大促的安排。",
        "data": "转化率环比下降，低于目标和行业平均。",
        "reports": "退货入口开发完成但未上线；客服准备大促排班。",
        "issues": "退货率升高，决定上线自助入口并抽检。",
        "plans": "补齐埋点，3月9日复盘大促。",
        "feedback": "表扬客服组，建议会前先发数据。",
    }
    return Minutes(
        meeting=Meeting(
            id="zh-weekly", language="zh", title="电商运营周例会", held_on=date(2026, 3, 2), date_source="given",
            series="ecom-weekly", next_meeting=date(2026, 3, 9), seconds=3780,
            agenda=(AgendaItem(topic="上周数据", minutes=10), AgendaItem(topic="大促安排")),
            participants=(
                Participant(name="王蕾", title="运营总监", department="运营部"),
                Participant(name="陈涛", department="产品部"),
                Participant(name="李静"),
            ),
            open_actions=(OpenAction(id="p1", task="上线退货自助入口", owner="陈涛", due=date(2026, 2, 27), slips=1),),
        ),
        sections=tuple(
            Section(kind=kind, status="covered", summary=summaries[kind], spans=(SPANS[kind],), seconds=300,
                    points=(Point(text=transcript.utterances[SPANS[kind][0]].text, evidence=proof(SPANS[kind][0])),))
            for kind in KINDS
        ),
        decisions=(Decision(id="d1", text="三八大促主推满减，不做直降", made_by="王蕾", evidence=proof(8), support="quoted"),),
        actions=(
            Action(id="a1", task="补齐退货入口的埋点", owner="陈涛", owner_phrase="陈涛", co_owners=("小李",), department="产品部",
                   due=Due(phrase="这周五之前", on=date(2026, 3, 6), reason="这周五 = 会议当周的周五"), section="plans", evidence=proof(9, 10), support="quoted"),
            Action(id="a2", task="按法务意见修改海报", owner_reason="没有人认领", due=Due(phrase="法务回复了", reason="没有日历日期：取决于法务"), evidence=proof(11), support="near"),
            Action(id="a3", task="把预算表发给大家", owner="王蕾", owner_phrase="我", due=Due(phrase="尽快", reason="没有日历日期"), priority="high", evidence=proof(12)),
        ),
        kpis=(
            Kpi(id="k1", metric="转化率", value="3.1", unit="%", period="上周", change="-0.4个百分点", basis="pop", target="3.5%", department="产品部", evidence=proof(1)),
            Kpi(id="k2", metric="行业平均转化率", value="3.3", unit="%", basis="benchmark", evidence=proof(2)),
            Kpi(id="k3", metric="客服工单", value="320", unit="件", period="上周", evidence=proof(4)),
        ),
        issues=(
            Issue(id="i1", problem="退货率升到8.2%", impact="仓库积压", solution="上线自助入口并抽检", owner="陈涛", evidence=proof(6, 7)),
            Issue(id="i2", kind="risk", problem="接口超时", status="resolved", evidence=proof(3)),
        ),
        reports=(
            Report(id="r1", department="产品部", reporter="陈涛", done=("退货入口开发完成",), problems=("埋点没有补齐",), evidence=proof(3)),
            Report(id="r2", department="客服部", done=("处理工单320件",), next=("排大促的班",), evidence=proof(4)),
        ),
        feedback=(
            Feedback(id="f1", kind="praise", text="表扬客服组春节值班", evidence=proof(14)),
            Feedback(id="f2", kind="suggestion", text="会前先把数据发出来", evidence=proof(15)),
        ),
        remarks=(
            Remark(id="m1", kind="market", text="竞品上周做了满减", evidence=proof(2)),
            Remark(id="m2", kind="resource", text="市场部支持两个人", evidence=proof(13)),
            Remark(id="m3", kind="review_date", text="3月9日复盘大促", evidence=proof(13)),
            Remark(id="m4", kind="announcement", text="从下周起例会改到下午三点", evidence=proof(14)),
        ),
        carry_over=(CarryOver(id="p1", task="上线退货自助入口", owner="陈涛", status="redated", new_due=date(2026, 3, 6), slips=2, evidence=proof(5)),),
        checks=(
            Check(kind="figures_without_history", severity="info", text="“客服工单”没有与历史数据比较。", about="k3"),
            Check(kind="action_without_owner", severity="warning", text="“按法务意见修改海报”没有负责人。", about="a2"),
        ),
        unverified=(Unverified(field="kpis", text="退款率 5%", reason="原话中没有这个数字", evidence=proof(6)),),
        notices=("由机器识别，人名可能有误。",),
        origin=ORIGIN,
    )  # fmt: skip


def en_minutes(transcript: Transcript) -> Minutes:
    proof = _proof(transcript)
    summaries = {
        "purpose": "Look at last week's numbers and prepare the launch.",
        "data": "Conversion fell and is below target and the industry average.",
        "reports": "The returns page is built but not shipped; support plans its shifts.",
        "issues": "Returns are up; the self-service page ships and quality checks a batch.",
        "plans": "Finish the tracking and review the plan on March 9th.",
        "feedback": "Praise for support; numbers before the meeting.",
    }
    return Minutes(
        meeting=Meeting(
            id="en-weekly", language="en", title="Weekly operations meeting", held_on=date(2026, 3, 2), date_source="file_time", seconds=3780,
            participants=(Participant(name="Anna Reed", title="Head of operations"), Participant(name="Tom Stone", department="Product"), Participant(name="Priya Nair")),
            open_actions=(OpenAction(id="p1", task="Ship self-service returns", owner="Tom Stone", due=date(2026, 2, 27)),),
        ),
        sections=tuple(
            Section(kind=kind, status="covered", summary=summaries[kind], spans=(SPANS[kind],), seconds=300,
                    points=(Point(text=transcript.utterances[SPANS[kind][0]].text, evidence=proof(SPANS[kind][0])),))
            for kind in KINDS
        ),
        decisions=(Decision(id="d1", text="The launch uses a bundle, no price cut", made_by="Anna Reed", evidence=proof(8), support="quoted"),),
        actions=(
            Action(id="a1", task="Finish the tracking of the returns page", owner="Tom Stone", co_owners=("Priya Nair",), department="Product",
                   due=Due(phrase="by Friday", on=date(2026, 3, 6), reason="the first Friday after the meeting"), section="plans", evidence=proof(9, 10), support="quoted"),
            Action(id="a2", task="Change the poster", owner_reason="nobody took it", due=Due(phrase="once legal signs off", reason="no calendar date: depends on legal"), evidence=proof(11), support="near"),
            Action(id="a3", task="Send the budget sheet", owner="Anna Reed", due=Due(phrase="as soon as possible", reason="no calendar date"), priority="high", evidence=proof(12)),
        ),
        kpis=(
            Kpi(id="k1", metric="Conversion", value="3.1", unit="%", period="last week", change="-0.4 points", basis="pop", target="3.5%", evidence=proof(1)),
            Kpi(id="k2", metric="Conversion, industry", value="3.3", unit="%", basis="benchmark", evidence=proof(2)),
            Kpi(id="k3", metric="Tickets closed", value="320", evidence=proof(4)),
            Kpi(id="k4", metric="Media spend", value="12000", unit="USD", evidence=proof(4)),
        ),
        issues=(Issue(id="i1", problem="Returns are up to 8.2%", impact="the warehouse is full", solution="Ship the self-service page", owner="Tom Stone", evidence=proof(6, 7)),),
        reports=(Report(id="r1", department="Product", reporter="Tom Stone", done=("Returns page finished",), problems=("Tracking is missing",), evidence=proof(3)),),
        feedback=(Feedback(id="f1", kind="praise", text="Great work by support over the holidays", evidence=proof(14)),),
        remarks=(Remark(id="m1", kind="review_date", text="The plan is reviewed on March 9th", evidence=proof(13)),),
        carry_over=(CarryOver(id="p1", task="Ship self-service returns", owner="Tom Stone", status="redated", new_due=date(2026, 3, 6), slips=1, evidence=proof(5)),),
        checks=(Check(kind="action_without_owner", severity="warning", text="“Change the poster” has no owner.", about="a2"),),
        unverified=(Unverified(field="decisions", text="Hire two people", reason="the quote is not in the transcript"),),
        notices=("Accuracy is low: the built-in recogniser was used.",),
        problems=("Lines 40 to 60 could not be read.",),
        status="partial",
        origin=ORIGIN,
    )  # fmt: skip


def empty_minutes(language: str) -> Minutes:
    return Minutes(
        meeting=Meeting(language="zh" if language == "zh" else "en"),
        sections=tuple(Section(kind=kind, status="not_mentioned") for kind in KINDS),
        origin=Origin(version="0.1.0"),
    )


@pytest.fixture
def zh() -> tuple[Minutes, Transcript]:
    transcript = transcript_of(ZH_LINES, "zh")
    return zh_minutes(transcript), transcript


@pytest.fixture
def en() -> tuple[Minutes, Transcript]:
    transcript = transcript_of(EN_LINES, "en")
    return en_minutes(transcript), transcript


@pytest.fixture(params=["zh", "en"])
def either(request: pytest.FixtureRequest) -> tuple[Minutes, Transcript]:
    lines, make = (ZH_LINES, zh_minutes) if request.param == "zh" else (EN_LINES, en_minutes)
    transcript = transcript_of(lines, request.param)
    return make(transcript), transcript

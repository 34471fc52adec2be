import pytest

from pipeline.meeting import Meeting, Participant
from pipeline.scribes.rules.telling import find_purpose, find_remarks, find_reports, tells, tidy
from pipeline.transcript import Language
from tests.scribes.talk import lines_of

OPENING: dict[Language, str] = {
    "zh": "今天开会主要是过一下上周的数据，再把大促的安排定下来。",
    "en": "The purpose of today is to go through last week's numbers and settle the plan.",
}
languages = pytest.mark.parametrize("language", ["zh", "en"])


@languages
def test_the_purpose_is_what_the_opening_says(language: Language) -> None:
    lines = lines_of(language, "早。", OPENING[language], "好。")
    point = find_purpose(lines, ("purpose",) * 3)
    assert point is not None
    assert [e.utterance for e in point.evidence] == [1]
    assert point.text.casefold() in OPENING[language].casefold()


@languages
def test_without_an_opening_there_is_no_purpose(language: Language) -> None:
    late = ["嗯。" if language == "zh" else "Mm."] * 40
    lines = lines_of(language, *late, OPENING[language])
    assert find_purpose(lines, ("reports",) * 41) is None
    assert find_purpose((), ()) is None


@pytest.mark.parametrize(
    ("language", "text", "tidied"),
    [
        ("zh", "嗯，那个，退货入口上线了。", "退货入口上线了。"),
        ("en", "So, um, yeah, the returns page is live.", "The returns page is live."),
        ("en", "So,", "So,"),
        ("zh", "  退货入口上线了。", "退货入口上线了。"),
    ],
)
def test_fillers_at_the_beginning_are_left_out(language: Language, text: str, tidied: str) -> None:
    assert tidy(lines_of(language, text)[0]) == tidied


@languages
def test_a_few_characters_tell_nothing(language: Language) -> None:
    assert not tells(lines_of(language, "好的。")[0])
    assert not tells(lines_of(language, " " * 40)[0])
    assert tells(lines_of(language, OPENING[language])[0])


REPORTS: dict[Language, tuple[tuple[str, str], ...]] = {
    "zh": (
        ("陈涛", "支付页面上周已经开发完了，也上线了。"),
        ("陈涛", "有个问题，接口老超时，用户投诉很多。"),
        ("陈涛", "下周计划把支付页面也改一遍，准备大促。"),
        ("王蕾", "还有别的吗？"),
    ),
    "en": (
        ("Tom Baker", "We've finished the returns page and it went live last week."),
        ("Tom Baker", "One problem is that the payment API keeps failing, customers complain."),
        ("Tom Baker", "Next week we plan to prepare the checkout for the launch."),
        ("Ann Reed", "Anything else from your side on this?"),
    ),
}


@languages
def test_a_report_holds_what_is_done_what_is_wrong_and_what_comes_next(language: Language) -> None:
    said = REPORTS[language]
    lines = lines_of(language, *said)
    meeting = Meeting(participants=(Participant(name=said[0][0], department="IT"),))
    (report,) = find_reports(lines, ("reports",) * 4, meeting)
    assert (report.reporter, report.department) == (said[0][0], "IT")
    assert [len(report.done), len(report.problems), len(report.next)] == [1, 1, 1]
    assert [e.utterance for e in report.evidence] == [0, 1, 2]
    assert all(e.quote == lines[e.utterance].text for e in report.evidence)


@languages
def test_only_the_sections_on_reports_and_known_speakers_report(language: Language) -> None:
    said = REPORTS[language]
    assert find_reports(lines_of(language, *said), ("issues",) * 4, Meeting()) == ()
    bare = lines_of(language, *(text for _, text in said))
    assert find_reports(bare, ("reports",) * 4, Meeting()) == ()


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("zh", "竞品上周做了满减，市场上都在抢流量。", "market"),
        ("en", "A competitor cut prices, the market is getting tight.", "market"),
        ("en", "We'd need extra headcount and budget for the weekend shifts.", "resource"),
        ("zh", "下周五我们再复盘一下这个计划的效果。", "review_date"),
        ("en", "Let's review this plan again next Friday in the meeting.", "review_date"),
    ],
)
def test_remarks_are_told_apart(language: Language, text: str, kind: str) -> None:
    remarks = find_remarks(lines_of(language, "嗯。", text))
    assert kind in {r.kind for r in remarks}
    assert all(r.evidence[0].utterance == 1 for r in remarks)


def test_no_utterance_no_remark() -> None:
    assert find_remarks(()) == ()

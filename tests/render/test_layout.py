"""What stands where, for every format at once."""

from datetime import date

import pytest

from pipeline.meeting import Meeting, Participant
from pipeline.minutes import KINDS, Action, Due, Evidence, Minutes, Section
from pipeline.render.document import Document, Items, Table
from pipeline.render.layout import lay_out
from pipeline.render.words import words
from pipeline.transcript import Language, Transcript
from tests.render.conftest import ZH_LINES, empty_minutes, transcript_of, zh_minutes


def _table(document: Document, role: str) -> Table:
    blocks = (*document.overview, *(b for chapter in document.chapters for b in chapter.blocks))
    return next(block for block in blocks if isinstance(block, Table) and block.role == role)


def _fact(document: Document, label: str) -> str:
    return next(fact.text.text for fact in document.facts if fact.label == label)


def test_both_catalogues_have_the_same_keys_and_say_something():
    zh, en = words("zh"), words("en")
    assert zh.phrases.keys() == en.phrases.keys()
    assert all([*zh.phrases.values(), *en.phrases.values()])
    assert len(zh.weekdays) == len(en.weekdays) == 7


def test_six_sections_in_order_under_their_chinese_headings(zh: tuple[Minutes, Transcript]):
    document = lay_out(*zh)
    assert [chapter.title for chapter in document.chapters] == [
        *("会议目的", "关键数据分析", "各部门进展汇报", "问题及解决方案", "后续计划", "总结与反馈"),
    ]


def test_sections_come_in_order_however_they_are_stored(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    shuffled = minutes.model_copy(update={"sections": minutes.sections[::-1]})
    assert [chapter.kind for chapter in lay_out(shuffled, transcript).chapters] == list(KINDS)


def test_items_stand_in_the_section_where_they_belong(zh: tuple[Minutes, Transcript]):
    roles = {
        chapter.kind: {block.role for block in chapter.blocks if isinstance(block, Items | Table)}
        for chapter in lay_out(*zh).chapters
    }
    assert roles["data"] >= {"kpis", "market"}
    assert roles["reports"] >= {"report", "carry_over"}
    assert "issues" in roles["issues"]
    assert "strategy" in roles["plans"]
    assert roles["feedback"] >= {"feedback", "announcement"}


def test_actions_have_owner_date_with_weekday_phrase_reason_and_marks(zh: tuple[Minutes, Transcript]):
    first, second, third = _table(lay_out(*zh), "actions").rows
    assert [cell.text for cell in first] == ["补齐退货入口的埋点", "陈涛", "2026-03-06（周五）", ""]
    assert (first[1].note, first[2].note) == ("产品部；协办人：小李", "“这周五之前”")
    assert [mark.label for mark in first[3].marks] == ["36:49", "40:55"]
    assert first[3].marks[0].quote == ZH_LINES[9][1]
    assert (second[1].text, second[1].tone, second[1].note) == ("未指定", "missing", "没有人认领")
    assert (second[2].text, second[2].note) == ("未定", "“法务回复了”；没有日历日期：取决于法务")
    assert second[3].marks[0].near
    assert third[0].tag == "紧急"


def test_figures_keep_their_units_and_what_they_compare_with(en: tuple[Minutes, Transcript]):
    rows = [[cell.text for cell in row] for row in _table(lay_out(*en), "kpis").rows]
    assert rows[0] == ["Conversion", "3.1%", "last week", "-0.4 points", "3.5%", ""]
    assert rows[1][3] == "benchmark"
    assert rows[3][1] == "12000 USD"


def test_columns_that_nobody_filled_are_left_out(en: tuple[Minutes, Transcript]):
    minutes, transcript = en
    kpis = tuple(kpi.model_copy(update={"target": None, "period": None}) for kpi in minutes.kpis)
    table = _table(lay_out(minutes.model_copy(update={"kpis": kpis}), transcript), "kpis")
    headings = [column.heading for column in table.columns]
    assert headings == ["Indicator", "Value", "Change", "Evidence"]


@pytest.mark.parametrize(
    ("source", "note", "tone"),
    [
        ("given", None, "plain"),
        ("metadata", "取自录音信息", "plain"),
        ("file_name", "取自文件名", "plain"),
        ("file_time", "未确认：仅取自文件时间", "warning"),
    ],
)
def test_the_date_says_where_it_comes_from_unless_it_was_given(source: str, note: str | None, tone: str):
    meeting = Meeting.model_validate({"language": "zh", "held_on": "2026-03-02", "date_source": source})
    minutes = empty_minutes("zh").model_copy(update={"meeting": meeting})
    held_on = lay_out(minutes, transcript_of([], "zh")).facts[0].text
    assert (held_on.text, held_on.note, held_on.tone) == ("2026-03-02（周一）", note, tone)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_meeting_in_which_nothing_was_said_says_so_six_times(language: Language):
    document = lay_out(empty_minutes(language), Transcript(language=language, utterances=()))
    texts = [getattr(chapter.blocks[0], "text", None) for chapter in document.chapters]
    expected = "会议未涉及" if language == "zh" else "Not touched in this meeting"
    assert [text.text for text in texts if text] == [expected] * 6
    assert document.title == ("会议纪要" if language == "zh" else "Meeting minutes")


def test_what_was_said_elsewhere_is_shown_in_its_section_all_the_same(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    sections = (minutes.sections[0], Section(kind="data", status="not_mentioned"), *minutes.sections[2:])
    data = lay_out(minutes.model_copy(update={"sections": sections}), transcript).chapters[1]
    assert isinstance(data.blocks[0], Table)


def test_problems_of_partial_minutes_come_first(en: tuple[Minutes, Transcript]):
    assert lay_out(*en).problems == ("Lines 40 to 60 could not be read.",)


def test_warnings_come_before_notes(zh: tuple[Minutes, Transcript]):
    assert [check.tag for check in lay_out(*zh).checks] == ["注意", "提示"]


def test_the_unverified_is_kept_apart_with_its_reason(zh: tuple[Minutes, Transcript]):
    document = lay_out(*zh)
    (item,) = document.unverified
    assert (item.text, item.note, item.tag) == ("退款率 5%", "原话中没有这个数字", "指标")
    assert not any("退款率" in row[0].text for row in _table(document, "kpis").rows)


def test_without_times_marks_name_the_utterance():
    transcript = transcript_of(ZH_LINES, "zh", timed=False)
    first = _table(lay_out(zh_minutes(transcript), transcript), "actions").rows[0]
    assert [mark.label for mark in first[3].marks] == ["#9", "#10"]


def test_without_a_roster_the_speakers_are_named():
    document = lay_out(empty_minutes("zh"), transcript_of(ZH_LINES, "zh"))
    assert _fact(document, "发言人") == "王蕾、陈涛、李静"


def test_the_head_tells_who_took_part_how_long_and_how_it_was_made(en: tuple[Minutes, Transcript]):
    document = lay_out(*en)
    assert (
        _fact(document, "Participants") == "Anna Reed (Head of operations), Tom Stone (Product), Priya Nair"
    )
    assert _fact(document, "Duration") == "1 h 3 min"
    assert (
        _fact(document, "Made with") == "speech recognition whisper:turbo, scribe rules (no language model)"
    )


def test_the_same_quote_stands_once_behind_a_claim(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    twice = (Evidence(utterance=8, quote="这个就定了"),) * 2
    decisions = (minutes.decisions[0].model_copy(update={"evidence": twice}),)
    document = lay_out(minutes.model_copy(update={"decisions": decisions}), transcript)
    block = document.overview[0]
    assert isinstance(block, Items)
    assert len(block.items[0].marks) == 1


def test_evidence_beyond_the_transcript_still_has_a_mark(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    action = Action(
        id="a1", task="t", due=Due(on=date(2026, 3, 3)), evidence=(Evidence(utterance=999, quote="q"),)
    )
    table = _table(lay_out(minutes.model_copy(update={"actions": (action,)}), transcript), "actions")
    assert table.rows[0][3].marks[0].label == "#999"


def test_control_and_reordering_characters_are_never_shown():
    name = "王\u202e蕾\x00\x1b[31m\ud800"
    meeting = Meeting.model_construct(
        language="zh", title=name, participants=(Participant.model_construct(name=name),)
    )
    document = lay_out(empty_minutes("zh").model_copy(update={"meeting": meeting}), transcript_of([], "zh"))
    assert document.title == "王蕾[31m"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (45, "45 秒", "45 s"),
        (90, "2 分钟", "2 min"),
        (3599, "1 小时 0 分", "1 h 0 min"),
        (7500, "2 小时 5 分", "2 h 5 min"),
    ],
)
def test_lengths(seconds: float, zh: str, en: str):
    assert (words("zh").length(seconds), words("en").length(seconds)) == (zh, en)

"""What is said of open items in small meetings of both languages, and the row that comes of it."""

from collections.abc import Sequence
from datetime import date

import pytest

from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import CarryOver
from pipeline.scribes.rules.carry_over import follow_up
from pipeline.scribes.rules.lines import read_lines
from pipeline.transcript import Language, Transcript, Utterance

WEDNESDAY = date(2026, 3, 4)

ZH = (
    OpenAction(id="p1", task="更换前台打印机", owner="王丽", due=date(2026, 3, 2)),
    OpenAction(id="p2", task="整理供应商合同台账", owner="陈涛", due=date(2026, 3, 3), slips=1),
)
EN = (
    OpenAction(id="p1", task="Replace the lobby printer", owner="Maya", due=date(2026, 3, 2)),
    OpenAction(
        id="p2", task="Tidy the supplier contract register", owner="Tom", due=date(2026, 3, 3), slips=1
    ),
)


def _follow(
    said: Sequence[tuple[str, str]],
    language: Language,
    *,
    held_on: date | None = WEDNESDAY,
    items: tuple[OpenAction, ...] = (),
) -> dict[str, CarryOver]:
    utterances = tuple(
        Utterance(id=n, start=float(n), end=n + 1.0, speaker=speaker, text=text)
        for n, (speaker, text) in enumerate(said)
    )
    meeting = Meeting(
        language=language,
        held_on=held_on,
        participants=tuple(Participant(name=name) for name in dict.fromkeys(speaker for speaker, _ in said)),
        open_actions=items or (ZH if language == "zh" else EN),
    )
    lines = read_lines(Transcript(language=language, utterances=utterances))
    return {row.id: row for row in follow_up(lines, ("reports",) * len(lines), meeting)}


def _zh(*answers: tuple[str, str]) -> CarryOver:
    """The printer's row, where these answers are followed by the other item's."""
    said = [
        ("李敏", "人齐了，先过上次的。"),
        ("李敏", "打印机，王丽。"),
        *answers,
        ("李敏", "合同台账，陈涛。"),
        ("陈涛", "理完了，放共享盘了。"),
    ]
    return _follow(said, "zh")["p1"]


def _en(*answers: tuple[str, str]) -> CarryOver:
    """The printer's row, where these answers are followed by the other item's."""
    said = [
        ("Ann", "Good morning, everyone."),
        ("Ann", "The lobby printer, Maya."),
        *answers,
        ("Ann", "The contract register, Tom?"),
        ("Tom", "Finished it on Monday."),
    ]
    return _follow(said, "en")["p1"]


@pytest.mark.parametrize(
    "answer",
    ["换了，上周五装的。", "装好了，没毛病。", "三号晚上换的，好使。", "已于上周更换完毕。"],
)
def test_an_owner_who_tells_it_in_the_past_has_done_it(answer: str) -> None:
    assert _zh(("王丽", answer)).status == "done"


@pytest.mark.parametrize(
    "answer",
    ["It's in, works fine.", "Done, last Friday.", "That went in on Monday.", "It's been replaced."],
)
def test_an_owner_who_tells_it_in_the_past_has_done_it_in_english(answer: str) -> None:
    assert _en(("Maya", answer)).status == "done"


@pytest.mark.parametrize("answer", ["还在等厂家报价。", "换了一半，还差二楼那台。", "尚未完成，在走审批。"])
def test_what_is_left_outweighs_what_is_done(answer: str) -> None:
    assert _zh(("王丽", answer)).status == "in_progress"


@pytest.mark.parametrize(
    "answer",
    ["Still waiting for the quote.", "One of the two is in, the rest isn't.", "I haven't got to it."],
)
def test_what_is_left_outweighs_what_is_done_in_english(answer: str) -> None:
    assert _en(("Maya", answer)).status == "in_progress"


def test_the_last_day_that_is_agreed_on_is_the_new_one() -> None:
    row = _zh(
        ("王丽", "还没到货，这周五吧。"),
        ("李敏", "周五你不是休假吗？"),
        ("王丽", "哦对，那下周二。"),
        ("李敏", "行，下周二。"),
    )
    assert (row.status, row.new_due_phrase, row.slips) == ("redated", "下周二", 1)


def test_the_last_day_that_is_agreed_on_is_the_new_one_in_english() -> None:
    row = _en(
        ("Maya", "It hasn't arrived. Can I say Friday?"),
        ("Ann", "You're off on Friday. Make it next Tuesday."),
        ("Maya", "Next Tuesday, fine."),
    )
    assert (row.status, row.new_due_phrase, row.slips) == ("redated", "Next Tuesday", 1)


def test_a_day_no_later_than_the_old_one_is_no_new_date() -> None:
    items = (ZH[0].model_copy(update={"due": date(2026, 3, 13)}), ZH[1])
    said = [("李敏", "打印机，王丽。"), ("王丽", "还差一台，下周二能换上。"), ("李敏", "合同台账，陈涛。")]
    row = _follow(said, "zh", items=items)["p1"]
    assert (row.status, row.new_due_phrase, row.slips) == ("in_progress", None, 0)


def test_a_past_day_is_no_new_date() -> None:
    assert _zh(("王丽", "二十号晚上换的，到现在没卡过纸。")).status == "done"
    assert _en(("Maya", "It's been up and running since Monday.")).status == "done"


def test_striking_what_was_not_done_drops_it() -> None:
    assert _zh(("王丽", "前台不设了，这台没必要换了吧？"), ("李敏", "嗯，划掉。")).status == "dropped"
    assert _en(("Maya", "We don't need one any more."), ("Ann", "Then take it off.")).status == "dropped"


def test_striking_what_was_done_keeps_it_done() -> None:
    assert _zh(("王丽", "换好了。"), ("李敏", "好，销掉。")).status == "done"
    assert _en(("Maya", "Fixed and installed."), ("Ann", "Great, take it off.")).status == "done"


def test_the_words_of_the_task_tell_no_state() -> None:
    items = (OpenAction(id="p1", task="取消旧系统的账号", owner="王丽", due=date(2026, 3, 2)),)
    said = [("李敏", "旧系统账号呢？"), ("王丽", "账号都取消了。"), ("李敏", "好。")]
    assert _follow(said, "zh", items=items)["p1"].status == "done"


def test_a_question_tells_nothing() -> None:
    assert _zh(("李敏", "换好了吗？"), ("王丽", "呃，这个嘛……")).status == "in_progress"
    assert _en(("Ann", "Is it done?"), ("Maya", "Well, um.")).status == "in_progress"


def test_two_items_in_one_utterance_have_a_state_each() -> None:
    rows = _follow(
        [
            ("李敏", "先过上次的。"),
            ("陈涛", "打印机上周五换好了；合同台账还差一半，下周三给。"),
            ("李敏", "好。"),
        ],
        "zh",
    )
    assert rows["p1"].status == "done"
    assert (rows["p2"].status, rows["p2"].new_due_phrase, rows["p2"].slips) == ("redated", "下周三", 2)


def test_an_item_that_nobody_mentions_has_no_evidence() -> None:
    rows = _follow(
        [("李敏", "今天讲讲春游。"), ("王丽", "大巴换一家，别租太旧的，价钱好商量。"), ("陈涛", "行。")], "zh"
    )
    assert {(row.status, row.evidence) for row in rows.values()} == {("not_mentioned", ())}


def test_an_item_is_found_where_the_items_are_gone_through_not_where_its_subject_comes_up_later() -> None:
    rows = _follow(
        [
            ("Ann", "Leftovers. The lobby printer?"),
            ("Maya", "Sorted, it's in."),
            ("Ann", "The contract register, Tom."),
            ("Tom", "Done, it's on the shared drive."),
            *([("Ann", "Now sales, they were fine.")] * 20),
            ("Ann", "So."),
            ("Tom", "The supplier contract register is what we should tidy."),
            ("Tom", "A supplier contract goes in that register next Friday."),
        ],
        "en",
    )
    assert {i: [e.utterance for e in row.evidence] for i, row in rows.items()} == {"p1": [1], "p2": [3]}


def test_evidence_is_what_tells_the_state() -> None:
    row = _zh(("王丽", "换了，上周五装的。"), ("李敏", "那台真够沉的。"))
    assert [(e.utterance, e.quote) for e in row.evidence] == [(2, "换了，上周五装的。")]


def test_without_the_day_of_the_meeting_nothing_is_redated() -> None:
    said = [("李敏", "打印机，王丽。"), ("王丽", "还没到货，下周二换。"), ("李敏", "行。")]
    row = _follow(said, "zh", held_on=None)["p1"]
    assert (row.status, row.new_due_phrase) == ("in_progress", None)


def test_an_empty_meeting_mentions_nothing() -> None:
    assert {row.status for row in _follow([], "zh").values()} == {"not_mentioned"}

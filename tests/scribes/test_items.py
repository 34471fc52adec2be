"""Items of small meetings, read with the weights that are shipped: only what is plain is asked for."""

from dataclasses import replace

import pytest

from pipeline.backends.store_memory import MemoryStore
from pipeline.journal import Bench, Journal, tell_nobody
from pipeline.meeting import Meeting, Participant
from pipeline.minutes import Evidence, Reading
from pipeline.scribes.rules import RulesScribe
from pipeline.scribes.rules.items import Draft, continues, find_actions, same_item, same_words
from pipeline.scribes.rules.linear import load_weights
from pipeline.scribes.rules.phrasing import only_announces
from pipeline.transcript import Language
from tests.scribes.talk import Said, lines_of, model_of, transcript_of

ZH: Said = (
    ("王蕾", "好，人齐了，咱们开始，今天主要过一下上周的数据，然后把大促的安排定下来。"),
    ("陈涛", "上周转化率百分之三点一，环比下降了零点四个百分点，目标是百分之三点五。"),
    ("王蕾", "那大促就主推满减，不做直降，这个就这么定了。"),
    ("陈涛", "同意。"),
    ("王蕾", "陈涛，你把退货入口的埋点补齐，这周五之前给李静。"),
    ("陈涛", "好的，周五之前没问题。"),
    ("李静", "嗯。"),
    ("王蕾", "散会。"),
)
EN: Said = (
    ("Ann Reed", "Right, let's get started. Today we'll look at the numbers and then settle the plan."),
    (
        "Tom Baker",
        "Conversion rate was 3.1 percent last week, down 0.4 points, against a target of 3.5 percent.",
    ),
    ("Ann Reed", "OK, so we go with the bundle discount for the sale, no price cuts. That's decided."),
    ("Tom Baker", "Agreed."),
    ("Ann Reed", "Tom, can you add the tracking to the returns page and send it to Priya by Friday?"),
    ("Tom Baker", "Sure, I'll have it done by Friday."),
    ("Priya Shah", "Mm."),
    ("Ann Reed", "That's it, bye."),
)
READ_BACK: dict[Language, Said] = {
    "zh": (*ZH[:-1], ("王蕾", "我念一遍：陈涛补齐退货入口的埋点，这周五之前。"), ("陈涛", "对。"), ZH[-1]),
    "en": (
        *EN[:-1],
        ("Ann Reed", "Reading back: Tom adds the tracking to the returns page by Friday."),
        ("Tom Baker", "Yep."),
        EN[-1],
    ),
}
MEETINGS: dict[Language, Said] = {"zh": ZH, "en": EN}
WORDS: dict[Language, str] = {"zh": "埋点", "en": "tracking"}
languages = pytest.mark.parametrize("language", ["zh", "en"])


def read(language: Language, said: Said) -> Reading:
    names = dict.fromkeys(turn[0] for turn in said if isinstance(turn, tuple) and turn[0])
    meeting = Meeting(language=language, participants=tuple(Participant(name=name) for name in names))
    work = Bench(Journal(MemoryStore(), "", tell_nobody), "read_out")
    return RulesScribe().read(transcript_of(language, said), meeting, work)


def ids(evidence: tuple[Evidence, ...]) -> set[int]:
    return {e.utterance for e in evidence}


@languages
def test_a_request_that_is_taken_with_a_date_is_an_action(language: Language) -> None:
    (action,) = [
        a for a in read(language, MEETINGS[language]).actions if WORDS[language] in a.task.casefold()
    ]
    assert {4, 5} <= ids(action.evidence)
    assert ("周五" if language == "zh" else "Friday") in (action.due.phrase or "")


@languages
def test_what_is_settled_is_a_decision_and_no_action(language: Language) -> None:
    reading = read(language, MEETINGS[language])
    word = "满减" if language == "zh" else "bundle"
    (decision,) = [d for d in reading.decisions if word in d.text]
    assert 2 in ids(decision.evidence)
    assert [a.task for a in reading.actions if word in a.task] == []


@languages
def test_a_figure_has_its_change_and_target(language: Language) -> None:
    (kpi,) = read(language, MEETINGS[language]).kpis
    assert (kpi.value, kpi.unit, kpi.target) == ("3.1", "%", "3.5%")
    assert (kpi.change or "").startswith("-0.4")
    assert ids(kpi.evidence) == {1}


@languages
def test_what_is_read_back_is_the_same_action(language: Language) -> None:
    actions = [a for a in read(language, READ_BACK[language]).actions if WORDS[language] in a.task.casefold()]
    assert len(actions) == 1
    assert {4, 5} <= ids(actions[0].evidence)


@languages
def test_small_talk_holds_no_item(language: Language) -> None:
    said = (
        ("嗯。", "好。", "今天真冷。", "是啊。")
        if language == "zh"
        else ("Mm.", "OK.", "Cold today.", "It is.")
    )
    reading = read(language, said)
    assert (reading.actions, reading.decisions, reading.kpis, reading.carry_over) == ((), (), (), ())


@languages
def test_items_are_numbered_in_their_order(language: Language) -> None:
    reading = read(language, READ_BACK[language])
    for items, letter in ((reading.actions, "a"), (reading.decisions, "d"), (reading.issues, "i")):
        assert [item.id for item in items] == [f"{letter}{n}" for n in range(1, len(items) + 1)]
        begins = [min(ids(item.evidence)) for item in items]
        assert begins == sorted(begins)


@pytest.mark.parametrize(
    ("a", "b", "language", "same"),
    [
        ("补齐退货入口的埋点", "退货入口埋点补齐", "zh", True),
        ("补齐退货入口的埋点", "整理供应商合同", "zh", False),
        ("Add tracking to the returns page", "tracking on the returns page", "en", True),
        ("Add tracking to the returns page", "Tidy the supplier contracts", "en", False),
        ("", "补齐退货入口的埋点", "zh", False),
    ],
)
def test_two_texts_about_one_thing_are_one_item(a: str, b: str, language: Language, same: bool) -> None:
    assert same_item(a, b, language) is same
    assert same_item(b, a, language) is same


EVERY_LINE_A_TASK = {
    "actions": model_of(("B", "I", "O"), "B", {}),
    "actions_words": model_of(("no", "yes"), "yes", {}),
    "deadlines": model_of(("no", "yes"), "no", {}),
    "joining": model_of(("no", "yes"), "no", {}),
}


@pytest.mark.parametrize(
    ("announced", "task", "language"),
    [
        ("我来念一遍。", "整理供应商合同。", "zh"),
        ("Let me read it back.", "Tidy the supplier contracts.", "en"),
    ],
)
def test_reading_back_is_no_task_even_where_the_models_take_it_for_one(
    announced: str, task: str, language: Language
) -> None:
    lines = lines_of(language, announced, task)
    weights = replace(load_weights(language), linear=EVERY_LINE_A_TASK)
    actions = find_actions(lines, ("plans", "plans"), Meeting(language=language), weights)
    assert [action.task for action in actions] == [task.rstrip(".。")]


@pytest.mark.parametrize(
    ("text", "language", "announces"),
    [
        ("我再给大家念一遍。", "zh", True),
        ("我念一遍：陈涛补齐退货入口的埋点", "zh", False),
        ("再对一下供应商的账", "zh", False),
        ("I'll quickly run through the list.", "en", True),
        ("Let me read it back: Tom adds the tracking", "en", False),
        ("Read the supplier contracts", "en", False),
    ],
)
def test_a_text_only_announces_where_nothing_follows(text: str, language: Language, announces: bool) -> None:
    assert only_announces(text, language) is announces


@languages
def test_two_texts_with_the_same_words_are_one_item_whatever_their_order(language: Language) -> None:
    texts = {
        "zh": ("老系统里缺的手机号补录一下", "补录会员系统缺失的手机号", "整理竞品价格监控表"),
        "en": ("The contracts of the suppliers, tidy", "Tidy the contracts", "Order a printer"),
    }
    reordered, task, other = texts[language]
    assert same_words(reordered, task, language)
    assert not same_words(other, task, language)


FAR: dict[Language, tuple[str, str, str]] = {
    "en": (
        "Agree one cut-off per shop with Toby",
        "Toby asks for photos",
        "One cut-off per shop, Toby and agree",
    ),
    "zh": ("跟门店定统一的截单时间", "门店收照片", "统一截单时间跟门店定"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_far_apart_two_texts_need_more_than_one_word_in_common_to_be_one_item(language: Language) -> None:
    first, other, again = (
        Draft(text, (at,), 0.5) for text, at in zip(FAR[language], (3, 40, 60), strict=True)
    )
    assert not continues(other, first, language)
    assert continues(again, first, language)

from datetime import date

import numpy as np
import pytest

from pipeline.meeting import Meeting
from pipeline.scribes.rules.deadlines import find_deadline
from pipeline.scribes.rules.linear import LinearModel, load_weights
from pipeline.scribes.rules.said_dates import Candidate, Talk, candidates, deadline_features
from pipeline.transcript import Language
from tests.scribes.talk import Said, lines_of, model_of

MEETING = Meeting(held_on=date(2026, 3, 2), cadence_days=7)
EVERY = model_of(("no", "yes"), "yes", {})
NONE = model_of(("no", "yes"), "no", {})
UNLIKELY_CORRECTION = LinearModel(
    ("no", "yes"), {"nth:0": 0, "nth:1": 1}, np.array([[0, 2], [0, -2]], np.float32), np.zeros(2, np.float32)
)


def chosen(
    language: Language,
    *said: str | tuple[str, str],
    ids: tuple[int, ...] = (0,),
    meeting: Meeting = MEETING,
    model: LinearModel = EVERY,
    begins: tuple[float, ...] = (),
) -> str | None:
    lines = lines_of(language, *said)
    talk = Talk(lines, begins or (0.0,) * len(lines), (ids,))
    found = find_deadline(talk, ids, meeting, model)
    return found.due.phrase if found else None


def found_in(*said: str, ids: tuple[int, ...], meeting: Meeting = MEETING) -> list[Candidate]:
    return list(candidates(lines_of("zh", *said), ids, meeting))


def test_haggling_ends_on_the_last_word() -> None:
    assert chosen("zh", "报价周三前给我。", "周三来不及，周五前吧。") == "周五前"
    assert "Friday" in (chosen("en", "Quotes by Wednesday, please.", "Can't, by Friday.") or "")


CONCEDED: dict[Language, Said] = {
    "zh": (("甲", "节目单我周三前给你。"), ("乙", "嘉宾名单还没定呢。"), ("甲", "那就下周一吧。")),
    "en": (
        ("Ann", "I'll have the list by Wednesday."),
        ("Bob", "The guests aren't fixed."),
        ("Ann", "Monday, then."),
    ),
}
LESS_AND_LESS = LinearModel(
    ("no", "yes"),
    {"nth:0": 0, "nth:1": 1},
    np.array([[0, 2], [0, -0.2]], np.float32),
    np.zeros(2, np.float32),
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_named_a_date_and_names_another_after_a_reply_has_changed_it(language: Language) -> None:
    said = [(str(turn[0]), turn[1]) for turn in CONCEDED[language] if isinstance(turn, tuple)]
    first, new = {"zh": ("周三", "下周一"), "en": ("Wednesday", "Monday")}[language]
    assert new in (chosen(language, *said, model=LESS_AND_LESS) or "")
    # Not where another action begins with it, nor where somebody else says it.
    assert first in (chosen(language, *said, model=LESS_AND_LESS, begins=(0.9, 0.0, 0.9)) or "")
    assert first in (chosen(language, *said[:2], ("丙", said[2][1]), model=LESS_AND_LESS) or "")


def test_a_date_far_behind_the_last_one_is_another_matter() -> None:
    assert chosen("zh", "报价周三前给我。", "好。", "嗯。", "嗯。", "下周五前把库存盘了。") == "周三前"


def test_an_hour_keeps_the_day_that_was_said_before() -> None:
    assert chosen("zh", "清单下周二中午前给我。", "没问题，中午前。") == "下周二中午前"


def test_the_day_of_the_review_is_no_deadline() -> None:
    said = (
        "Susan will test the payments by the twelfth.",
        "We will review this plan on the sixteenth of March.",
    )
    assert "twelfth" in (chosen("en", *said) or "")


CORRECTED: dict[Language, Said] = {
    "zh": (("甲", "我来配，四月底到位。"), ("乙", "四月底这批已经截止了，下一批到货是五月中旬。")),
    "en": (("Ann", "I'll ring her on Tuesday."), ("Bob", "Tuesday you are in Corby. Do it Wednesday.")),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_objection_that_repeats_the_date_corrects_it_however_unlikely(language: Language) -> None:
    said = [turn for turn in CORRECTED[language] if isinstance(turn, tuple) and turn[0]]
    lines = [(str(speaker), text) for speaker, text in said]
    new = {"zh": "五月中旬", "en": "Wednesday"}[language]
    assert new in (chosen(language, *lines, model=UNLIKELY_CORRECTION) or "")
    # Not where another action seems to begin with it.
    assert new not in (chosen(language, *lines, model=UNLIKELY_CORRECTION, begins=(0.9, 0.9)) or "")
    # Nor where nobody repeats the first date.
    other = [
        lines[0],
        ("乙" if language == "zh" else "Bob", lines[1][1].replace("四月底", "").replace("Tuesday", "")),
    ]
    assert new not in (chosen(language, *other, model=UNLIKELY_CORRECTION) or "")


def test_the_utterance_before_counts_and_the_one_before_that_does_not() -> None:
    said = ("下周五前盘库存。", "周三前能给吗？", "报价我来问。")
    assert [c.line for c in found_in(*said, ids=(2,))] == [1]


def test_dates_are_looked_for_up_to_the_seventh_utterance_and_in_the_action_itself() -> None:
    said = ["报价我来问。", *["嗯。"] * 6, "周三前给。", "周五前给。"]
    assert [c.line for c in found_in(*said, ids=(0,))] == [7]
    assert [c.line for c in found_in(*said, ids=(0, 8))] == [7, 8]


def test_words_that_leave_the_day_open_are_an_answer_too() -> None:
    (vague,) = found_in("报价我尽快问。", ids=(0,))
    assert (vague.due.phrase, vague.due.on) == ("尽快", None)
    assert chosen("en", "I'll send it as soon as possible.") is not None


def test_no_date_and_no_likely_date_are_none() -> None:
    assert chosen("zh", "报价你问一下。") is None
    assert chosen("en", "Quotes by Friday.", model=NONE) is None


def test_phrases_are_found_though_the_day_of_the_meeting_is_not_known() -> None:
    assert chosen("zh", "报价周三前给我。", meeting=Meeting()) == "周三前"


def test_a_date_beside_the_words_of_the_action_is_seen_as_such() -> None:
    lines = lines_of(
        "en", "Who writes the emergency script?", "The emergency script by Friday, the budget by Monday."
    )
    talk = Talk(lines, (0.0, 0.0), ((0,),))
    near = candidates(lines, (0,), MEETING)
    script, budget = (set(deadline_features(talk, (0,), one, near)) for one in near)
    assert "subject:alone most" in script
    assert "subject:0" in budget


def test_the_dates_of_another_action_are_seen_as_such() -> None:
    lines = lines_of("en", "Quotes by Friday, please.", "Fine.", "And the roster by Monday.")
    near = candidates(lines, (0,), MEETING)
    talk = Talk(lines, (0.9, 0.0, 0.9), ((0, 1), (2,)))
    own, other = (set(deadline_features(talk, (0, 1), one, near)) for one in near)
    assert {"theirs:False:inside:True", "begun:0"} <= own
    assert {"theirs:True:inside:False", "begun:1", "begins here:True"} <= other


PLAIN: dict[Language, Said] = {
    "zh": (
        ("王蕾", "陈涛，退货入口的埋点你补一下，这周五之前。"),
        ("陈涛", "好的。"),
        ("王蕾", "李静，排班表周三给我。"),
    ),
    "en": (
        ("Ann", "Tom, please fix the returns page by Friday."),
        ("Tom", "OK."),
        ("Ann", "Eve, the rota by Wednesday."),
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_weights_take_the_date_of_the_action_not_that_of_the_next(language: Language) -> None:
    lines = lines_of(language, *PLAIN[language])
    talk = Talk(lines, (0.8, 0.1, 0.8), ((0, 1), (2,)))
    model = load_weights(language).linear["deadlines"]
    first, second = (find_deadline(talk, ids, MEETING, model) for ids in talk.actions)
    assert [found and found.line for found in (first, second)] == [0, 2]

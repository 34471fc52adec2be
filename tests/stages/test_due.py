"""Deadlines of actions, from the words of their evidence; every meeting is on Monday, 2 March 2026."""

from datetime import date

import pytest

from pipeline.meeting import DateSource, Meeting
from pipeline.minutes import Action, CarryOver, Due, Evidence, Reading
from pipeline.stages.due import assign_dates
from pipeline.transcript import Language, Transcript, Utterance

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)


def march(day: int) -> date:
    return date(2026, 3, day)


def meeting(language: Language, source: DateSource | None = "given") -> Meeting:
    return Meeting(language=language, held_on=MONDAY, date_source=source, cadence_days=7)


def talk(language: Language, lines: tuple[str, ...]) -> Transcript:
    said = tuple(Utterance(id=i, text=text) for i, text in enumerate(lines))
    return Transcript(language=language, utterances=said)


def action(task: str, *ids: int, phrase: str | None = None, name: str = "a1") -> Action:
    quotes = tuple(Evidence(utterance=i, quote="…") for i in ids)
    return Action(id=name, task=task, due=Due(phrase=phrase), evidence=quotes)


def dated(
    language: Language, lines: tuple[str, ...], *actions: Action, source: DateSource | None = "given"
) -> list[Due]:
    reading = Reading(kinds=("plans",) * len(lines), actions=actions)
    found = assign_dates(reading, talk(language, lines), meeting(language, source))
    return [a.due for a in found.actions]


@pytest.mark.parametrize(
    ("language", "lines", "on"),
    [
        ("zh", ("报价你问一下，下周三给我。", "周三来不及，周五吧。", "行。"), FRIDAY),
        ("zh", ("报价你问一下，下周三…不对，周四给我。",), march(12)),
        ("zh", ("报价你问一下，周五前。", "好，报价我来问。"), FRIDAY),
        ("zh", ("报价你问一下，尽快。",), None),
        ("zh", ("报价你问一下。",), None),
        ("zh", ("下次例会前把报价给我。",), march(9)),
        ("en", ("Get the quotes by Wednesday.", "Can't, make it Friday.", "OK."), FRIDAY),
        ("en", ("Get the quotes by next Wednesday, no, Thursday.",), march(12)),
        ("en", ("Get the quotes by Friday.", "Sure, I'll get them."), FRIDAY),
        ("en", ("Get the quotes ASAP.",), None),
        ("en", ("Get the quotes.",), None),
        ("en", ("Quotes before the next meeting, please.",), march(9)),
    ],
)
def test_the_last_word_counts(language: Language, lines: tuple[str, ...], on: date | None) -> None:
    (due,) = dated(language, lines, action(lines[0], *range(len(lines))))
    assert due.on == on
    assert due.reason


@pytest.mark.parametrize(
    ("language", "line", "tasks"),
    [
        ("zh", "埋点陈涛周三前补齐，供应商报价李静下周五前发出来。", ("补齐埋点", "发供应商报价")),
        ("en", "Tom adds the tracking by Wednesday, and Priya sends the supplier quotes by March 13.",
         ("Add the tracking", "Send the supplier quotes")),
    ],
)  # fmt: skip
def test_each_of_two_tasks_in_one_breath_has_its_own_day(
    language: Language, line: str, tasks: tuple[str, str]
) -> None:
    first, second = dated(language, (line,), action(tasks[0], 0), action(tasks[1], 0, name="a2"))
    assert (first.on, second.on) == (march(4), march(13))


def test_alone_in_its_utterance_an_action_takes_the_last_day_of_all() -> None:
    line = "埋点陈涛周三前补齐，供应商报价李静下周五前发出来。"
    assert dated("zh", (line,), action("补齐埋点", 0))[0].on == march(13)


@pytest.mark.parametrize(
    ("language", "lines", "phrase", "reason"),
    [
        ("zh", ("报价下周三前给。",), "下周三前", "会议日期未确认"),
        ("en", ("Quotes by Friday.",), "by Friday", "not confirmed"),
    ],
)
@pytest.mark.parametrize("source", ["file_time", None])
def test_an_unconfirmed_day_resolves_nothing(
    language: Language, lines: tuple[str, ...], phrase: str, reason: str, source: DateSource | None
) -> None:
    held = meeting(language, source)
    if source is None:
        held = held.model_copy(update={"held_on": None})
    reading = Reading(
        kinds=("plans",),
        actions=(action(lines[0], 0, phrase=phrase), action(lines[0], 0, name="a2")),
        carry_over=(redated("p1", phrase, 0, new_due=FRIDAY),),
    )
    found = assign_dates(reading, talk(language, lines), held)
    told, untold = (a.due for a in found.actions)
    assert (told.phrase, told.on) == (phrase, None)
    assert reason in (told.reason or "")
    assert untold == Due()
    assert found.carry_over[0].new_due is None


@pytest.mark.parametrize("source", ["given", "metadata", "file_name"])
def test_a_day_from_elsewhere_counts(source: DateSource) -> None:
    assert dated("zh", ("报价周五前给。",), action("报价", 0), source=source)[0].on == FRIDAY


@pytest.mark.parametrize(
    ("language", "lines", "phrase", "on"),
    [
        # The words stand there, punctuated another way.
        ("zh", ("报价，下周三 之前给我，谢谢。",), "下周三之前", march(11)),
        ("en", ("Quotes by next  Wednesday, please.",), "By next Wednesday.", march(11)),
        # The whole utterance says which week.
        ("zh", ("下周三…不对，周四给我。",), "周四", march(12)),
        # The words choose one of several days.
        ("zh", ("周三我先问，报价周五给。",), "周三", march(4)),
        # They stand nowhere: what was really said counts.
        ("zh", ("报价周五前给。",), "下周三", FRIDAY),
        ("en", ("Quotes by Friday.",), "next Wednesday", FRIDAY),
        ("zh", ("报价你问一下。",), "周五前", None),
        ("en", ("Get the quotes.",), "by Friday", None),
    ],
)
def test_a_scribes_phrase_counts_where_it_was_said(
    language: Language, lines: tuple[str, ...], phrase: str, on: date | None
) -> None:
    assert dated(language, lines, action(lines[0], 0, phrase=phrase))[0].on == on


def test_evidence_that_does_not_exist_dates_nothing() -> None:
    dues = dated("zh", ("报价周五前给。",), action("报价", 7), action("报价", -1, phrase="周五前", name="a2"))
    assert [due.on for due in dues] == [None, None]


def test_an_action_without_evidence_has_no_date() -> None:
    assert dated("en", ("Quotes by Friday.",), action("Get the quotes"))[0].on is None


def redated(name: str, phrase: str | None, *ids: int, new_due: date | None = None) -> CarryOver:
    quotes = tuple(Evidence(utterance=i, quote="…") for i in ids)
    return CarryOver(
        id=name, task="…", status="redated", new_due_phrase=phrase, new_due=new_due, slips=1, evidence=quotes
    )


@pytest.mark.parametrize(
    ("language", "lines", "phrase"),
    [
        ("zh", ("退货入口上周没上成。", "改到周五。"), "周五"),
        ("en", ("The returns page slipped.", "It'll be Friday."), "Friday"),
        # Words that nobody said give way to those that were.
        ("zh", ("退货入口上周没上成。", "改到周五。"), "下下周三"),
        ("en", ("The returns page slipped.", "It'll be done by Friday."), "two weeks from now"),
    ],
)
def test_a_redated_item_gets_its_new_day(language: Language, lines: tuple[str, ...], phrase: str) -> None:
    reading = Reading(kinds=("reports",) * 2, carry_over=(redated("p1", phrase, 0, 1),))
    found = assign_dates(reading, talk(language, lines), meeting(language))
    assert found.carry_over[0].new_due == FRIDAY


def test_an_item_that_is_not_redated_keeps_as_it_is() -> None:
    done = CarryOver(id="p1", task="…", status="done", evidence=(Evidence(utterance=0, quote="…"),))
    unsaid = redated("p2", None, 0, new_due=FRIDAY)
    reading = Reading(kinds=("reports",), carry_over=(done, unsaid))
    first, second = assign_dates(reading, talk("zh", ("周五已经上了。",)), meeting("zh")).carry_over
    assert first == done
    assert second.new_due is None


@pytest.mark.parametrize(
    ("language", "lines", "phrase", "on"),
    [
        (
            "en",
            ("I'd say next Monday.", "The recorder is full by then.", "The Friday, then."),
            "Friday",
            FRIDAY,
        ),
        ("zh", ("我下周一看完。", "下周一就没了。", "那周五之前看完。"), "周五之前", FRIDAY),
        ("zh", ("下周五行不行？", "下周五我不在。", "那周四吧。"), "周四", march(12)),
    ],
)
def test_a_weekday_that_replaces_a_day_is_the_nearest_to_it(
    language: Language, lines: tuple[str, ...], phrase: str, on: date
) -> None:
    (due,) = dated(language, lines, action("…", *range(len(lines)), phrase=phrase))
    assert due.on == on


@pytest.mark.parametrize(
    ("language", "lines", "phrase"),
    [
        (
            "en",
            ("After the peak. Eleventh of September, I can have it run by the eleventh.",),
            "by the eleventh",
        ),
        ("zh", ("九月十一号可以吗？", "行，十一号。"), "十一号"),
    ],
)
def test_a_day_of_the_month_keeps_the_month_it_was_named_with(
    language: Language, lines: tuple[str, ...], phrase: str
) -> None:
    (due,) = dated(language, lines, action("…", *range(len(lines)), phrase=phrase))
    assert due.on == date(2026, 9, 11)
    # Another day of the month is another day.
    (due,) = dated(language, (lines[0], "…", "the twelfth" if language == "en" else "十二号"), action("…", 2))
    assert due.on == march(12)

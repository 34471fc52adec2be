from datetime import date

import pytest

from pipeline.dates import find_due, find_dues

MONDAY, FRIDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 8)


@pytest.mark.parametrize(
    ("phrase", "held", "on"),
    [
        ("这周五", FRIDAY, date(2026, 3, 6)),
        ("这周三", FRIDAY, None),
        ("周五", FRIDAY, date(2026, 3, 13)),
        ("下周三", SUNDAY, date(2026, 3, 11)),
        ("周日", SUNDAY, date(2026, 3, 15)),
        ("这周日", SUNDAY, SUNDAY),
        ("本周内", date(2026, 3, 7), date(2026, 3, 7)),
        ("月中", date(2026, 3, 16), date(2026, 4, 15)),
        ("一个月内", date(2026, 1, 31), date(2026, 2, 28)),
        ("清明前", date(2026, 3, 20), date(2026, 4, 3)),
        ("三个工作日内", date(2026, 2, 12), date(2026, 2, 24)),
        ("十个工作日内", date(2026, 12, 24), None),
        ("Q1末", date(2026, 11, 11), date(2027, 3, 31)),
        ("二月二十九号", date(2026, 1, 5), None),
        ("二月二十九号", date(2028, 1, 5), date(2028, 2, 29)),
        ("周四，十三号", MONDAY, None),
        ("三个工作日，够不够", MONDAY, date(2026, 3, 5)),
        ("五个工作日给我结论", MONDAY, date(2026, 3, 9)),
        ("这个功能我们做了五个工作日", MONDAY, None),
        ("周四下周", MONDAY, date(2026, 3, 12)),
        ("今天下课", MONDAY, MONDAY),
        ("正月里客人不多", MONDAY, None),
        ("跟着提审走", MONDAY, None),
        ("六月截止", MONDAY, date(2026, 6, 30)),
        ("我们周一到周五都是九点上班", MONDAY, None),
    ],
)
def test_chinese_phrases_follow_the_calendar(phrase: str, held: date, on: date | None) -> None:
    assert find_due(phrase, held, "zh").on == on


@pytest.mark.parametrize(
    ("phrase", "held", "on"),
    [
        ("this Friday", FRIDAY, date(2026, 3, 13)),
        ("next Friday", MONDAY, date(2026, 3, 13)),
        ("the Friday after next", MONDAY, date(2026, 3, 20)),
        ("before Christmas", date(2026, 12, 1), date(2026, 12, 24)),
        ("before the 15th", MONDAY, date(2026, 3, 15)),
        ("in three business days", FRIDAY, date(2026, 3, 11)),
        ("next month", MONDAY, date(2026, 4, 30)),
        ("the weekend", MONDAY, SUNDAY),
        ("End of the month's fine.", MONDAY, date(2026, 3, 31)),
        ("Gimme ten days.", MONDAY, date(2026, 3, 12)),
        ("It took ten days.", MONDAY, None),
        ("I want it Thursday the twelfth of March", MONDAY, date(2026, 3, 12)),
        ("I want it Tuesday the twelfth of March", MONDAY, None),
        ("Before the year's out", MONDAY, date(2026, 12, 31)),
        ("by the fifteenth", MONDAY, date(2026, 3, 15)),
        ("Weekend footfall will need a look", MONDAY, None),
        ("Kill that job this week.", MONDAY, FRIDAY),
        ("Complaints this week are thirty down.", MONDAY, None),
        ("The boss wants it finished in June.", MONDAY, date(2026, 6, 30)),
    ],
)
def test_english_phrases_follow_the_calendar(phrase: str, held: date, on: date | None) -> None:
    assert find_due(phrase, held, "en").on == on


@pytest.mark.parametrize(
    ("known", "on"),
    [
        ({"next_meeting": date(2026, 3, 12), "cadence_days": 7}, date(2026, 3, 12)),
        ({"cadence_days": 14}, date(2026, 3, 16)),
        ({}, None),
    ],
)
def test_the_next_meeting_is_known_or_follows_from_the_cadence(
    known: dict[str, object], on: date | None
) -> None:
    due = find_due("下次例会前", MONDAY, "zh", **known)  # type: ignore[arg-type]
    assert due.on == on


@pytest.mark.parametrize(
    "clause",
    [
        "before we're next sat here",
        "before we're on this call again",
        "before we're all here again",
        "when we're back here",
    ],
)
def test_being_here_again_is_the_next_meeting(clause: str) -> None:
    assert find_due(f"I'll have it {clause}", MONDAY, "en", cadence_days=7).on == date(2026, 3, 9)
    assert find_due(f"I'll have it {clause}", MONDAY, "en").on is None


def test_a_country_brings_its_own_holidays() -> None:
    assert find_due("in three business days", date(2026, 7, 1), "en", country="US").on == date(2026, 7, 7)
    assert find_due("in three business days", date(2026, 7, 1), "en").on == date(2026, 7, 6)
    assert find_due("in three business days", date(2026, 7, 1), "en", country="XX").on is None


def test_an_unknown_country_is_named_in_the_reason() -> None:
    due = find_due("in three business days", MONDAY, "en", country="XX")
    assert "country “XX”" in str(due.reason)
    due = find_due("十个工作日内", date(2026, 12, 24), "zh")
    assert "已公布" in str(due.reason)


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("by two", MONDAY),
        ("Call them before ten so they hear it from us.", MONDAY),
        ("I'll have it ready Thursday, by two.", date(2026, 3, 5)),
        ("On Friday I'm at the fair, so call them before ten.", FRIDAY),
        ("by two points", None),
        ("before ten people", None),
        ("Sales are up by two.", None),
        ("Check them one by one.", None),
        ("Don't call her before ten.", None),
    ],
)
def test_a_bare_hour_is_of_the_meeting_day_unless_a_day_is_said(said: str, on: date | None) -> None:
    assert find_due(said, MONDAY, "en").on == on


@pytest.mark.parametrize(
    "said",
    [
        "I'll book the hall before and host them myself.",
        "I'm glad, after what you said about tears.",
        "We can try it before ten people.",
    ],
)
def test_before_and_after_without_an_event_are_no_condition(said: str) -> None:
    assert find_due(said, MONDAY, "en").phrase is None


def test_a_quarterly_meeting_is_not_the_next_weekly_one() -> None:
    quarter = date(2026, 6, 3)
    assert find_due("下次季度会之前", MONDAY, "zh", next_meeting=quarter).on == quarter
    assert find_due("下次季度会之前", MONDAY, "zh", cadence_days=91).on == date(2026, 6, 1)
    assert find_due("下次季度会之前", MONDAY, "zh", cadence_days=7).on is None


def test_a_correction_keeps_what_it_does_not_replace() -> None:
    assert find_due("下周三给你，不对，周四", MONDAY, "zh").on == date(2026, 3, 12)
    assert find_due("by next Wednesday, no wait, make it Thursday", MONDAY, "en").on == date(2026, 3, 12)


def test_several_deadlines_come_in_order_with_their_places() -> None:
    text = "小李周三前给初稿，老王周五之前给终稿"
    dues = find_dues(text, MONDAY, "zh")
    assert [due.on for due in dues] == [date(2026, 3, 4), date(2026, 3, 6)]
    assert (
        [text[due.start : due.end] for due in dues] == [due.phrase for due in dues] == ["周三前", "周五之前"]
    )


def test_places_are_those_of_the_text_as_it_came() -> None:
    text = "那 就 下 周 三 之 前 吧"
    (due,) = find_dues(text, MONDAY, "zh")
    assert (due.phrase, due.on) == ("下 周 三 之 前", date(2026, 3, 11))
    assert text[due.start : due.end] == due.phrase


def test_reasons_are_sentences_of_the_meetings_language() -> None:
    assert find_due("once legal signs off", MONDAY, "en").reason == (
        "no calendar date: depends on “once legal signs off”"
    )
    assert find_due("上线前", MONDAY, "zh").reason == "没有日历日期：取决于“上线前”"
    assert find_due("好的", MONDAY, "zh").reason == "没有说截止日期"
    assert find_due("by Friday", MONDAY, "zh").reason == "“by Friday”是会议次日起的第一个周五"

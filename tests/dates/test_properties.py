import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dates import find_due, find_dues

DAYS = st.dates(date(2025, 12, 1), date(2026, 12, 31))
PIECES = st.sampled_from(
    [
        "下",
        "周",
        "三",
        "月",
        "底",
        "前",
        "号",
        "15",
        "二十",
        "这",
        "不对",
        "，",
        "。",
        "的",
        "之前",
        "国庆",
        "工作日",
        "内",
        "next",
        "Friday",
        "by",
        "the",
        "15th",
        "of",
        "March",
        "May",
        "no",
        "wait",
        "年",
        "个",
        "end",
        "of",
        "Q2",
        "in",
        "three",
        "weeks",
        "上",
        "每",
        "后",
        "半",
        "季度",
        "the",
        "day",
        "before",
        "last",
        "second",
        "2026",
        "13",
        "31",
        "99999",
        "两",
        "点",
        ":",
        "/",
        "-",
        ".",
        "天",
        "last",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=14).map("".join),
)

SAME = (
    ("明天", "tomorrow"), ("后天", "the day after tomorrow"), ("下周三", "next Wednesday"),
    ("周五", "Friday"),
    ("下下周二", "the Tuesday after next"), ("下周", "next week"), ("月底", "the end of the month"),
    ("下个月", "next month"), ("三天内", "in three days"), ("两周后", "in two weeks"),
    ("一个月内", "in a month"),
    ("15号之前", "by the 15th"), ("月中", "the middle of the month"), ("Q2末", "the end of Q2"),
    ("年底前", "by the end of the year"), ("本周内", "by the end of this week"), ("周末", "the weekend"),
    ("下周末", "next weekend"), ("下下周", "the week after next"), ("圣诞节前", "before Christmas"),
    ("六月底", "the end of June"), ("下个季度末", "the end of next quarter"),
    ("上半年结束前", "by the end of H1"),
    ("周末前", "before the weekend"), ("下周三到周五", "next Wednesday to Friday"),
    ("三周之内", "within three weeks"), ("3月15号", "March fifteenth"), ("二十号之前", "before the twentieth"),
    ("一季度末", "the end of q one"), ("下周三，不对，周四", "next Wednesday, no wait, Thursday"),
    ("年中", "mid-year"), ("九月之前", "before September"), ("情人节前", "before Valentine's Day"),
)  # fmt: skip
MOVING = (
    *tuple(phrase for pair in SAME for phrase in pair if phrase not in ("周末前", "before the weekend")),
    "三个工作日内",
    "国庆前",
    "春节前",
    "三天之内",
    "月初",
    "下旬",
    "下次会上",
    "in five business days",
)


@given(TEXTS, st.dates(), st.sampled_from(["zh", "en"]), st.sampled_from([None, "CN", "US", "??"]))
@settings(max_examples=600, deadline=None)
def test_no_text_raises(text: str, held: date, language: str, country: str | None) -> None:
    due = find_due(text, held, language, country=country, cadence_days=7)
    assert due.reason
    for found in find_dues(text, held, language, country=country):
        assert text[found.start : found.end] == found.phrase


@given(TEXTS, DAYS)
@settings(max_examples=150, deadline=None)
def test_the_answer_depends_on_nothing_but_the_arguments(text: str, held: date) -> None:
    first = find_due(text, held, "zh")
    find_due("by Friday, no, Monday", held + timedelta(days=3), "en")
    assert find_due(text, held, "zh") == first


@pytest.mark.parametrize("phrase", MOVING)
def test_a_phrase_said_a_day_later_never_means_an_earlier_day(phrase: str) -> None:
    language = "en" if phrase.isascii() else "zh"
    days = [date(2025, 12, 1) + timedelta(days=i) for i in range(396)]
    found = [on for day in days if (on := find_due(phrase, day, language, cadence_days=7).on)]
    assert found == sorted(found)
    assert found


@pytest.mark.parametrize(("chinese", "english"), SAME)
def test_both_languages_mean_the_same_day(chinese: str, english: str) -> None:
    for i in range(396):
        held = date(2025, 12, 1) + timedelta(days=i)
        assert find_due(chinese, held, "zh").on == find_due(english, held, "en").on, held


LONG_PIECES = (
    *("下周三之前", "by Friday ", "上周五", "不对周三", "如果周五前", "的", "周", "1"),
    *("after the ", "if i have a ", "三 月", "等前", "[ ", "因为我没法"),
)


def calls_for(text: str) -> int:
    """Calls made, Python's and C's, to answer one text."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        find_due(text, date(2026, 3, 2), "zh")
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("piece", LONG_PIECES)
def test_work_grows_no_faster_than_the_text(piece: str) -> None:
    calls_for(piece)  # the tables are read once
    assert calls_for(piece * 1000) <= 11 * calls_for(piece * 100)


def test_a_very_long_text_is_answered() -> None:
    text = "".join((piece * 8000)[:8000] for piece in LONG_PIECES)
    assert len(text) > 100_000
    assert find_due(text, date(2026, 3, 2), "zh").reason

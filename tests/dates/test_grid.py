"""Every weekday, day of the month and length of time in both languages, against plain calendar arithmetic."""

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from pipeline.dates import find_due

Phrases = Callable[[date], Iterator[tuple[str, str, date | None]]]

HELD = [date(2025, 12, 31), date(2026, 1, 30), date(2026, 2, 22), date(2026, 5, 8), date(2026, 8, 31)]
ZH_DAYS, EN_DAYS = "一二三四五六日", calendar.day_name
ZH_FRAMES = ("{}之前把报告交了", "报告{}给我", "小王你{}前把数核一下", "那就{}吧")
EN_FRAMES = ("I'll send the report by {}.", "{} is the deadline for the draft.", "We need it {}, no later.")
ZH_NUMBERS = ("一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
EN_NUMBERS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def months_later(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def weekday_phrases(held: date) -> Iterator[tuple[str, str, date | None]]:
    monday = held - timedelta(days=held.weekday())
    for i, (zh, en) in enumerate(zip(ZH_DAYS, EN_DAYS, strict=True)):
        upcoming = held + timedelta(days=(i - held.weekday() - 1) % 7 + 1)
        this, following, later = (monday + timedelta(days=i + 7 * week) for week in range(3))
        for word in ("周", "星期", "礼拜"):
            yield "zh", word + zh, upcoming
            yield "zh", f"这{word}{zh}", this if this >= held else None
            yield "zh", f"下{word}{zh}", following
            yield "zh", f"下下{word}{zh}", later
        for name in (en, en.lower()):
            yield "en", name, upcoming
            yield "en", f"this {name}", upcoming
            yield "en", f"next {name}", following
            yield "en", f"{name} of next week", following
            yield "en", f"the {name} after next", later


def month_day_phrases(held: date) -> Iterator[tuple[str, str, date | None]]:
    for month in range(1, 13):
        for day in (1, 3, 11, 20, 28):
            on = date(held.year, month, day)
            on = on if on >= held else on.replace(year=held.year + 1)
            suffix = {1: "st", 3: "rd"}.get(day, "th")
            name = calendar.month_name[month]
            yield from (("zh", f"{month}月{day}{mark}", on) for mark in "号日")
            yield from (
                ("en", words, on) for words in (f"{name} {day}{suffix}", f"the {day}{suffix} of {name}")
            )


def length_phrases(held: date) -> Iterator[tuple[str, str, date | None]]:
    for count, (zh, en) in enumerate(zip(ZH_NUMBERS, EN_NUMBERS, strict=True), 1):
        days, weeks = held + timedelta(days=count), held + timedelta(weeks=count)
        months, plural = months_later(held, count), "s" if count > 1 else ""
        for unit, on in (("天", days), ("周", weeks), ("个礼拜", weeks), ("个月", months)):
            yield from (("zh", number + unit + "内", on) for number in (zh, str(count)))
        for unit, on in (("day", days), ("week", weeks), ("month", months)):
            yield "en", f"within {en} {unit}{plural}", on


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("phrases", [weekday_phrases, month_day_phrases, length_phrases])
def test_phrases_agree_with_the_calendar(phrases: Phrases, held: date) -> None:
    frames = {"zh": ZH_FRAMES, "en": EN_FRAMES}
    wrong = [
        (sentence, on, found)
        for language, phrase, on in phrases(held)
        for sentence in (frame.format(phrase) for frame in frames[language])
        if (found := find_due(sentence, held, language).on) != on
    ]
    assert not wrong

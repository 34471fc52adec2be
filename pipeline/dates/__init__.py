"""Deadline phrases of Chinese and English talk -> calendar dates, by rules that can be read and explained.

    find_due("那就下周三…不对，周四吧", date(2026, 3, 2), "zh")
    Due(phrase="周四", on=date(2026, 3, 12), reason="“周四”是会议下一周的周四（更正后）")

An utterance goes through ``tokens`` (date words) -> ``grammar`` (phrases) -> ``meanings`` -> ``resolve``
(dates) -> ``context`` and ``around`` (deadline or not) -> ``choose`` (the last word counts). The words, rules and
reasons are TOML files beside the code.
"""

from pipeline.dates.find import Due, DuePhrase, find_due, find_dues
from pipeline.dates.lines import answer_lines
from pipeline.dates.resolve import Calendar

__all__ = ["Calendar", "Due", "DuePhrase", "answer_lines", "find_due", "find_dues"]

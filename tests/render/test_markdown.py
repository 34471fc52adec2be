import re

import pytest
from markdown_it import MarkdownIt

from pipeline.minutes import Minutes
from pipeline.render import render
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import empty_minutes, transcript_of


def _html(minutes: Minutes, transcript: Transcript) -> str:
    return MarkdownIt("commonmark").enable("table").render(render(minutes, transcript, "md").decode())


def test_headings_tables_and_lists_are_read_as_such(either: tuple[Minutes, Transcript]):
    content = _html(*either)
    assert content.count("<h1>") == 1
    assert len(re.findall(r"<h2>\d\. ", content)) == 6
    # Actions, indicators, open items of last time, issues.
    assert content.count("<table>") == 4
    assert "[36:49] [40:55]" in content


def test_quotes_behind_the_marks_are_listed(zh: tuple[Minutes, Transcript]):
    assert "<li>[36:49] 王蕾：“陈涛，这周五之前把埋点补齐。”</li>" in _html(*zh)


@pytest.mark.parametrize(
    "text",
    [
        "a|b|c",
        "*x* _y_ **z**",
        "<b>x</b>",
        "[x](http://y)",
        "`code`",
        "# x",
        "- x",
        "1. x",
        "+ x",
        "> x",
        "===",
        "&lt;b&gt;",
        "\\",
        "~~x~~",
        "![x](y)",
    ],
)
def test_what_is_said_makes_no_markup(zh: tuple[Minutes, Transcript], text: str):
    minutes, transcript = zh
    plain = _html(poisoned(minutes, "x"), poisoned(transcript, "x"))
    hostile = _html(poisoned(minutes, text), poisoned(transcript, text))
    assert re.findall("<[a-z][^>]*>", hostile) == re.findall("<[a-z][^>]*>", plain)


def test_an_empty_meeting_has_its_six_sections():
    content = _html(empty_minutes("en"), transcript_of([], "en"))
    assert content.count("Not touched in this meeting") == 6


def test_incomplete_minutes_do_not_say_that_something_was_not_there():
    for language, denied, told in (
        ("zh", ("没有形成决定", "没有产生待办"), "在读到的部分里没有"),
        (
            "en",
            ("No decisions were made", "No action items"),
            "None in the part of the meeting that was read",
        ),
    ):
        minutes = empty_minutes(language).model_copy(update={"status": "partial", "problems": ("#1–#2",)})
        text = render(minutes, transcript_of([("A", "x")], language), "md").decode()
        assert not any(phrase in text for phrase in denied)
        assert told in text

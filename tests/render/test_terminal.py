from io import StringIO

import pytest
from rich.console import Console

from pipeline.minutes import Minutes
from pipeline.render.terminal import show
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import empty_minutes


def _shown(minutes: Minutes, width: int = 100) -> str:
    screen = StringIO()
    show(minutes, Console(file=screen, width=width))
    return screen.getvalue()


def test_sections_in_order_with_actions_above_them(zh: tuple[Minutes, Transcript]):
    text = _shown(zh[0])
    titles = ["会议目的", "关键数据分析", "各部门进展汇报", "问题及解决方案", "后续计划", "总结与反馈"]
    places = [text.index(f"\n{number}  {title}") for number, title in enumerate(titles, 1)]
    assert places == sorted(places)
    assert text.index("待办事项") < places[0]
    assert text.index("检查提示") > places[-1]


def test_an_action_is_one_row_with_owner_day_and_mark(en: tuple[Minutes, Transcript]):
    row = next(line for line in _shown(en[0], 120).splitlines() if "Finish the tracking" in line)
    assert "Tom Stone" in row
    assert "2026-03-06 (Fri)" in row
    assert "[36:49]" in row


@pytest.mark.parametrize("width", [30, 44, 75, 76, 200])
def test_nothing_is_cut_off_in_a_terminal_of_any_width(zh: tuple[Minutes, Transcript], width: int):
    text = "".join(_shown(zh[0], width).split())
    assert "…" not in text
    assert "从下周起例会改到下午三点" in text.replace("│", "")


def test_markup_of_the_terminal_in_what_was_said_is_shown_as_it_is(zh: tuple[Minutes, Transcript]):
    text = _shown(poisoned(zh[0], "[bold red]x[/]\x1b[31m"))
    assert "[bold red]x[/][31m" in text
    assert "\x1b" not in text


def test_an_empty_meeting_says_so_six_times():
    assert _shown(empty_minutes("en")).count("Not touched in this meeting") == 6

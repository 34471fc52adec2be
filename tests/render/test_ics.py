from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from pipeline.minutes import Due, Minutes
from pipeline.render import render
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import empty_minutes, transcript_of


def _calendar(minutes: Minutes, transcript: Transcript) -> Any:
    return Calendar.from_ical(render(minutes, transcript, "ics"))


def _events(minutes: Minutes, transcript: Transcript) -> list[Any]:
    return _calendar(minutes, transcript).walk("VEVENT")


def test_dated_actions_and_redated_items_are_all_day_events(zh: tuple[Minutes, Transcript]):
    first, second = _events(*zh)
    assert str(first["summary"]) == "陈涛：补齐退货入口的埋点"
    assert str(second["summary"]) == "陈涛：上线退货自助入口"
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2026, 3, 6), date(2026, 3, 7))
    assert "负责人：陈涛" in first["description"]
    assert "[36:49] “陈涛，这周五之前把埋点补齐。”" in first["description"]
    assert str(first["transp"]) == "TRANSPARENT"
    (alarm,) = first.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(hours=-15)


def test_identities_stay_when_a_date_is_corrected(zh: tuple[Minutes, Transcript]):
    minutes, transcript = zh
    moved = minutes.actions[0].model_copy(update={"due": Due(on=date(2026, 3, 10))})
    later = minutes.model_copy(update={"actions": (moved, *minutes.actions[1:])})
    before, after = _events(minutes, transcript), _events(later, transcript)
    assert [e["uid"] for e in before] == [e["uid"] for e in after]
    assert len({e["uid"] for e in before}) == 2
    assert after[0]["dtstart"].dt == date(2026, 3, 10)


def test_the_same_minutes_make_the_same_file(either: tuple[Minutes, Transcript]):
    assert render(*either, "ics") == render(*either, "ics")


def test_without_dates_the_calendar_is_valid_and_empty():
    calendar = _calendar(empty_minutes("en"), transcript_of([], "en"))
    assert str(calendar["version"]) == "2.0"
    assert calendar.walk("VEVENT") == []


@pytest.mark.parametrize("text", ["a\r\nATTACH:http://x\r\nBEGIN:VEVENT", "x;y,z\\n:", "长" * 300])
def test_no_text_adds_a_line_of_its_own(zh: tuple[Minutes, Transcript], text: str):
    minutes, transcript = zh
    hostile = poisoned(minutes, text), poisoned(transcript, text)
    assert len(_events(*hostile)) == 2
    content = render(*hostile, "ics")
    assert b"\nATTACH" not in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))

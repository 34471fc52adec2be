from datetime import date, timedelta

import pytest

from pipeline.minutes import Origin
from pipeline.sending import (
    Notice,
    OpenItem,
    as_chat,
    as_letter,
    for_all,
    for_owner,
    for_reminder,
    key,
    place_of,
)
from tests.sending.conftest import TODAY, Meeting

ANNA, TOM = place_of("anna@example.com"), place_of("tom@example.com")
ROBOT = place_of("feishu://f00dfeed")


def told(meeting: Meeting, today: date = TODAY, link: str | None = None) -> Notice:
    return for_all(*meeting, today=today, link=link)


def test_the_same_minutes_to_the_same_place_have_one_key(either: Meeting):
    minutes, transcript = either
    upgraded = minutes.model_copy(update={"origin": Origin(version="9.9.9")})
    first = key(told(either), ANNA)
    assert len(first) == 64
    assert key(told((upgraded, transcript)), ANNA) == first
    assert key(told(either, TODAY + timedelta(days=30)), ANNA) == first
    assert key(told(either, link="https://elsewhere.example.com"), ANNA) == first
    assert key(told(either), place_of("ANNA@example.com")) == first


def test_every_form_of_what_is_told_has_its_key(zh: Meeting):
    notice = told(zh)
    assert key(notice, ANNA) == key(as_letter(notice), ANNA)
    assert key(notice, ROBOT) == key(as_chat(notice, "feishu"), ROBOT)


def test_whatever_else_differs_has_another_key(zh: Meeting, en: Meeting):
    minutes, transcript = zh
    corrected = minutes.actions[0].model_copy(update={"owner": "李静"})
    edited = minutes.model_copy(update={"actions": (corrected, *minutes.actions[1:])})
    message = as_chat(for_all(*zh, today=TODAY), "feishu")
    keys = [
        key(told(zh), ANNA),
        key(told(zh), ANNA, again=1),
        key(told(zh), TOM),
        key(told(en), ANNA),
        key(told((edited, transcript)), ANNA),
        key(for_owner(*zh, "陈涛", today=TODAY), ANNA),
        key(for_owner(*zh, "小李", today=TODAY), ANNA),
        key(message, ROBOT),
        key(message, place_of("lark://f00dfeed")),
        key(message, place_of("feishu://F00dfeed")),
    ]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("days", [0, 1])
def test_a_reminder_may_come_again_another_day(days: int):
    def reminder(today: date) -> Notice:
        return for_reminder("Tom", [OpenItem(id="1", task="x", due=TODAY)], "en", today=today)

    same = key(reminder(TODAY), TOM) == key(reminder(TODAY + timedelta(days=days)), TOM)
    assert same == (days == 0)

import json
import re

import pytest

from pipeline.minutes import Action, Decision, Due
from pipeline.sending import ChatMessage, Service, as_chat, chat_services, for_all, for_owner, place_of
from pipeline.sending.robot import robot_of
from pipeline.sending.robot_request import request_to
from tests.render.attack import poisoned
from tests.sending.conftest import TODAY, Meeting
from tests.sending.documented import Slack

LINK = "https://lihui.example.com/meetings/42"
# What the services take: Feishu 20 KB and DingTalk 20 000 bytes a request, WeCom 4096 bytes of text, Slack 50 blocks
# of 3000 characters, Teams 28 KB a request.
REQUEST_BYTES: dict[Service, int] = {"feishu": 20_000, "lark": 20_000, "dingtalk": 20_000, "teams": 28_000}
ADDRESSES: dict[Service, str] = {
    "feishu": "feishu://f00dfeed",
    "lark": "lark://f00dfeed",
    "dingtalk": "dingtalk://f00dfeed",
    "wecom": "wecombot://f00dfeed",
    "slack": "slack://T0123456/B0123456/f00dfeed",
    "teams": "workflows://x.logic.azure.com/f00dfeed/f00dfeed",
}


@pytest.fixture(params=chat_services())
def service(request: pytest.FixtureRequest) -> Service:
    return request.param


def body(message: ChatMessage) -> bytes:
    place = place_of(ADDRESSES[message.service])
    return request_to(robot_of(message.service, place.address.get_secret_value()), message, 0).body


def items(message: ChatMessage) -> int:
    return sum(line.role == "item" for line in message.lines)


def split(message: ChatMessage) -> tuple[int, int]:
    """How many decisions and how many action items are told."""
    roles = [line.role for line in message.lines]
    second = len(roles) - roles[::-1].index("heading")
    return roles[:second].count("item"), roles[second:].count("item")


def crowded(meeting: Meeting, count: int, text: str) -> Meeting:
    actions = tuple(
        Action(id=f"a{i}", task=f"{i} {text}", owner=f"{text}{i % 7}", due=Due(on=TODAY))
        for i in range(count)
    )
    decisions = tuple(Decision(id=f"d{i}", text=f"{i} {text}") for i in range(count))
    update = {"actions": actions, "decisions": decisions, "carry_over": ()}
    return meeting[0].model_copy(update=update), meeting[1]


@pytest.mark.parametrize(
    "text", ["客户回访问题逐条核实并反馈" * 20, "look after & tell everybody " * 20, "&<*" * 200]
)
def test_a_long_message_keeps_the_limits_and_tells_what_is_missing(zh: Meeting, service: Service, text: str):
    message = as_chat(for_all(*crowded(zh, 300, text), today=TODAY, link=LINK), service)
    raw = body(message)
    left = re.search(r"另有 (\d+) 项$", message.lines[-1].text)
    assert left is not None
    decided, done = split(message)
    assert int(left[1]) == 300 - done
    assert min(decided, done) >= 2
    assert message.lines[-2].role == "item"
    if service == "wecom":
        assert 3000 < len(json.loads(raw)["markdown"]["content"].encode()) <= 4096
    elif service == "slack":
        Slack.model_validate_json(raw)
    else:
        assert 12_000 < len(raw) <= REQUEST_BYTES[service]


def test_what_fits_is_told_in_full(zh: Meeting, service: Service):
    message = as_chat(for_all(*crowded(zh, 8, "核实"), today=TODAY, link=LINK), service)
    assert items(message) == 16
    assert not any("另有" in line.text for line in message.lines)


def test_an_owner_is_told_their_own(zh: Meeting, service: Service):
    message = as_chat(for_owner(*zh, "小李", today=TODAY, link=LINK), service)
    assert [(line.role, line.text) for line in message.lines] == [
        ("text", "小李，您好： 以下是您在会上承担的事项。"),
        ("item", "补齐退货入口的埋点 · 2026-03-06（周五）（明天到期） · 您协办，负责人：陈涛"),
    ]
    assert message.link == LINK


@pytest.mark.parametrize(
    "hostile",
    [
        "[click](https://evil.example.com)",
        "<at>all</at>",
        "<!channel> <@U123|x>",
        "**bold** `code` ~~gone~~",
        '<font color="warning">',
        "<https://evil.example.com|minutes>",
        "\n# title\n- item\r\n> quote",
    ],
)
def test_text_of_a_meeting_links_mentions_and_dresses_nothing(
    either: Meeting, service: Service, hostile: str
):
    meeting = poisoned(either[0], hostile), poisoned(either[1], hostile)
    message = as_chat(for_all(*meeting, today=TODAY), service)
    for text in (message.title, *(line.text for line in message.lines)):
        assert not set("<>[]*`~\n\r") & set(text)
    # What is left of Markdown and links is ours.
    assert not re.search(r"\]\(|<https?:", body(message).decode())


def test_the_same_value_is_shown_and_sent(zh: Meeting, service: Service):
    message = as_chat(for_all(*zh, today=TODAY, link=LINK), service)
    again = ChatMessage.model_validate_json(message.model_dump_json())
    assert body(again) == body(message)

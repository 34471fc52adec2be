import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Iterator

import pytest

from pipeline.errors import UsageError
from pipeline.sending import Answer, Place, Service, as_chat, for_all, place_of, send_chat
from tests.sending.chat_server import ChatServer, Heard, Reply, said
from tests.sending.conftest import TODAY, Meeting
from tests.sending.documented import DingTalk, Feishu, Slack, Teams, WeCom

LINK = "https://lihui.example.com/meetings/42?a=1&b=2"
ADDRESSES = {
    "feishu": "feishu://f00dfeed-1234-5678-9abc-secretfeishu",
    "lark": "lark://f00dfeed-1234-5678-9abc-secretlark",
    "dingtalk": "dingtalk://f00dfeedsecretdingtalk",
    "wecom": "wecombot://f00dfeed-secretwecom",
    "slack": "slack://T0123456/B0123456/secretslack0123456789",
}
TAKEN = {
    "feishu": said(code=0, msg="success", data={}),
    "lark": said(StatusCode=0, StatusMessage="success", Extra=None),
    "dingtalk": said(errcode=0, errmsg="ok"),
    "wecom": said(errcode=0, errmsg="ok"),
    "slack": Reply(body="ok"),
}


def sent(service: Service, place: Place, meeting: Meeting, *, link: str | None = LINK) -> Answer:
    return send_chat(as_chat(for_all(*meeting, today=TODAY, link=link), service), place)


@pytest.fixture(params=list(ADDRESSES))
def service(request: pytest.FixtureRequest) -> Service:
    return request.param


def of_teams(server: ChatServer) -> Place:
    return place_of(f"workflows://localhost:{server.port}/f00dfeedworkflow/secretteams")


def test_a_message_that_is_taken(chat_server: ChatServer, service: Service, either: Meeting):
    chat_server.reply = TAKEN[service]
    answer = sent(service, place_of(ADDRESSES[service]), either)
    assert (answer.ok, answer.temporary) == (True, False)
    (heard,) = chat_server.heard
    assert heard.content_type.startswith("application/json")


def heard_by(server: ChatServer, service: Service, meeting: Meeting, address: str | None = None) -> Heard:
    server.reply = TAKEN[service]
    sent(service, place_of(address or ADDRESSES[service]), meeting)
    return server.heard[-1]


def test_feishu(chat_server: ChatServer, zh: Meeting):
    heard = heard_by(chat_server, "feishu", zh)
    assert heard.path == "/open-apis/bot/v2/hook/f00dfeed-1234-5678-9abc-secretfeishu"
    post = Feishu.model_validate(heard.json).content.post.zh_cn
    assert post is not None
    assert post.title == "会议纪要：电商运营周例会（2026-03-02）"
    lines = [paragraph[0].text for paragraph in post.content]
    assert lines[:5] == [
        "1 项决定、4 项待办",
        "◆ 决定",
        "• 三八大促主推满减，不做直降",
        "◆ 待办事项",
        "陈涛（产品部）",
    ]
    assert lines[5] == "• 补齐退货入口的埋点 · 2026-03-06（周五）（明天到期） · 协办：小李"
    assert post.content[-1][0].model_dump() == {"tag": "a", "text": "在线查看纪要", "href": LINK}


def test_lark_speaks_english(chat_server: ChatServer, en: Meeting):
    heard = heard_by(chat_server, "lark", en)
    assert heard.path == "/open-apis/bot/v2/hook/f00dfeed-1234-5678-9abc-secretlark"
    post = Feishu.model_validate(heard.json).content.post.en_us
    assert post is not None
    assert post.content[0][0].text == "⚠ These minutes are incomplete"


@pytest.mark.parametrize("service", ["feishu", "lark"])
def test_feishu_signs_with_the_secret(chat_server: ChatServer, zh: Meeting, service: Service):
    address = ADDRESSES[service].replace("://", "://S3cretOfSigning@")
    request = Feishu.model_validate(heard_by(chat_server, service, zh, address).json)
    assert request.timestamp is not None
    assert abs(int(request.timestamp) - time.time()) < 3600
    key = f"{request.timestamp}\nS3cretOfSigning".encode()
    assert request.sign == base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()


def test_dingtalk(chat_server: ChatServer, zh: Meeting):
    heard = heard_by(chat_server, "dingtalk", zh)
    assert (heard.path, heard.query) == ("/robot/send", {"access_token": "f00dfeedsecretdingtalk"})
    markdown = DingTalk.model_validate(heard.json).markdown
    assert markdown.title == "会议纪要：电商运营周例会（2026-03-02）"
    assert markdown.text.startswith(f"### {markdown.title}\n\n1 项决定、4 项待办\n\n**决定**\n\n- 三八大促")
    assert markdown.text.endswith(f"[在线查看纪要]({LINK})")


def test_dingtalk_signs_with_the_secret(chat_server: ChatServer, zh: Meeting):
    heard = heard_by(chat_server, "dingtalk", zh, "dingtalk://SEC0123456789@f00dfeedsecretdingtalk")
    stamp = heard.query["timestamp"]
    assert abs(int(stamp) / 1000 - time.time()) < 3600
    digest = hmac.new(b"SEC0123456789", f"{stamp}\nSEC0123456789".encode(), hashlib.sha256).digest()
    assert heard.query["sign"] == base64.b64encode(digest).decode()


def test_wecom(chat_server: ChatServer, zh: Meeting):
    heard = heard_by(chat_server, "wecom", zh)
    assert (heard.path, heard.query) == ("/cgi-bin/webhook/send", {"key": "f00dfeed-secretwecom"})
    content = WeCom.model_validate(heard.json).markdown.content
    assert content.startswith(
        "### 会议纪要：电商运营周例会（2026-03-02）\n1 项决定、4 项待办\n**决定**\n- 三八大促"
    )
    assert content.endswith(f"[在线查看纪要]({LINK})")


def test_slack(chat_server: ChatServer, en: Meeting):
    heard = heard_by(chat_server, "slack", en)
    assert heard.path == "/services/T0123456/B0123456/secretslack0123456789"
    request = Slack.model_validate(heard.json)
    assert request.text == "Minutes: Weekly operations meeting, 2026-03-02"
    header, section = request.blocks
    assert header.text.text == request.text
    assert section.text.text.startswith(
        "*These minutes are incomplete*\n1 decision, 4 action items\n*Decisions*\n• The"
    )
    assert section.text.text.endswith("<https://lihui.example.com/meetings/42?a=1&amp;b=2|Read the minutes>")


def test_teams(teams_server: ChatServer, en: Meeting):
    teams_server.reply = Reply(202)
    answer = sent("teams", of_teams(teams_server), en)
    assert (answer.outcome, answer.code) == ("taken", 202)
    (heard,) = teams_server.heard
    assert heard.path == "/workflows/f00dfeedworkflow/triggers/manual/paths/invoke"
    asked = {"api-version": "2016-06-01", "sp": "/triggers/manual/run", "sv": "1.0", "sig": "secretteams"}
    assert heard.query == asked
    card = Teams.model_validate(heard.json).attachments[0].content
    assert card.body[0].text == "Minutes: Weekly operations meeting, 2026-03-02"
    assert [block.text for block in card.body if block.weight][1:4] == [
        "These minutes are incomplete",
        "Decisions",
        "Action items",
    ]
    assert card.actions is not None
    assert card.actions[0].url == LINK


def test_without_a_link_nothing_links(
    chat_server: ChatServer, teams_server: ChatServer, zh: Meeting, service: Service
):
    chat_server.reply = TAKEN[service]
    sent(service, place_of(ADDRESSES[service]), zh, link=None)
    assert b"http" not in chat_server.heard[0].raw
    sent("teams", of_teams(teams_server), zh, link=None)
    assert "actions" not in teams_server.heard[0].json["attachments"][0]["content"]


@pytest.mark.parametrize(
    ("service", "reply", "code", "text"),
    [
        ("feishu", said(code=19021, msg="sign match fail", data={}), 19021, "sign match"),
        ("feishu", said(code=19024, msg="Key Words Not Found", data={}), 19024, "Key Words Not Found"),
        ("lark", said(StatusCode=9499, StatusMessage="Bad Request"), 9499, "Bad Request"),
        ("dingtalk", said(errcode=310000, errmsg="sign not match"), 310000, "sign not match"),
        ("wecom", said(errcode=93000, errmsg="invalid webhook url, hint: [1]"), 93000, "invalid webhook url"),
        ("slack", Reply(body="no_text"), 200, "no_text"),
        ("slack", Reply(404, "no_service"), 404, "no_service"),
        ("slack", Reply(403, "action_prohibited"), 403, "action_prohibited"),
        ("wecom", Reply(302, "", {"Location": "/elsewhere"}), 302, ""),
    ],
)  # fmt: skip
def test_what_the_service_refuses(
    chat_server: ChatServer, zh: Meeting, service: Service, reply: Reply, code: int, text: str
):
    chat_server.reply = reply
    answer = sent(service, place_of(ADDRESSES[service]), zh)
    assert (answer.outcome, answer.code) == ("refused", code)
    assert text in answer.text
    assert len(chat_server.heard) == 1


@pytest.mark.parametrize(
    ("service", "reply"),
    [
        ("feishu", said(code=11232, msg="frequency limited")),
        ("dingtalk", said(errcode=130101, errmsg="send too fast")),
        ("dingtalk", said(errcode=-1, errmsg="busy")),
        ("wecom", said(errcode=45009, errmsg="api freq out of limit")),
        ("slack", Reply(429, "rate_limited")),
        ("feishu", Reply(503, "<html>busy</html>")),
    ],
)
def test_what_the_service_may_take_later(
    chat_server: ChatServer, zh: Meeting, service: Service, reply: Reply
):
    chat_server.reply = reply
    answer = sent(service, place_of(ADDRESSES[service]), zh)
    assert (answer.outcome, answer.temporary) == ("later", True)


def test_what_teams_could_not_deliver(teams_server: ChatServer, zh: Meeting):
    teams_server.reply = Reply(body="Webhook message delivery failed with error: HTTP error 413")
    assert sent("teams", of_teams(teams_server), zh).outcome == "refused"
    teams_server.reply = Reply(429)
    assert sent("teams", of_teams(teams_server), zh).outcome == "later"


@pytest.mark.parametrize(
    "reply", [Reply(cut=True), Reply(body="<html>Log in to this network</html>"), Reply(body="[]")]
)
def test_no_answer_is_told_from_a_refusal(chat_server: ChatServer, zh: Meeting, reply: Reply):
    chat_server.reply = reply
    answer = sent("feishu", place_of(ADDRESSES["feishu"]), zh)
    assert (answer.outcome, answer.ok, answer.temporary) == ("unknown", False, False)


def test_a_service_that_is_down(chat_server: ChatServer, zh: Meeting, service: Service):
    chat_server.stop()
    answer = sent(service, place_of(ADDRESSES[service]), zh)
    assert (answer.outcome, answer.code) == ("later", None)
    assert "cannot be reached" in answer.text


def test_a_certificate_nobody_trusts_gets_nothing(
    teams_server: ChatServer, zh: Meeting, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    answer = sent("teams", of_teams(teams_server), zh)
    assert (answer.outcome, teams_server.heard) == ("later", [])


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.NOTSET):
        caplog.set_level(1)
        caplog.set_level(1, "apprise")
        yield caplog


def test_tokens_are_nowhere_told(
    chat_server: ChatServer, zh: Meeting, service: Service, log: pytest.LogCaptureFixture
):
    address = ADDRESSES[service]
    signed = (
        address.replace("://", "://secretS1gn@") if service in ("feishu", "lark", "dingtalk") else address
    )
    place = place_of(signed)
    chat_server.reply = Reply(400, f"no robot {signed} at {chat_server.url}/{address.partition('://')[2]}")
    refused = sent(service, place, zh)
    chat_server.stop()
    told = f"{refused} {sent(service, place, zh)} {place!r} {place.model_dump_json()} {log.text}"
    assert "secret" not in told


def test_tokens_of_teams_are_nowhere_told(
    teams_server: ChatServer, zh: Meeting, log: pytest.LogCaptureFixture
):
    place = of_teams(teams_server)
    teams_server.reply = Reply(401, "secretteams of f00dfeedworkflow does not open this")
    refused = sent("teams", place, zh)
    assert refused.text == "… of … does not open this"
    teams_server.stop()
    assert "secretteams" not in f"{sent('teams', place, zh)} {place!r} {log.text}"


def test_a_message_goes_to_its_own_service_only(chat_server: ChatServer, zh: Meeting):
    with pytest.raises(UsageError, match="composed for Slack"):
        sent("slack", place_of(ADDRESSES["feishu"]), zh)
    assert chat_server.heard == []

"""Why apprise's plugins are asked for addresses only and do not send: should one of these fail, look again."""

from typing import Any

import pytest
from apprise import Apprise

from tests.sending.chat_server import ChatServer, Reply, said

# apprise looks for the module that Python 3.13 dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


def notified(address: str, body: str = "- **item**", **more: Any) -> bool:
    # The library leaves its types open.
    apprise: Any = Apprise()
    assert apprise.add(address)
    return bool(apprise.notify(body=body, title="Minutes", **more))


@pytest.mark.parametrize(
    ("address", "reply"),
    [
        ("feishu://f00dfeed", said(code=19021, msg="sign match fail")),
        ("dingtalk://f00dfeed", said(errcode=310000, errmsg="sign not match")),
        ("wecombot://f00dfeed", said(errcode=93000, errmsg="invalid webhook url")),
    ],
)
def test_apprise_takes_a_refusal_with_status_200_for_success(
    chat_server: ChatServer, address: str, reply: Reply
):
    chat_server.reply = reply
    assert notified(address)
    assert len(chat_server.heard) == 1


def test_apprise_encodes_the_signature_for_dingtalk_twice(chat_server: ChatServer):
    chat_server.reply = said(errcode=0, errmsg="ok")
    notified("dingtalk://SEC0123456789@f00dfeed")
    # Base64 of 32 bytes ends with "=", which the server sees as "%3D".
    assert chat_server.heard[0].query["sign"].endswith("%3D")


def test_apprise_does_not_sign_for_feishu(chat_server: ChatServer):
    notified("feishu://S3cret@f00dfeed")
    assert "sign" not in chat_server.heard[0].json


def test_apprise_tells_a_wrong_token_to_the_log(caplog: pytest.LogCaptureFixture):
    apprise: Any = Apprise()
    assert not apprise.add("dingtalk://wrong!secret")
    assert "wrong!secret" in caplog.text


def test_apprise_sends_wecom_plain_text(chat_server: ChatServer):
    notified("wecombot://f00dfeed", body_format="markdown")
    assert chat_server.heard[0].json["msgtype"] == "text"


def test_apprise_puts_more_into_a_section_than_slack_takes(chat_server: ChatServer):
    notified("slack://T0123456/B0123456/f00dfeed?blocks=yes&overflow=split", body="x" * 5000)
    header, section, _ = chat_server.heard[0].json["attachments"][0]["blocks"]
    assert header["type"] == "header"
    assert len(section["text"]["text"]) == 5000


def test_apprise_has_slack_and_teams_fetch_pictures_from_elsewhere(chat_server: ChatServer):
    notified("slack://T0123456/B0123456/f00dfeed")
    assert chat_server.heard[0].json["icon_url"].startswith("https://")

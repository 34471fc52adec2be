"""The request that each chat service documents, and how to read its answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import BaseModel, Field, ValidationError

from pipeline.sending.answer import Answer, heard
from pipeline.sending.chat import ChatLine, ChatMessage
from pipeline.sending.robot import Robot, Service

# A section of Slack holds 3000 characters, a header 150.
_SECTION, _HEADER = 2900, 150
# "Too often", "busy": what Feishu, DingTalk and WeCom say when the same message may be taken later.
_LATER = frozenset({11232, 99991400, 130101, 130102, 410100, 45009, 45033, -1})


@dataclass(frozen=True)
class Request:
    """A POST of JSON."""

    url: str
    body: bytes


def request_to(robot: Robot, message: ChatMessage, now: float) -> Request:
    """The request that brings a message to a robot.

    Args:
        robot: To whom.
        message: Of the same service.
        now: Seconds since 1970, which signatures cover.
    """
    payload = _PAYLOADS[robot.service](message)
    url = robot.url
    if robot.secret and robot.service == "dingtalk":
        stamp = str(round(now * 1000))
        sign = _sign(robot.secret.encode(), f"{stamp}\n{robot.secret}".encode())
        url += "&" + urlencode({"timestamp": stamp, "sign": sign})
    elif robot.secret:
        stamp = str(int(now))
        # Feishu takes the text to sign as the key, and signs nothing with it.
        payload = {"timestamp": stamp, "sign": _sign(f"{stamp}\n{robot.secret}".encode(), b""), **payload}
    return Request(url, json.dumps(payload, ensure_ascii=False).encode())


def answer_of(robot: Robot, status: int, body: str) -> Answer:
    """What an answer means: Feishu, DingTalk and WeCom say with status 200 that they refuse."""
    text = heard(body, robot.tokens)
    if not 200 <= status < 300:
        later = status in (408, 425, 429) or status >= 500
        return Answer(outcome="later" if later else "refused", code=status, text=text)
    if robot.service in ("slack", "teams"):
        # A workflow only says that it was told to begin; older ones report a failure inside of a 200.
        taken = body.strip() == "ok" if robot.service == "slack" else "failed" not in body.lower()
        return Answer(outcome="taken" if taken else "refused", code=status, text=text)
    try:
        said = _Said.model_validate_json(body)
    except ValidationError:
        return Answer(outcome="unknown", code=status, text=text)
    code = next((code for code in (said.code, said.errcode, said.status) if code is not None), None)
    words = heard(said.msg or said.errmsg or body, robot.tokens)
    outcome = "taken" if code == 0 else "later" if code in _LATER else "refused"
    return Answer(outcome=outcome, code=code, text=words)


class _Said(BaseModel):
    """The answers of Feishu (``code``, in older versions ``StatusCode``), DingTalk and WeCom (``errcode``)."""

    code: int | None = None
    msg: str | None = None
    errcode: int | None = None
    errmsg: str | None = None
    status: int | None = Field(default=None, alias="StatusCode")


def _sign(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _feishu(message: ChatMessage) -> dict[str, object]:
    """A post: a title over paragraphs of text."""
    paragraphs: list[list[dict[str, str]]] = [
        [
            {
                "tag": "text",
                "text": {"heading": "◆ ", "item": "• ", "alert": "⚠ "}.get(line.role, "") + line.text,
            }
        ]
        for line in message.lines
    ]
    if message.link:
        paragraphs.append([{"tag": "a", "text": message.link_text or message.link, "href": message.link}])
    language = "zh_cn" if message.language == "zh" else "en_us"
    return {
        "msg_type": "post",
        "content": {"post": {language: {"title": message.title, "content": paragraphs}}},
    }


def _dingtalk(message: ChatMessage) -> dict[str, object]:
    # One line break is none in DingTalk's Markdown.
    text = "\n\n".join((f"### {message.title}", *_marked_down(message)))
    return {"msgtype": "markdown", "markdown": {"title": message.title, "text": text}}


def _wecom(message: ChatMessage) -> dict[str, object]:
    return {
        "msgtype": "markdown",
        "markdown": {"content": "\n".join((f"### {message.title}", *_marked_down(message)))},
    }


def _marked_down(message: ChatMessage) -> Iterator[str]:
    for line in message.lines:
        if line.role in ("heading", "owner", "alert"):
            yield f"**{line.text}**"
        else:
            yield f"- {line.text}" if line.role == "item" else line.text
    if message.link:
        yield f"[{message.link_text}]({message.link})"


def _slack(message: ChatMessage) -> dict[str, object]:
    """Blocks, and the title as the text of the notification."""
    lines = [_slack_line(line) for line in message.lines]
    if message.link:
        lines.append(f"<{_escaped(message.link)}|{_escaped(message.link_text or message.link)}>")
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in _sections(lines)]
    header = {
        "type": "header",
        "text": {"type": "plain_text", "text": message.title[:_HEADER], "emoji": False},
    }
    return {"text": _escaped(message.title), "blocks": [header, *sections]}


def _slack_line(line: ChatLine) -> str:
    text = _escaped(line.text)
    if line.role in ("heading", "owner", "alert"):
        return f"*{text}*"
    return f"• {text}" if line.role == "item" else text


def _sections(lines: list[str]) -> Iterator[str]:
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > _SECTION:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(message: ChatMessage) -> dict[str, object]:
    """An adaptive card as a workflow takes it, without pictures from elsewhere."""
    title = {"type": "TextBlock", "text": message.title, "size": "Large", "weight": "Bolder", "wrap": True}
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [title, *map(_text_block, message.lines)],
        "msteams": {"width": "full"},
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": message.link_text, "url": message.link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _text_block(line: ChatLine) -> dict[str, object]:
    block: dict[str, object] = {"type": "TextBlock", "text": line.text, "wrap": True}
    if line.role == "item":
        return block | {"text": f"- {line.text}", "spacing": "None"}
    if line.role == "heading":
        return block | {"weight": "Bolder", "separator": True, "spacing": "Medium"}
    if line.role == "alert":
        return block | {"weight": "Bolder", "color": "Warning"}
    return block | ({"weight": "Bolder", "spacing": "Small"} if line.role == "owner" else {})


_PAYLOADS: Mapping[Service, Callable[[ChatMessage], dict[str, object]]] = {
    "feishu": _feishu,
    "lark": _feishu,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "slack": _slack,
    "teams": _teams,
}

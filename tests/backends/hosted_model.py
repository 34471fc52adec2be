"""A question to a hosted model and the right answer to it."""

import json
from collections.abc import Callable

from pipeline.backends.llm_langchain import LangchainModel
from pipeline.protocols import Answer, Form, Message
from tests.loopback_llm import LoopbackModel, Question

KEY = "sk-7f3a-never-shown"
SAID = "王蕾：周五前我把报价交出来。"
RIGHT = json.dumps(
    {"items": [{"text": "周五前提交报价", "ids": [3], "quote": "周五前我把报价交出来"}]}, ensure_ascii=False
)
ITEM: dict[str, object] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "maxLength": 40},
        "ids": {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 5},
        "quote": {"type": "string", "maxLength": 40},
    },
    "required": ["text", "ids", "quote"],
    "additionalProperties": False,
}
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": ITEM, "maxItems": 9}},
    "required": ["items"],
    "additionalProperties": False,
}
FORM = Form("Found", SCHEMA)
CHAT = (Message(role="system", text="You are the secretary."), Message(role="user", text=SAID))

Point = Callable[[LoopbackModel], LangchainModel]


def right(question: Question) -> str:
    return RIGHT


def ask(model: LangchainModel, chat: tuple[Message, ...] = CHAT) -> Answer:
    return model.ask(chat, FORM, most_tokens=900, written=lambda tokens: None)

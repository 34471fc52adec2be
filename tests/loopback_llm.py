"""A language model for tests: a real HTTP server on loopback that speaks OpenAI's protocol.

::

    with LoopbackModel(lambda question: '{"actions": []}', faults=[BUSY, None, PROSE]) as server:
        ...  # server.environment points a client to it: the first question is refused, the second answered
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Literal, Self

from pipeline.protocols import Message

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"


@dataclass(frozen=True)
class Question:
    """One request as it came: ``schema`` is the form the answer is held to, ``body`` all of it."""

    key: str
    messages: tuple[Message, ...]
    shape: Literal["json_schema", "tool", "json_object", "plain"]
    schema: dict[str, Any] | None
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one question.

    Attributes:
        status: HTTP status in place of an answer; ``about`` and ``code`` are what it complains of.
        transport: ``hang`` never answers, ``cut`` hangs up in the middle; ``body`` is sent as it stands.
        finish: Why the model says it stopped; ``refusal`` are its words where it declines.
        change: Makes the wrong text of the right one.
    """

    status: int | None = None
    about: str | None = None
    code: str | None = None
    retry_after: str | None = None
    transport: Literal["hang", "cut"] | None = None
    body: str | None = None
    finish: str = "stop"
    refusal: str | None = None
    change: Callable[[str], str] = str


def _rewritten(change: Callable[[str, Any], Any]) -> Callable[[str], str]:
    """Changes the fields of all objects in a JSON text, by name and value."""

    def rewrite(found: dict[str, Any]) -> dict[str, Any]:
        return {name: change(name, value) for name, value in found.items()}

    return lambda text: json.dumps(json.loads(text, object_hook=rewrite), ensure_ascii=False)


def _other_language(name: str, value: Any) -> Any:
    if name not in ("text", "task", "problem") or value is None:
        return value
    return "This is in the wrong language." if re.search(f"[{_CJK}]", value) else "这句话用错了语言。"


BUSY = Fault(status=429, retry_after="2")
BROKEN = Fault(status=500)
NO_KEY = Fault(status=401)
HANG = Fault(transport="hang")
CUT_CONNECTION = Fault(transport="cut")
HTML = Fault(body="<html>Sign in to the network</html>")
NO_RESPONSE_FORMAT = Fault(status=400, about="response_format")
NO_TEMPERATURE = Fault(status=400, about="temperature")
REFUSAL = Fault(refusal="I'm sorry, but I can't help with that.", change=lambda text: "")
EMPTY = Fault(change=lambda text: "")
TRUNCATED = Fault(change=lambda text: text[: len(text) // 2])
LENGTH = Fault(change=TRUNCATED.change, finish="length")
PROSE = Fault(change=lambda text: f"Sure! Here you are:\n```json\n{text}\n```\nAnything else?")
WRONG_IDS = Fault(change=_rewritten(lambda name, ids: [90_000 + i for i in ids] if name == "ids" else ids))
INVENTED_QUOTES = Fault(change=_rewritten(lambda name, value: "Never said." if name == "quote" else value))
WRONG_LANGUAGE = Fault(change=_rewritten(_other_language))


def tokens(text: str) -> int:
    """What this server counts: one for a CJK character, and for a word or mark of another script."""
    return len(re.findall(rf"[{_CJK}]|[^\W{_CJK}]+|[^\w\s]", text))


class LoopbackModel:
    """The server, from ``with`` to its end, where an error of ``answer`` is raised again.

    Args:
        answer: What the model says.
        faults: What goes wrong, question by question, None for nothing; ``repeat(BUSY)`` for always.
        refuses: Parameters, or shapes of a question, that the server does not know and answers with 400.

    Attributes:
        questions: All that came, in order, with those that were refused; ``calls`` is their number.
        tokens_in: Of the questions that were answered, as the usage said; ``tokens_out`` likewise.
        environment: Variables that point a client to the server.
    """

    def __init__(
        self,
        answer: Callable[[Question], str],
        *,
        faults: Iterable[Fault | None] = (),
        refuses: Sequence[str] = (),
    ) -> None:
        self._answer, self._faults, self._refuses = answer, iter(faults), refuses
        self.questions: list[Question] = []
        self.calls = self.tokens_in = self.tokens_out = 0
        self._lock, self._closing, self._errors = Lock(), Event(), list[BaseException]()
        serve = self._serve

        class Http(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                serve(self)

            def log_message(self, format: str, *args: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Http)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self.environment = {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": "any", "NO_PROXY": "127.0.0.1"}

    def __enter__(self) -> Self:
        Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, kind: object, error: object, at: object) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        if self._errors and error is None:
            raise self._errors[0]

    def _serve(self, http: BaseHTTPRequestHandler) -> None:
        """Answers one request."""
        question = _read(http)
        with self._lock:
            self.questions.append(question)
            self.calls += 1
            unknown = next((name for name in self._refuses if name in (question.shape, *question.body)), None)
            fault = Fault(status=400, about=unknown) if unknown else next(self._faults, None) or Fault()
        try:
            if fault.transport == "hang":
                self._closing.wait()
            else:
                status, body = self._response(question, fault)
                http.send_response(status)
                http.send_header("Content-Type", "text/html" if body.startswith(b"<") else "application/json")
                http.send_header("Content-Length", str(len(body)))
                if fault.retry_after is not None:
                    http.send_header("Retry-After", fault.retry_after)
                http.end_headers()
                http.wfile.write(body[: len(body) // 2] if fault.transport == "cut" else body)
        except OSError:
            pass  # the client has hung up
        except BaseException as error:
            self._errors.append(error)
            raise

    def _response(self, question: Question, fault: Fault) -> tuple[int, bytes]:
        if fault.body is not None:
            return 200, fault.body.encode()
        if fault.status:
            error = {"message": f"Refused: {fault.about}", "param": fault.about, "code": fault.code}
            return fault.status, json.dumps({"error": error}).encode()
        text = fault.change(self._answer(question))
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": fault.refusal}
        if question.shape == "tool" and text:
            called = {"name": question.body["tools"][0]["function"]["name"], "arguments": text}
            message |= {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": called}]}
        read, wrote = sum(tokens(message.text) for message in question.messages), tokens(text)
        if fault.transport != "cut":
            with self._lock:
                self.tokens_in, self.tokens_out = self.tokens_in + read, self.tokens_out + wrote
        usage = {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
        choice = {"index": 0, "finish_reason": fault.finish, "message": message}
        answer = {"id": "1", "object": "chat.completion", "created": 0, "model": "any", "choices": [choice]}
        return 200, json.dumps({**answer, "usage": usage}, ensure_ascii=False).encode()


def _read(http: BaseHTTPRequestHandler) -> Question:
    """The request."""
    body: dict[str, Any] = json.loads(http.rfile.read(int(http.headers["Content-Length"])))
    messages = tuple(Message(role=m["role"], text=m["content"] or "") for m in body.get("messages", ()))
    key = http.headers["Authorization"].removeprefix("Bearer ")
    if "tools" in body:
        return Question(key, messages, "tool", body["tools"][0]["function"]["parameters"], body)
    form: dict[str, Any] = body.get("response_format") or {"type": "plain"}
    return Question(key, messages, form["type"], form.get("json_schema", {}).get("schema"), body)

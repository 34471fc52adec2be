"""What a hosted model is asked reaches its server alone: no tracing service, no callback of a caller, no log."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from threading import Thread
from typing import Any, cast

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith.utils import get_env_var

from pipeline.backends.llm_langchain import LangchainModel
from pipeline.errors import ModelBusy
from pipeline.limits import Limits
from tests.backends.hosted_model import KEY, RIGHT, SAID, Point, ask, right
from tests.loopback_llm import BUSY, LoopbackModel

pytestmark = pytest.mark.usefixtures("only_loopback")


@dataclass(frozen=True)
class Eavesdropper:
    """A server of any protocol that notes who comes, and whatever they say is content with it."""

    url: str
    heard: list[str]


@pytest.fixture
def eavesdropper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Eavesdropper]:
    """Named by every variable of LangChain's as the one to send questions to."""
    heard: list[str] = []

    class Http(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Http) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        for prefix, name in product(("LANGSMITH", "LANGCHAIN"), ("TRACING", "TRACING_V2")):
            monkeypatch.setenv(f"{prefix}_{name}", "true")
            monkeypatch.setenv(f"{prefix}_ENDPOINT", url)
            monkeypatch.setenv(f"{prefix}_API_KEY", "lsv2_x")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        forget = cast(Any, get_env_var).cache_clear
        forget()
        yield Eavesdropper(url, heard)
        forget()
        server.shutdown()


def test_nothing_reaches_a_tracing_service(point: Point, eavesdropper: Eavesdropper) -> None:
    with LoopbackModel(right) as server:
        assert ask(point(server)).text == RIGHT
    wait_for_all_tracers()
    assert eavesdropper.heard == []


def test_the_first_tracers_variable_does_no_harm(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGCHAIN_TRACING", "true")
    with LoopbackModel(right) as server:
        assert ask(point(server)).text == RIGHT


def test_nothing_passes_through_the_gateway_of_a_tracing_service(
    eavesdropper: Eavesdropper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", eavesdropper.url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # the real server is not to be reached either
    model = LangchainModel("openai:any", Limits(timeout=0.5))
    with pytest.raises(ModelBusy, match=r"https://api\.openai\.com/v1"):
        ask(model)
    assert eavesdropper.heard == []


def test_a_callers_callbacks_hear_nothing(point: Point) -> None:
    class Recorder(BaseCallbackHandler):
        def __init__(self) -> None:
            self.heard: list[object] = []

        def on_chat_model_start(self, serialized: Any, messages: Any, **rest: Any) -> None:
            self.heard.append(messages)

    recorder = Recorder()
    with LoopbackModel(right) as server:
        model = point(server)
        caller = RunnableLambda[int, str](lambda _: ask(model).text)
        assert caller.invoke(0, {"callbacks": [recorder]}) == RIGHT
    assert recorder.heard == []


def test_questions_and_keys_stay_out_of_the_log(
    point: Point, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), LoopbackModel(right, faults=[None, BUSY]) as server:
        model = point(server)
        ask(model)
        with pytest.raises(ModelBusy):
            ask(model)
    assert SAID not in caplog.text
    assert KEY not in caplog.text


@pytest.mark.parametrize("client", ["openai", "anthropic", "httpcore"])
def test_a_clients_own_log_stays_off(point: Point, monkeypatch: pytest.MonkeyPatch, client: str) -> None:
    logger = logging.getLogger(client)
    monkeypatch.setattr(logger, "level", logging.DEBUG)  # as OPENAI_LOG does
    with LoopbackModel(right) as server:
        point(server)
    assert not logger.isEnabledFor(logging.DEBUG)

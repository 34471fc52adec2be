import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.audio import Audio, read
from pipeline.backends.llm_langchain import LangchainModel
from pipeline.limits import Limits
from tests.backends.hosted_model import KEY, Point
from tests.loopback_llm import LoopbackModel
from tests.recordings import record, tone


@pytest.fixture
def audio(tmp_path: Path) -> Audio:
    source = record(tmp_path / "talk.m4a", tone(4.0, 44_100, 2), 44_100, "aac")
    return read(source, tmp_path / "read", progress=lambda _: None)


@pytest.fixture
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test that looks for another machine."""
    asked_for: list[object] = []
    look_up = socket.getaddrinfo

    def noted(host: Any, *args: Any, **rest: Any) -> Any:
        asked_for.append(host)
        return look_up(host, *args, **rest)

    monkeypatch.setattr(socket, "getaddrinfo", noted)
    yield
    assert set(asked_for) <= {"127.0.0.1", b"127.0.0.1"}


@pytest.fixture
def point(monkeypatch: pytest.MonkeyPatch) -> Point:
    """Makes a model that asks the server."""

    def made(server: LoopbackModel) -> LangchainModel:
        for name, value in (server.environment | {"OPENAI_API_KEY": KEY}).items():
            monkeypatch.setenv(name, value)
        return LangchainModel("openai:any", Limits(timeout=20))

    return made

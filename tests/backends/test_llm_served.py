"""A hosted model as others serve it: `transformers serve` on this machine, with a tiny model of random weights."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.backends.llm_langchain import LangchainModel
from pipeline.backends.llm_transformers import TransformersModel
from pipeline.limits import Limits
from pipeline.protocols import Form, Message
from tests.backends.tiny_chat_model import chat_model

CHAT = (
    Message(role="system", text="你是会议秘书。"),
    Message(role="user", text="0 王芳：退货率升到了 3.5%。"),
)
FORM = Form(
    name="Note",
    schema={
        "type": "object",
        "properties": {"text": {"type": "string", "maxLength": 20}},
        "required": ["text"],
        "additionalProperties": False,
    },
)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address of a server and name of its model; the server is ended afterwards."""
    folder = str(chat_model(tmp_path))
    command = [sys.executable, "-m", "transformers.cli.transformers", "serve", folder]
    options = ["--host", "127.0.0.1", "--port", "0", "--device", "cpu"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
    with subprocess.Popen(
        [*command, *options], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            yield _address(server), folder
        finally:
            server.kill()


def _address(server: "subprocess.Popen[str]") -> str:
    """Where it listens, which it says when it is ready."""
    said: list[str] = []
    assert server.stderr is not None
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise AssertionError("".join(said))


def test_a_server_that_others_wrote_takes_the_question_and_its_answer_is_read(
    served: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, folder = served
    monkeypatch.setenv("OPENAI_BASE_URL", f"{address}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    hosted = LangchainModel(f"openai:{folder}", Limits())
    answer = hosted.ask(CHAT, FORM, most_tokens=24, written=lambda _: None)
    # It knows no response_format and goes on without, so random weights write what is no JSON.
    with pytest.raises(ValueError, match="line 1"):
        json.loads(answer.text)
    assert (answer.cut, answer.tokens_out, answer.refusal) == (True, 24, None)
    in_process = TransformersModel(folder, Limits()).ask(CHAT, FORM, most_tokens=1, written=lambda _: None)
    assert answer.tokens_in == in_process.tokens_in

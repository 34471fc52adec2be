import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Tokenizer

from pipeline.backends.llm_transformers import TransformersModel
from pipeline.errors import BackendError
from pipeline.limits import Limits
from pipeline.protocols import Answer, Form, Message
from tests.backends.tiny_chat_model import CONTEXT, NO_SYSTEM_ROLE, chat_model


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["问题", "risk"]
    text: Annotated[str, Field(min_length=1, max_length=8)]
    ids: Annotated[list[Annotated[int, Field(ge=0, le=99_999)]], Field(min_length=1, max_length=2)]
    owner: Annotated[str, Field(max_length=4)] | None
    done: bool


class Items(BaseModel):
    model_config = ConfigDict(extra="forbid")

    purpose: Item | None
    items: Annotated[list[Item], Field(min_length=1, max_length=2)]


FORM = Form(name="Items", schema=Items.model_json_schema())
PLENTY = 1500
"""Tokens that the longest answer of the form does not reach."""


def user(text: str) -> Message:
    return Message(role="user", text=text)


CHAT = (Message(role="system", text="你是会议秘书。"), user("0 王芳：退货率升到了 3.5%。"))


def asked(
    model: TransformersModel,
    messages: tuple[Message, ...] = CHAT,
    most_tokens: int = PLENTY,
    written: Callable[[int], None] = lambda _: None,
) -> Answer:
    return model.ask(messages, FORM, most_tokens=most_tokens, written=written)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return chat_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> TransformersModel:
    return TransformersModel(str(folder), Limits())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_answer_satisfies_the_form_whatever_the_weights(tmp_path: Path, seed: int) -> None:
    written: list[int] = []
    answer = asked(TransformersModel(str(chat_model(tmp_path, seed)), Limits()), written=written.append)
    Items.model_validate_json(answer.text, strict=True)
    assert not answer.cut
    assert written == list(range(1, answer.tokens_out + 1))


def test_an_answer_at_the_limit_is_cut(model: TransformersModel) -> None:
    answer = asked(model, most_tokens=7)
    assert answer.cut
    assert answer.tokens_out == 7


def test_an_answer_that_just_fits_is_not_cut(model: TransformersModel) -> None:
    whole = asked(model)
    # The last token only says that the answer has ended.
    fits, misses = (asked(model, most_tokens=whole.tokens_out - missing) for missing in (1, 2))
    assert (fits.text, fits.cut) == (whole.text, False)
    assert (misses.text, misses.cut) == (whole.text[: len(misses.text)], True)


def test_threads_wait_for_one_another_and_get_the_same_answer(folder: Path) -> None:
    model, order = TransformersModel(str(folder), Limits()), list[int]()

    def ask(thread: int) -> str:
        return asked(model, written=lambda _: order.append(thread)).model_dump_json()

    with ThreadPoolExecutor(3) as threads:
        answers = set(threads.map(ask, range(3)))
        counts = {threads.submit(model.count, CHAT[1].text).result() for _ in range(5)}
    assert (len(answers), len(counts)) == (1, 1)
    assert len(list(groupby(order))) == 3


def test_what_written_raises_ends_the_answer_and_the_model_can_be_asked_again(
    model: TransformersModel,
) -> None:
    def stop(tokens: int) -> None:
        raise InterruptedError(tokens)

    with pytest.raises(InterruptedError, match="1"):
        asked(model, written=stop)
    assert not asked(model).cut


@pytest.mark.parametrize("text", ["王芳负责下周三之前发给大家。", "Revenue was 12.4 million.", "", "𠮷🙂"])
def test_tokens_are_counted_by_the_models_own_tokenizer(
    folder: Path, model: TransformersModel, text: str
) -> None:
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    assert model.count(text) == len(tokenizer.encode(text).ids)
    empty, said = (asked(model, (user(said),), 1).tokens_in for said in ("：", "：" + text))
    assert said - empty == model.count("：" + text) - model.count("：")


def test_counting_needs_no_weights(tmp_path: Path) -> None:
    (chat_model(tmp_path) / "model.safetensors").unlink()
    model = TransformersModel(str(tmp_path), Limits())
    assert model.count("会议") > 0
    with pytest.raises(BackendError, match=r"model\.safetensors"):
        asked(model)


@pytest.mark.parametrize("said", ["<|im_end|>", "<|im_start|>", "<|endoftext|>"])
def test_control_tokens_that_somebody_said_are_plain_text(model: TransformersModel, said: str) -> None:
    empty, injected = (asked(model, (user(text),), 1).tokens_in for text in ("", said))
    assert injected - empty == model.count(said)
    assert model.count(said) > 4  # as a control token it would be one


def test_a_template_without_a_system_role_has_the_user_say_it(tmp_path: Path) -> None:
    model = TransformersModel(str(chat_model(tmp_path, template=NO_SYSTEM_ROLE)), Limits())
    told = user(f"{CHAT[0].text}\n\n{CHAT[1].text}")
    assert asked(model) == asked(model, (told,))


def test_a_template_that_refuses_the_question_is_named(tmp_path: Path) -> None:
    model = TransformersModel(str(chat_model(tmp_path, template="{{ raise_exception('不行') }}")), Limits())
    with pytest.raises(BackendError, match=r"chat template of transformers:.* refuses the question: 不行"):
        asked(model)


def test_a_model_without_a_chat_template_is_refused(tmp_path: Path) -> None:
    model = TransformersModel(str(chat_model(tmp_path, template=None)), Limits())
    with pytest.raises(BackendError, match="has no chat template"):
        asked(model)


def test_a_question_that_is_too_long_for_the_model_is_refused_with_both_numbers(
    model: TransformersModel,
) -> None:
    tokens = asked(model, most_tokens=1).tokens_in
    with pytest.raises(
        BackendError, match=f"{tokens} tokens .* up to {CONTEXT}, .* takes {CONTEXT} together"
    ):
        asked(model, most_tokens=CONTEXT)


@pytest.mark.parametrize("name", ["/nowhere/qwen", "./qwen", "a/b/c", "~/no such folder"])
def test_a_folder_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(BackendError, match="There is no folder"):
        TransformersModel(name, Limits())


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"is no model: it holds no config\.json"):
        TransformersModel(str(tmp_path), Limits())


def test_damaged_weights_are_one_sentence(tmp_path: Path) -> None:
    weights = chat_model(tmp_path) / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(BackendError, match=r"cannot be loaded as a chat model: [^\n]+$"):
        asked(TransformersModel(str(tmp_path), Limits()))


def test_a_configuration_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "没有"}', "utf-8")
    with pytest.raises(BackendError, match=r"cannot be loaded as a chat model: [^\n]+$"):
        TransformersModel(str(tmp_path), Limits()).count("会议")


def test_a_model_that_cannot_be_fetched_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BackendError, match=r"^nobody/nothing-4b .* cannot be fetched [^\n]+$"):
        TransformersModel("nobody/nothing-4b", Limits()).count("会议")


def test_importing_the_backend_loads_nothing_heavy() -> None:
    program = (
        "import sys, pipeline.backends.llm_transformers\n"
        "print({'torch', 'transformers', 'llguidance', 'tokenizers', 'safetensors'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

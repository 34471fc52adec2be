"""The hosted-model backend over real HTTP, against a server on loopback."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import repeat
from typing import Any, cast

import pytest
from langchain_openai import ChatOpenAI

from pipeline.backends.llm_langchain import LangchainModel
from pipeline.errors import BackendError, ModelBusy
from pipeline.limits import Limits
from pipeline.protocols import Message
from tests.backends.hosted_model import CHAT, KEY, RIGHT, SAID, SCHEMA, Point, ask, right
from tests.loopback_llm import (
    CUT_CONNECTION,
    EMPTY,
    HANG,
    HTML,
    INVENTED_QUOTES,
    LENGTH,
    NO_KEY,
    NO_RESPONSE_FORMAT,
    NO_TEMPERATURE,
    PROSE,
    REFUSAL,
    TRUNCATED,
    WRONG_IDS,
    WRONG_LANGUAGE,
    Fault,
    LoopbackModel,
    tokens,
)

pytestmark = pytest.mark.usefixtures("only_loopback")


def seen(server: LoopbackModel) -> list[str]:
    return [question.shape for question in server.questions]


def test_a_question_is_asked_once_with_its_schema_no_temperature_and_a_ceiling(point: Point) -> None:
    with LoopbackModel(right) as server:
        answer = ask(point(server))
    (question,) = server.questions
    assert question.messages == CHAT
    assert question.schema == SCHEMA
    assert question.body["response_format"]["json_schema"]["strict"] is True
    assert question.body["temperature"] == 0
    assert question.body["max_tokens"] == question.body["max_completion_tokens"] == 900
    assert (answer.text, answer.cut, answer.refusal) == (RIGHT, False, None)


def test_the_whole_chat_is_sent_with_its_roles(point: Point) -> None:
    chat = (*CHAT, Message(role="assistant", text="{"), Message(role="user", text="That is no JSON."))
    with LoopbackModel(right) as server:
        ask(point(server), chat)
    assert server.questions[0].messages == chat


def test_tokens_are_those_the_server_counted(point: Point) -> None:
    with LoopbackModel(right) as server:
        model = point(server)
        answers = [ask(model), ask(model)]
    assert server.tokens_in == 2 * sum(tokens(message.text) for message in CHAT)
    assert sum(answer.tokens_in for answer in answers) == server.tokens_in
    assert sum(answer.tokens_out for answer in answers) == server.tokens_out


@pytest.mark.parametrize("fault", [TRUNCATED, PROSE, EMPTY, WRONG_IDS, INVENTED_QUOTES, WRONG_LANGUAGE])
def test_a_wrong_text_comes_as_it_is(point: Point, fault: Fault) -> None:
    with LoopbackModel(right, faults=[fault]) as server:
        answer = ask(point(server))
    assert answer.text == fault.change(RIGHT) != RIGHT


def test_an_empty_text_is_no_refusal(point: Point) -> None:
    with LoopbackModel(right, faults=[EMPTY]) as server:
        answer = ask(point(server))
    assert (answer.text, answer.refusal, answer.cut) == ("", None, False)


@pytest.mark.parametrize("refuses", [(), ("json_schema",), ("response_format", "tools")])
def test_an_answer_that_was_cut_off_says_so(point: Point, refuses: tuple[str, ...]) -> None:
    with LoopbackModel(right, faults=[LENGTH], refuses=refuses) as server:
        answer = ask(point(server))
    assert answer.cut
    assert answer.text == LENGTH.change(RIGHT)
    assert (answer.tokens_in, answer.tokens_out) == (server.tokens_in, server.tokens_out)


def test_a_refusal_is_in_the_models_words(point: Point) -> None:
    with LoopbackModel(right, faults=[REFUSAL]) as server:
        assert ask(point(server)).refusal == REFUSAL.refusal


@pytest.mark.parametrize("refuses", [(), ("json_schema",)])
def test_a_filtered_answer_is_a_refusal(point: Point, refuses: tuple[str, ...]) -> None:
    with LoopbackModel(lambda _: "", faults=[Fault(finish="content_filter")], refuses=refuses) as server:
        answer = ask(point(server))
    assert (answer.refusal, answer.cut) == ("content_filter", False)


@pytest.mark.parametrize("code", ["content_filter", "data_inspection_failed"])
def test_a_question_that_a_filter_stops_is_a_refusal(point: Point, code: str) -> None:
    with LoopbackModel(right, faults=[Fault(status=400, code=code)]) as server:
        answer = ask(point(server))
    assert answer.refusal
    assert (answer.text, server.calls) == ("", 1)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_busy_server_is_asked_once_and_may_be_asked_again(point: Point, status: int) -> None:
    with LoopbackModel(right, faults=[Fault(status=status)]) as server:
        model = point(server)
        with pytest.raises(ModelBusy, match=str(status)) as busy:
            ask(model)
        assert busy.value.wait is None
        assert server.calls == 1
        assert ask(model).text == RIGHT


@pytest.mark.parametrize(("given", "wait"), [("7", 7), ("0.5", 0.5), ("soon", None), ("", None)])
def test_retry_after_in_seconds(point: Point, given: str, wait: float | None) -> None:
    with LoopbackModel(right, faults=[Fault(status=503, retry_after=given)]) as server:
        model = point(server)
        with pytest.raises(ModelBusy) as busy:
            ask(model)
    assert busy.value.wait == wait


@pytest.mark.parametrize(("minutes", "least", "most"), [(10, 500, 600), (-10, 0, 0)])
def test_retry_after_as_a_date(point: Point, minutes: int, least: float, most: float) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    with LoopbackModel(right, faults=[Fault(status=429, retry_after=date)]) as server:
        model = point(server)
        with pytest.raises(ModelBusy) as busy:
            ask(model)
    assert busy.value.wait is not None
    assert least <= busy.value.wait <= most


@pytest.mark.parametrize(
    ("fault", "words"),
    [(CUT_CONNECTION, "hung up"), (HTML, "no answer of a model")],
)
def test_half_an_answer_or_none_is_worth_another_try(point: Point, fault: Fault, words: str) -> None:
    with LoopbackModel(right, faults=[fault]) as server:
        model = point(server)
        with pytest.raises(ModelBusy, match=words):
            ask(model)
        assert ask(model).text == RIGHT


@pytest.mark.parametrize("body", ["{}", '{"choices": null}', '{"choices": []}', "[]", '"', '{"error": "no"}'])
def test_json_that_is_no_answer_is_worth_another_try(point: Point, body: str) -> None:
    with LoopbackModel(right, faults=[Fault(body=body)]) as server:
        model = point(server)
        with pytest.raises(ModelBusy, match="no answer of a model"):
            ask(model)


def test_a_server_that_hangs_is_left(point: Point) -> None:
    with LoopbackModel(right, faults=[HANG]) as server:
        point(server)
        model = LangchainModel("openai:any", Limits(timeout=0.2))
        with pytest.raises(ModelBusy, match=r"did not answer within 0\.2 seconds"):
            ask(model)


def test_a_server_that_is_not_there(point: Point) -> None:
    with LoopbackModel(right) as server:
        model = point(server)
    with pytest.raises(ModelBusy, match=r"127\.0\.0\.1:\d+/v1 cannot be reached.*OPENAI_BASE_URL"):
        ask(model)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (NO_KEY, "OPENAI_API_KEY"),
        (Fault(status=402), "no credit"),
        (Fault(status=403), "OPENAI_API_KEY"),
        (Fault(status=404), r"“any”.*OPENAI_BASE_URL"),
        (Fault(status=413), "413"),
        (Fault(status=400, about="messages"), "400, messages"),
        (Fault(status=429, code="insufficient_quota"), "no credit"),
        (Fault(status=400, code="API_KEY_INVALID"), "OPENAI_API_KEY"),
        (Fault(status=400, about=f"context length: {SAID}"), "make the windows smaller"),
        (Fault(status=400, about=f"{SAID} {KEY}"), "400"),
    ],
)
def test_what_will_never_work_says_what_to_do_and_repeats_nothing(
    point: Point, fault: Fault, words: str
) -> None:
    with LoopbackModel(right, faults=repeat(fault)) as server:
        model = point(server)
        with pytest.raises(BackendError, match=words) as error:
            ask(model)
    assert not isinstance(error.value, ModelBusy)
    assert server.calls == 1
    assert server.url in str(error.value)
    assert SAID not in str(error.value)
    assert KEY not in str(error.value)
    assert error.value.__suppress_context__


@pytest.mark.parametrize(
    ("refuses", "shapes"),
    [
        (("response_format",), ["json_schema", "tool"]),
        (("json_schema", "tools"), ["json_schema", "tool", "json_object"]),
        (("response_format", "tools"), ["json_schema", "tool", "json_object", "plain"]),
    ],
)
def test_a_refused_shape_gives_way_to_a_simpler_one_for_good(
    point: Point, refuses: tuple[str, ...], shapes: list[str]
) -> None:
    with LoopbackModel(right, refuses=refuses) as server:
        model = point(server)
        assert ask(model) == ask(model)
        assert seen(server) == [*shapes, shapes[-1]]
    last = server.questions[-1]
    if last.shape == "tool":
        assert last.schema == SCHEMA
        assert last.messages == CHAT
    else:
        assert last.messages[0].text.startswith(CHAT[0].text)
        assert json.dumps(SCHEMA) in last.messages[0].text


def test_a_single_refusal_of_the_format_is_enough(point: Point) -> None:
    with LoopbackModel(right, faults=[NO_RESPONSE_FORMAT]) as server:
        assert json.loads(ask(point(server)).text) == json.loads(RIGHT)
    assert seen(server) == ["json_schema", "tool"]


def test_a_shape_that_the_providers_package_does_not_know_is_skipped(
    point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    structured = cast(Any, ChatOpenAI).with_structured_output

    def without_json_schema(model: ChatOpenAI, schema: dict[str, object], method: Any, **rest: Any) -> Any:
        if method == "json_schema":
            raise ValueError("Unrecognized method")
        return structured(model, schema, method=method, **rest)

    monkeypatch.setattr(ChatOpenAI, "with_structured_output", without_json_schema)
    with LoopbackModel(right) as server:
        ask(point(server))
    assert seen(server) == ["tool"]


def test_arguments_of_a_tool_call_that_are_no_json_come_as_they_are(point: Point) -> None:
    with LoopbackModel(right, faults=[TRUNCATED], refuses=["json_schema"]) as server:
        assert ask(point(server)).text == TRUNCATED.change(RIGHT)


def test_the_schema_is_told_where_there_is_no_system_message(point: Point) -> None:
    with LoopbackModel(right, refuses=["json_schema", "tools"]) as server:
        ask(point(server), CHAT[1:])
    assert [message.role for message in server.questions[-1].messages] == ["system", "user"]


def test_a_refused_temperature_is_left_out_for_good(point: Point) -> None:
    with LoopbackModel(right, faults=[NO_TEMPERATURE]) as server:
        model = point(server)
        ask(model)
        ask(model)
    assert ["temperature" in question.body for question in server.questions] == [True, False, False]
    assert set(seen(server)) == {"json_schema"}


@pytest.mark.parametrize(
    ("refuses", "kept"),
    [(["max_tokens"], {"max_completion_tokens"}), (["max_tokens", "max_completion_tokens"], set[str]())],
)
def test_a_refused_ceiling_is_left_out_for_good(point: Point, refuses: list[str], kept: set[str]) -> None:
    with LoopbackModel(right, refuses=refuses) as server:
        model = point(server)
        ask(model)
        calls = server.calls
        ask(model)
    assert server.calls == calls + 1
    assert {"max_tokens", "max_completion_tokens"} & server.questions[-1].body.keys() == kept


def test_threads_share_what_was_learnt(point: Point) -> None:
    with LoopbackModel(right, refuses=["temperature", "response_format", "max_tokens"]) as server:
        model = point(server)
        with ThreadPoolExecutor(8) as threads:
            texts = {
                json.loads(answer.text)["items"][0]["quote"] for answer in threads.map(ask, [model] * 16)
            }
        calls = server.calls
        ask(model)
    assert len(texts) == 1
    assert server.calls == calls + 1


@pytest.mark.parametrize(
    ("text", "estimate"),
    [
        ("", 0),
        ("周五前我把报价交出来。", 12),
        ("I will send the quote by Friday.", 9),
        ("2024", 4),
        ("毛利率 38.5%，环比下降", 13),
        ("견적서를 보내겠습니다", 12),
    ],
)
def test_the_estimate_of_tokens(point: Point, text: str, estimate: int) -> None:
    with LoopbackModel(right) as server:
        assert abs(point(server).count(text) - estimate) <= 1


def test_usage_that_the_server_does_not_tell_is_estimated(point: Point) -> None:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": RIGHT}}
    body = json.dumps(
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    )
    with LoopbackModel(right, faults=[Fault(body=body)]) as server:
        model = point(server)
        answer = ask(model)
    assert answer.tokens_in >= sum(model.count(message.text) for message in CHAT)
    assert answer.tokens_out == model.count(RIGHT)

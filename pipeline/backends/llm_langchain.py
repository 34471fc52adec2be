"""Hosted models and local servers, reached through LangChain. No type of LangChain's leaves this file.

One question is one attempt: the clients' own retries are off, and who asks decides whether to ask again. What is
asked goes to the model's server alone: tracing and the LangSmith gateway are off whatever the environment says,
no client logs it, and no error repeats it.
"""

import json
import logging
import os
import re
import warnings
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pkgutil import resolve_name
from threading import Lock
from typing import Any, Literal, cast
from unicodedata import east_asian_width

import langsmith
from langchain.chat_models import init_chat_model
from langchain_core.exceptions import ContextOverflowError, LangChainException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from pipeline.backends.llm_providers import PROVIDERS, find_address, find_key, without_login
from pipeline.errors import BackendError, ModelBusy, UsageError
from pipeline.limits import Limits
from pipeline.protocols import Answer, Form, Message

WIDE_TOKENS = 1.1
"""Of a Chinese, Japanese or Korean character or mark, in a vocabulary made with Chinese in mind; on the sample
meetings those of Whisper and GPT-2 need 1.25 and 2.1."""
LETTERS_A_TOKEN = 3.5
"""Of ASCII without its digits. A digit, or a letter of another script, counts as a whole token."""

Shape = Literal["json_schema", "function_calling", "json_mode", "plain"]
_OF_SCHEMA = ("response_format", "schema", "structured", "grammar", "output_config", "output_format")
_SIMPLER: dict[Shape, tuple[Shape, tuple[str, ...]]] = {
    "json_schema": ("function_calling", _OF_SCHEMA),
    "function_calling": ("json_mode", ("tool", "function")),
    "json_mode": ("plain", ("response_format", "json")),
}
"""For each shape the next one to try, and the words of a refusal that is about the shape."""

_CUT = {"length", "max_tokens", "max_output_tokens"}
_REFUSED = {"content_filter", "refusal", "safety", "prohibited_content", "blocklist", "recitation", "spii"}
_FILTERS = {"content_filter", "data_inspection_failed"}
_BUSY = {408, 409, 425, 429}
_GOOGLE_ERRORS = "langchain_google_genai.chat_models:ChatGoogleGenerativeAIError"
_FAILURES = {
    "openai": ("openai:OpenAIError",),
    "anthropic": ("anthropic:AnthropicError",),
    "google_genai": ("google.genai.errors:APIError", _GOOGLE_ERRORS, "httpx:HTTPError"),
    "ollama": ("ollama:ResponseError", "httpx:HTTPError"),
    "deepseek": ("openai:OpenAIError",),
}
"""What the providers' clients raise, beside LangChain's own errors and the system's."""
# Clients raise these where a body is not what the protocol says: a page of HTML, half of a JSON text.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError)
_LOGGERS = ("openai", "anthropic", "google_genai", "langchain_google_genai", "httpcore", "httpcore2")
_ROLES = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}


@dataclass(frozen=True)
class Manner:
    """How a server can be asked; what it has refused once is left out for the rest of the run.

    ``ceilings`` are the names by which it is told where to stop; the first is the first to go.
    """

    shape: Shape
    temperature: bool
    ceilings: tuple[str, ...]


class _Failed(Exception):  # noqa: N818 - how one request ended, turned into an error of ours at once
    """A request that was refused or not answered: with the HTTP status and words of the other side, if any."""

    def __init__(self, error: Exception, *, malformed: bool = False, unknown_shape: bool = False) -> None:
        super().__init__()
        self.causes: list[BaseException] = [error]
        while cause := self.causes[-1].__cause__ or self.causes[-1].__context__:
            self.causes.append(cause)
        # Clients call the status by one of two names.
        given = (getattr(cause, name, None) for cause in self.causes for name in ("status_code", "code"))
        self.status = next((status for status in given if isinstance(status, int) and status > 0), None)
        names = (str(getattr(cause, name, "")) for cause in self.causes for name in ("code", "param"))
        self.words = " ".join((*map(str, self.causes), *names)).lower()
        self.too_long = isinstance(error, ContextOverflowError) or "context length" in self.words
        self.malformed = malformed or (self.status is not None and self.status < 400)
        self.unknown_shape = unknown_shape


class LangchainModel:
    """A model behind an API.

    Args:
        model: ``provider:model``, the provider one of ``PROVIDERS``.
        limits: How long to wait for one answer.

    Raises:
        UsageError: No such provider.
        BackendError: The provider's package or key is missing, or the address of the server is none.
    """

    in_process = False
    context: int | None = None

    def __init__(self, model: str, limits: Limits) -> None:
        provider, _, known_as = model.partition(":")
        if provider not in PROVIDERS or not known_as:
            raise UsageError(
                f"“{model}” names no model: write PROVIDER:MODEL with one of {', '.join(PROVIDERS)}; any other "
                "server that speaks OpenAI's protocol is openai:MODEL with its address in OPENAI_BASE_URL."
            )
        self.name = model
        self._provider, self._model, self._timeout = provider, known_as, limits.timeout
        self._url, self._key = find_address(PROVIDERS[provider]), find_key(PROVIDERS[provider])
        # Many servers of OpenAI's protocol still stop at the old name alone.
        own_server = provider == "openai" and self._url != PROVIDERS[provider].url
        ceilings = ("max_tokens", "max_completion_tokens") if own_server else ("max_completion_tokens",)
        self._manner, self._learning = Manner("json_schema", True, ceilings), Lock()
        try:
            self._client(self._manner, limits.answer_tokens, 0)
        except ImportError as error:
            package = f"langchain-{provider.replace('_', '-')}"
            raise BackendError(f"{provider} needs a missing package: pip install {package}") from error
        of_client = (cast(type[Exception], resolve_name(name)) for name in _FAILURES[provider])
        self._failures = (*of_client, LangChainException, OSError)
        _silence()

    def count(self, text: str) -> int:
        """A high estimate: 1.1 a wide character, one for 3.5 of ASCII, one for a digit or another character."""
        wide = sum(east_asian_width(character) in "WF" for character in text)
        letters = sum(character.isascii() and not character.isdigit() for character in text)
        return round(WIDE_TOKENS * wide + letters / LETTERS_A_TOKEN + (len(text) - wide - letters) + 0.5)

    def ask(
        self, messages: tuple[Message, ...], form: Form, *, most_tokens: int, written: Callable[[int], None]
    ) -> Answer:
        """Asks one question; a server that refuses the manner of asking is asked in a simpler one, once each.

        The answer's text is the message, or the arguments of the tool call. ``written`` is never called.

        Raises:
            ModelBusy: Overloaded, timed out, hung up, or not answering in its protocol.
            BackendError: The key, the address, the model or the question is refused.
        """
        del written
        while True:
            manner = self._manner
            try:
                return self._asked(messages, form, most_tokens, manner)
            except _Failed as failed:
                simpler = _simpler(manner, failed)
                if simpler is None:
                    raise self._error(failed) from None
            with self._learning:
                # Another thread may have learnt the same, or more, in the meantime.
                if self._manner == manner:
                    self._manner = simpler

    def _asked(self, messages: tuple[Message, ...], form: Form, most_tokens: int, manner: Manner) -> Answer:
        """One request."""
        if manner.shape in ("json_mode", "plain"):
            messages = _told(messages, form)
        tokens = sum(self.count(message.text) + 4 for message in messages)
        client = self._client(manner, most_tokens, tokens)
        # OpenAI keeps to the schema where it is told to be strict; other servers pass over the word.
        strict = self._provider == "openai" and manner.shape == "json_schema"
        try:
            # In an empty context, so that a caller's tracers and callbacks do not come along.
            message = Context().run(_invoke, client, messages, form, manner.shape, strict)
        except self._failures as error:
            message = _given_up(error)
        except _MALFORMED as error:
            raise _Failed(error, malformed=True) from None
        return self._answer(message, tokens)

    def _answer(self, message: AIMessage, asked_tokens: int) -> Answer:
        """The answer in a message."""
        text = str(message.text)
        if message.tool_calls:
            text = json.dumps(message.tool_calls[0]["args"], ensure_ascii=False)
        elif message.invalid_tool_calls:
            text = message.invalid_tool_calls[0]["args"] or ""
        usage, metadata = message.usage_metadata, cast(dict[str, object], message.response_metadata)
        reasons = (metadata.get(name) for name in ("finish_reason", "stop_reason", "done_reason"))
        reason = str(next(filter(None, reasons), "")).lower()
        refusal = message.additional_kwargs.get("refusal") or (reason in _REFUSED and (text or reason))
        return Answer(
            text=text,
            tokens_in=(usage["input_tokens"] if usage else 0) or asked_tokens,
            tokens_out=(usage["output_tokens"] if usage else 0) or self.count(text),
            cut=reason in _CUT,
            refusal=str(refusal) if refusal else None,
        )

    def _client(self, manner: Manner, most_tokens: int, asked_tokens: int) -> BaseChatModel:
        """LangChain's model for one question; it keeps the connections, and making one takes no time."""
        options: dict[str, Any] = {"cache": False}
        if manner.temperature:
            options["temperature"] = 0
        ceiling = most_tokens if "max_completion_tokens" in manner.ceilings else None
        if self._provider == "ollama":
            # Ollama drops the start of a question that is longer than its context, without a word. A power of
            # two, because it loads the model anew whenever the context changes.
            options["num_ctx"] = max(8192, 1 << (asked_tokens + most_tokens - 1).bit_length())
            options |= {"num_predict": ceiling, "client_kwargs": {"timeout": self._timeout}}
        else:
            options |= {"timeout": self._timeout, "max_retries": 0, "base_url": self._url}
            options |= {"max_tokens": ceiling} if ceiling else {}
        if self._key is not None:
            options["api_key"] = self._key.get_secret_value()
        if "max_tokens" in manner.ceilings:
            options["extra_body"] = {"max_tokens": most_tokens}
        return cast(BaseChatModel, init_chat_model(self.name, **options))

    def _error(self, failed: _Failed) -> BackendError:
        """What went wrong, for a person: never the server's words, which may repeat the question or the key."""
        where, status, model = without_login(self._url), failed.status, self._model
        address = f"the address in {PROVIDERS[self._provider].variable}"
        key = f"the key in {PROVIDERS[self._provider].key or 'OLLAMA_API_KEY'}"
        if failed.malformed:
            return ModelBusy(f"{where} answered something that is no answer of a model: check {address}.")
        if status is None and any("timeout" in type(cause).__name__.lower() for cause in failed.causes):
            return ModelBusy(f"{where} did not answer within {self._timeout:g} seconds.")
        if status is None:
            return ModelBusy(f"{where} cannot be reached or hung up: check {address} and the connection.")
        if status == 402 or re.search("insufficient_quota|credit balance", failed.words):
            return BackendError(f"The account of {key} has no credit left at {where} ({status}).")
        if status in _BUSY or status >= 500:
            return ModelBusy(f"{where} is busy or out of order ({status}).", _retry_after(failed.causes))
        if status in (401, 403) or "api_key_invalid" in failed.words:
            return BackendError(f"{where} refused {key} for {model} ({status}): set one that may use it.")
        if status == 404:
            return BackendError(f"{where} knows no model “{model}” (404): check the name and {address}.")
        if failed.too_long:
            return BackendError(f"A question is too long for {model} at {where}: make the windows smaller.")
        return BackendError(f"{where} refused the question to {model} ({status}{_code(failed.causes[0])}).")


def _invoke(
    client: BaseChatModel, messages: tuple[Message, ...], form: Form, shape: Shape, strict: bool
) -> AIMessage:
    """Asks through LangChain, with tracing off."""
    chat = [_ROLES[message.role](message.text) for message in messages]
    with langsmith.tracing_context(enabled=False):  # pyright: ignore[reportUnknownMemberType]
        if shape == "plain":
            return client.invoke(chat)
        schema = {"title": form.name, **form.schema}
        try:
            options: dict[str, Any] = {"strict": True} if strict else {}
            asked = client.with_structured_output(schema, method=shape, include_raw=True, **options)
        except (NotImplementedError, ValueError) as error:
            raise _Failed(error, unknown_shape=True) from None
        return cast(AIMessage, cast(dict[str, object], asked.invoke(chat))["raw"])


def _given_up(error: Exception) -> AIMessage:
    """The message inside an error, or _Failed: OpenAI's client raises what was cut off or filtered."""
    completion: Any = getattr(error, "completion", None)
    if completion is None:
        if not hasattr(error, "completion") and getattr(error, "code", None) not in _FILTERS:
            raise _Failed(error) from None
        return AIMessage("", response_metadata={"finish_reason": "content_filter"})
    choice, usage = completion.choices[0], completion.usage
    read, wrote = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
    return AIMessage(
        choice.message.content or "",
        response_metadata={"finish_reason": choice.finish_reason},
        usage_metadata={"input_tokens": read, "output_tokens": wrote, "total_tokens": read + wrote},
    )


def _told(messages: tuple[Message, ...], form: Form) -> tuple[Message, ...]:
    """The messages with the schema at the end of the system message."""
    words = f"JSON Schema:\n{json.dumps(form.schema, ensure_ascii=False)}"
    if messages and messages[0].role == "system":
        words, messages = f"{messages[0].text}\n\n{words}", messages[1:]
    return (Message(role="system", text=words), *messages)


def _simpler(manner: Manner, failed: _Failed) -> Manner | None:
    """The manner without what has just been refused; None where that was something else."""
    if failed.status not in (400, 422) and not failed.unknown_shape:
        return None
    if manner.temperature and "temperature" in failed.words:
        return replace(manner, temperature=False)
    if manner.ceilings and re.search(r"max_\w*tokens|in the completion", failed.words):
        return replace(manner, ceilings=manner.ceilings[1:])
    next_shape, about_it = _SIMPLER.get(manner.shape, (None, ()))
    about_shape = not failed.too_long and any(word in failed.words for word in about_it)
    if next_shape and (failed.unknown_shape or about_shape):
        return replace(manner, shape=next_shape)
    return None


def _code(error: BaseException) -> str:
    """What the server calls the mistake, where that is a word of a program and none of the question."""
    given = [str(getattr(error, name, "")) for name in ("param", "code", "type")]
    return next((f", {word}" for word in given if re.fullmatch(r"[a-z_.]{3,50}", word)), "")


def _retry_after(causes: list[BaseException]) -> float | None:
    """Seconds of the Retry-After header, which holds a number or a date."""
    responses = (getattr(cause, "response", None) for cause in causes)
    headers = (getattr(response, "headers", None) for response in responses)
    given = next((str(held["retry-after"]) for held in headers if held and "retry-after" in held), "")
    if re.fullmatch(r"\d+(\.\d+)?", given):
        return float(given)
    try:
        at = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _silence() -> None:
    """Keeps what is asked out of logs, once the clients are imported."""
    for name in _LOGGERS:
        # DEBUG lines of some releases hold whole questions, and a variable such as OPENAI_LOG asks for them.
        logging.getLogger(name).setLevel(logging.WARNING)
    # LangChain recommends other ways to ask, which are tried here anyway.
    warnings.filterwarnings("ignore", module=r"langchain_(openai|anthropic|google_genai|ollama|deepseek)")
    for name in ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER"):
        # LangChain's first tracer is gone, and where these still ask for it every call raises.
        os.environ.pop(name, None)

"""A chat model in this process, as transformers loads it; llguidance lets it write only what the form allows."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from pickle import UnpicklingError
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from jinja2 import TemplateError

from pipeline.errors import BackendError
from pipeline.limits import Limits
from pipeline.protocols import Answer, Form, Message

if TYPE_CHECKING:
    import torch
    from llguidance import LLMatcher, LLTokenizer
    from tokenizers import Tokenizer

Part = TypeVar("Part")


class _ChatTokenizer(Protocol):
    """The part of a tokenizer that is used here; transformers' own types are not exact."""

    chat_template: object
    eos_token_id: int | None
    backend_tokenizer: "Tokenizer"

    def apply_chat_template(
        self,
        conversation: list[dict[str, str]],
        *,
        add_generation_prompt: bool,
        sanitize_control_tokens: bool,
        return_dict: bool,
        enable_thinking: bool,
    ) -> list[int]: ...


class _Model(Protocol):
    """The part of a model that is used here."""

    config: Any
    generation_config: Any
    device: Any

    def to(self, device: str) -> "_Model": ...

    def generate(
        self,
        inputs: "torch.Tensor",
        *,
        attention_mask: "torch.Tensor",
        max_new_tokens: int,
        logits_processor: "list[_Guide]",
        streamer: "_Progress",
    ) -> "torch.Tensor": ...


@dataclass(frozen=True)
class _Words:
    """A tokenizer: one that fills in the chat template, and a copy that counts while the first is busy."""

    chat: _ChatTokenizer
    counting: "Tokenizer"


@dataclass(frozen=True)
class _Writer:
    """A model that is ready to answer.

    Attributes:
        model: On its device.
        tokens: Its tokens as llguidance sees them.
        ends: The tokens that end an answer.
        context: Tokens of question and answer at most; None where the model does not say.
    """

    model: _Model
    tokens: "LLTokenizer"
    ends: list[int]
    context: int | None


class TransformersModel:
    """A chat model from a folder or the Hugging Face hub, loaded when it is first asked; one answer at a time.

    Args:
        model: Its folder, or its id on the hub, from where it is fetched unless it is in the hub's cache.
        limits: Not needed: every question brings its own bound, and there is nobody to wait for.

    Raises:
        BackendError: There is no such folder, or no model in it.
    """

    in_process = True

    def __init__(self, model: str, limits: Limits) -> None:
        del limits
        self.name = f"transformers:{model}"
        self._source = _source(model)
        self._words: _Words | None = None
        self._writer: _Writer | None = None
        self._loading, self._asking = Lock(), Lock()

    @property
    def context(self) -> int | None:
        """Tokens of question and answer together, as the model's configuration says; no weights are loaded."""
        from transformers import AutoConfig

        load = cast(Callable[..., Any], AutoConfig.from_pretrained)  # pyright: ignore[reportUnknownMemberType]
        return _context(_from_pretrained(load, self._source, self.name))

    def count(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer; the weights are not loaded for it.

        Raises:
            BackendError: The tokenizer cannot be loaded or has no chat template.
        """
        return len(self._loaded_words().counting.encode(text, add_special_tokens=False).ids)

    def ask(
        self, messages: tuple[Message, ...], form: Form, *, most_tokens: int, written: Callable[[int], None]
    ) -> Answer:
        """Asks one question through the model's own chat template; the likeliest token is always taken.

        Whatever the weights are, an answer that was not cut is JSON of the form. A control token in the text of
        a message is no control token, but the characters it is spelt with.

        Args:
            messages: The chat so far.
            form: What the answer must look like.
            most_tokens: Where the answer is cut off.
            written: Called with the number of tokens so far, at every token; what it raises ends the answer.

        Raises:
            BackendError: The model cannot be loaded or fails, or the question is too long for it.
        """
        with self._asking:
            question = self._question(messages)
            writer = self._loaded_writer()
            if writer.context is not None and len(question) + most_tokens > writer.context:
                raise BackendError(
                    f"The question has {len(question)} tokens and the answer up to {most_tokens}, but {self.name} "
                    f"takes {writer.context} together: make the windows and answers smaller."
                )
            guide = _Guide(_matcher(writer.tokens, form))
            answer = self._answer(writer.model, question, guide, most_tokens, written)
        return Answer(
            text=writer.tokens.decode_str([token for token in answer if token not in writer.ends]),
            tokens_in=len(question),
            tokens_out=len(answer),
            cut=not guide.is_complete(answer, writer.ends),
        )

    def _question(self, messages: tuple[Message, ...]) -> list[int]:
        """The tokens of the chat; where the template knows no system, the user says its words."""
        chat, reason = self._loaded_words().chat, ""
        for told in (messages, _without_system(messages)):
            try:
                return chat.apply_chat_template(
                    [{"role": message.role, "content": message.text} for message in told],
                    add_generation_prompt=True,
                    sanitize_control_tokens=True,
                    return_dict=False,
                    # The answer is the form from its first token; templates that do not know this pass over it.
                    enable_thinking=False,
                )
            except (TemplateError, TypeError, ValueError) as error:
                reason = _first_line(error)
        raise BackendError(f"The chat template of {self.name} refuses the question: {reason}")

    def _answer(
        self,
        model: _Model,
        question: list[int],
        guide: "_Guide",
        most_tokens: int,
        written: Callable[[int], None],
    ) -> list[int]:
        import torch

        asked = torch.tensor([question], device=model.device)
        try:
            chat = model.generate(
                asked,
                attention_mask=torch.ones_like(asked),
                max_new_tokens=most_tokens,
                logits_processor=[guide],
                streamer=_Progress(written),
            )
        except RuntimeError as error:
            raise BackendError(f"{self.name} failed while it answered: {_first_line(error)}") from error
        return cast(list[int], chat[0, len(question) :].tolist())  # pyright: ignore[reportUnknownMemberType]

    def _loaded_words(self) -> _Words:
        with self._loading:
            if self._words is None:
                self._words = _load_words(self._source, self.name)
            return self._words

    def _loaded_writer(self) -> _Writer:
        if self._writer is None:
            self._writer = _load_writer(self._source, self.name, self._loaded_words().chat)
        return self._writer


class _Guide:
    """Leaves the model, token by token, only those with which its answer can still satisfy the form."""

    def __init__(self, matcher: "LLMatcher") -> None:
        self._matcher = matcher
        self._begun = False

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        """The scores (1, vocabulary) without the tokens that would break the form."""
        import torch

        if self._begun:
            self._matcher.consume_token(int(input_ids[0, -1]))
        self._begun = True
        bias = torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8)
        allowed = torch.zeros(scores.shape[1], dtype=torch.bool)
        # Models often have room for more tokens than their tokenizer has.
        allowed[: len(bias)] = bias[: len(allowed)] != 0
        return scores.masked_fill(~allowed.to(scores.device), float("-inf"))

    def is_complete(self, answer: list[int], ends: list[int]) -> bool:
        """Whether the answer is the whole form; its last token has not been seen yet."""
        if answer and answer[-1] not in ends:
            self._matcher.consume_token(answer[-1])
        return self._matcher.is_accepting()


class _Progress:
    """Counts the tokens of an answer as transformers streams them, after the question as a whole."""

    def __init__(self, written: Callable[[int], None]) -> None:
        self._written = written
        self._tokens: int | None = None

    def put(self, value: "torch.Tensor") -> None:
        """The question, then one token after the other."""
        if self._tokens is None:
            self._tokens = 0
            return
        self._tokens += value.numel()
        self._written(self._tokens)

    def end(self) -> None:
        """The answer is finished."""


def _source(model: str) -> str:
    """Checks what can be checked of a folder or id without loading anything."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise BackendError(f"{folder} is no model: it holds no config.json.")
        return str(folder)
    if re.fullmatch(r"\w[\w.-]*(/\w[\w.-]*)?", model, re.ASCII):
        return model
    raise BackendError(f"There is no folder {folder}, and “{model}” is no id of the Hugging Face hub either.")


def _load_words(source: str, name: str) -> _Words:
    from transformers import AutoTokenizer

    load = cast(Callable[..., _ChatTokenizer], AutoTokenizer.from_pretrained)  # pyright: ignore[reportUnknownMemberType]
    chat = _from_pretrained(load, source, name)
    if not chat.chat_template:
        raise BackendError(
            f"{name} has no chat template: take the model's chat version, often named “instruct”."
        )
    if not hasattr(chat, "backend_tokenizer"):
        raise BackendError(f"{name} cannot be held to a form: transformers has no fast tokenizer for it.")
    counting = copy.copy(chat.backend_tokenizer)
    counting.no_truncation()
    counting.no_padding()
    counting.encode_special_tokens = True
    return _Words(chat, counting)


def _load_writer(source: str, name: str, chat: _ChatTokenizer) -> _Writer:
    from llguidance import LLTokenizer
    from llguidance.hf import from_tokenizer
    from transformers import AutoModelForCausalLM, GenerationConfig

    device, dtype = _device()
    load = cast(Callable[..., _Model], AutoModelForCausalLM.from_pretrained)  # pyright: ignore[reportUnknownMemberType]
    model = _from_pretrained(partial(load, dtype=dtype), source, name)
    ends = _ends(model, chat)
    if not ends:
        raise BackendError(f"{name} cannot chat: it names no token that ends an answer.")
    # A model's own settings are made for sampling; with a penalty on repetition it could not quote.
    model.generation_config = GenerationConfig(eos_token_id=ends, pad_token_id=ends[0])
    try:
        tokens = from_tokenizer(cast(Any, chat), eos_token=ends, slices=LLTokenizer.json_slices())
        model = model.to(device)
    except (RuntimeError, ValueError) as error:
        raise BackendError(f"{name} cannot be used on this machine: {_first_line(error)}") from error
    return _Writer(model, tokens, ends, _context(model.config))


def _context(config: Any) -> int | None:
    return getattr(config.get_text_config(), "max_position_embeddings", None)


def _from_pretrained(load: Callable[..., Part], source: str, name: str) -> Part:
    """Loads without a word on the screen, and says in one sentence what is wrong."""
    from safetensors import SafetensorError
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    damaged = (EOFError, LookupError, RuntimeError, TypeError, ValueError, UnpicklingError, SafetensorError)
    try:
        return _at_hand_or_fetched(load, source)
    except OSError as error:
        if not Path(source).is_dir():
            raise BackendError(
                f"{source} is no folder here and cannot be fetched from the Hugging Face hub: check the name, the "
                "connection and, for a model that asks for consent, HF_TOKEN."
            ) from error
        raise BackendError(f"{name} cannot be loaded as a chat model: {_first_line(error)}") from error
    except (ImportError, *damaged) as error:
        raise BackendError(f"{name} cannot be loaded as a chat model: {_first_line(error)}") from error


def _at_hand_or_fetched(load: Callable[..., Part], source: str) -> Part:
    """Loads from the folder or the hub's cache without asking anybody, else from the hub."""
    from transformers.utils import logging

    try:
        return load(source, trust_remote_code=False, local_files_only=True)
    except OSError:
        if Path(source).is_dir():
            raise
    logging.enable_progress_bar()
    return load(source, trust_remote_code=False)


def _device() -> "tuple[str, torch.dtype]":
    """The fastest device of this machine and the kind of numbers that suits it."""
    import torch

    if torch.cuda.is_available():
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if torch.backends.mps.is_available():
        return "mps", torch.float16
    return "cpu", torch.get_default_dtype()


def _ends(model: _Model, chat: _ChatTokenizer) -> list[int]:
    """The tokens that end an answer: many models have one for a turn and one for the text."""
    named = model.generation_config.eos_token_id
    several = cast(list[int | None], named if isinstance(named, list) else [named])
    return list(dict.fromkeys(token for token in (*several, chat.eos_token_id) if token is not None))


def _matcher(tokens: "LLTokenizer", form: Form) -> "LLMatcher":
    """Follows an answer through the form; making one takes milliseconds, so none is kept."""
    from llguidance import LLMatcher

    # Without blanks between the parts, of which a model could otherwise write without end.
    grammar = LLMatcher.grammar_from_json_schema(form.schema, overrides={"whitespace_flexible": False})
    matcher = LLMatcher(tokens, grammar, log_level=0)  # what it logs are words of the answer
    if matcher.is_error():
        raise BackendError(f"An answer cannot be held to the form {form.name}: {matcher.get_error()}")
    return matcher


def _without_system(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The chat with the words of the system at the head of the user's first."""
    match messages:
        case (Message(role="system", text=rules), Message(role="user", text=text), *rest):
            return Message(role="user", text=f"{rules}\n\n{text}"), *rest
        case _:
            return messages


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]

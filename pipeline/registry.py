"""``name:model`` -> backend. Backends are known here by name alone and imported when one is asked for."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Protocol, cast

from pipeline.errors import BackendError, UsageError
from pipeline.limits import Limits
from pipeline.protocols import LanguageModel, Scribe, Transcriber
from pipeline.transcript import Language

AUTO_MODEL = "turbo"
"""The Whisper model of ``auto``."""


@dataclass(frozen=True)
class Entry:
    """Where a backend lives and what it needs.

    Attributes:
        module: Imported on demand.
        name: Its class there.
        model: The model taken when none is given; None for a backend that has none.
        package: Import name of the package it needs; None for none.
        install: The command that gets the package.
    """

    module: str
    name: str
    model: str | None = None
    package: str | None = None
    install: str | None = None


TRANSCRIBERS = {
    "whisper": Entry(
        "pipeline.backends.asr_whisper",
        "WhisperTranscriber",
        AUTO_MODEL,
        "whisper",
        "pip install openai-whisper",
    ),
    "sphinx": Entry(
        "pipeline.backends.asr_sphinx",
        "SphinxTranscriber",
        package="pocketsphinx",
        install="pip install --prefer-binary pocketsphinx",
    ),
}
SCRIBES = {"rules": Entry("pipeline.scribes.rules", "RulesScribe")}
LLM = "llm"
"""Before the name of a language model, the scribe that asks it."""


def _hosted(package: str, extra: str) -> Entry:
    install = f"pip install 'lihui[{extra}]'"
    return Entry("pipeline.backends.llm_langchain", "LangchainModel", "", package, install)


LANGUAGE_MODELS = {
    "openai": _hosted("langchain_openai", "openai"),
    "anthropic": _hosted("langchain_anthropic", "anthropic"),
    "google_genai": _hosted("langchain_google_genai", "google"),
    "ollama": _hosted("langchain_ollama", "ollama"),
    "deepseek": _hosted("langchain_deepseek", "deepseek"),
    "transformers": Entry(
        "pipeline.backends.llm_transformers", "TransformersModel", "", "llguidance", "pip install llguidance"
    ),
}
"""Whoever speaks OpenAI's protocol is ``openai`` with OPENAI_BASE_URL."""


class _Weights(Protocol):
    """The module that says whether Whisper's weights can be had."""

    def weights_present(self, model: str) -> bool: ...
    def can_be_fetched(self) -> bool: ...


def make_transcriber(spec: str) -> Transcriber:
    """The recogniser of a specification such as ``whisper:turbo``, ``whisper:/path/x.pt`` or ``sphinx``.

    Raises:
        UsageError: No such recogniser or model.
        BackendError: A package it needs is not installed.
    """
    return cast(Transcriber, _made("recogniser", TRANSCRIBERS, spec))


@dataclass(frozen=True)
class Reader:
    """How a meeting is read, where a language model reads it.

    Attributes:
        llm: The model that ``auto`` takes, such as ``openai:gpt-4.1``; None for none.
        limits: Bounds on the questions.
        prompts: By task, the version or file used instead of the active one.
        redact: Whether phone numbers and the like are replaced before they leave the machine.
    """

    llm: str | None = None
    limits: Limits = field(default_factory=Limits)
    prompts: Mapping[str, str] = field(default_factory=dict[str, str])
    redact: bool = False


def make_scribe(spec: str, reader: Reader | None = None) -> Scribe:
    """The scribe of a specification: ``rules``, ``llm:openai:gpt-4.1``, or ``auto``.

    ``auto`` is the language model that was set up, else the rules.

    Raises:
        UsageError: No such scribe or model.
        BackendError: A package it needs is not installed.
    """
    known = reader or Reader()
    if spec == "auto":
        spec = f"{LLM}:{known.llm.removeprefix(f'{LLM}:')}" if known.llm else "rules"
    kind, _, model = spec.partition(":")
    if kind == LLM:
        make = importlib.import_module("pipeline.scribes.llm").LlmScribe
        language_model = make_language_model(model, known.limits)
        return cast(Scribe, make(language_model, known.limits, known.prompts, redact=known.redact))
    return cast(Scribe, _made("scribe", SCRIBES, spec, also=("auto", f"{LLM}:MODEL")))


def make_language_model(spec: str, limits: Limits) -> LanguageModel:
    """The language model of a specification such as ``openai:gpt-4.1`` or ``transformers:/path``.

    Raises:
        UsageError: No such provider, or no model is named.
        BackendError: A package it needs is not installed.
    """
    provider, _, model = spec.partition(":")
    entry = LANGUAGE_MODELS.get(provider)
    if entry is None:
        hint = did_you_mean(provider, LANGUAGE_MODELS)
        raise UsageError(
            f"There is no provider “{provider}”{hint} There are: {', '.join(sorted(LANGUAGE_MODELS))}. "
            "Whoever speaks OpenAI's protocol is openai with OPENAI_BASE_URL."
        )
    if not model:
        raise UsageError(f"“{spec}” names no model: write {LLM}:{provider}:MODEL.")
    _check_package(provider, entry)
    make = getattr(importlib.import_module(entry.module), entry.name)
    return cast(LanguageModel, make(model if provider == "transformers" else spec, limits))


def choose_transcriber(spec: str, language: Language | None) -> Transcriber:
    """The recogniser for a meeting; ``auto`` takes the best that this machine can have.

    That is Whisper where its weights are here or can be fetched, else the built-in one, which knows English
    alone and says in its transcripts that its accuracy is low. A language that nobody gave is English then.

    Raises:
        UsageError: No such recogniser or model.
        BackendError: Chinese, and there is neither Whisper's weights nor a way to them.
    """
    if spec != "auto":
        return make_transcriber(spec)
    if _whisper_can_be_had():
        return make_transcriber(f"whisper:{AUTO_MODEL}")
    if language == "zh":
        raise BackendError(
            "Chinese needs Whisper, whose weights are not on this machine and cannot be fetched now: with a "
            f"connection run `lihui doctor --fetch whisper:{AUTO_MODEL}` once, or import a transcript that "
            "your meeting software made (vtt, srt, txt, docx, json) instead of the recording."
        )
    return make_transcriber("sphinx")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest known one, or a full stop."""
    near = get_close_matches(name, tuple(known), n=1, cutoff=0.5)
    return f": did you mean “{near[0]}”?" if near else "."


def _whisper_can_be_had() -> bool:
    """Whether Whisper is installed and its weights are here or within reach."""
    entry = TRANSCRIBERS["whisper"]
    if entry.package and find_spec(entry.package) is None:
        return False
    weights = cast(_Weights, importlib.import_module("pipeline.backends.whisper_weights"))
    return weights.weights_present(AUTO_MODEL) or weights.can_be_fetched()


def _made(what: str, table: dict[str, Entry], spec: str, also: tuple[str, ...] = ()) -> object:
    """Imports and makes the backend of a specification; ``also`` are names that are known elsewhere."""
    name, colon, model = spec.partition(":")
    entry = table.get(name)
    if entry is None:
        known = (*sorted(table), *also)
        raise UsageError(
            f"There is no {what} “{name}”{did_you_mean(name, known)} There are: {', '.join(known)}."
        )
    if colon and (entry.model is None or not model):
        raise UsageError(f"“{spec}” is no {what}: write {name}{':MODEL' if entry.model else ''}.")
    _check_package(name, entry)
    make = getattr(importlib.import_module(entry.module), entry.name)
    return make() if entry.model is None else make(model or entry.model)


def _check_package(name: str, entry: Entry) -> None:
    if entry.package and find_spec(entry.package) is None:
        raise BackendError(f"{name} needs a package that is not installed: {entry.install}")

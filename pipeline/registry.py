"""``name:model`` -> backend. Backends are known here by name alone and imported when one is asked for."""

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from typing import Protocol, cast

from pipeline.errors import BackendError, UsageError
from pipeline.protocols import Scribe, Transcriber
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


def make_scribe(spec: str) -> Scribe:
    """The scribe of a specification such as ``rules``.

    Raises:
        UsageError: No such scribe.
        BackendError: A package it needs is not installed.
    """
    return cast(Scribe, _made("scribe", SCRIBES, spec))


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


def _made(what: str, table: dict[str, Entry], spec: str) -> object:
    """Imports and makes the backend of a specification."""
    name, colon, model = spec.partition(":")
    entry = table.get(name)
    if entry is None:
        raise UsageError(
            f"There is no {what} “{name}”{did_you_mean(name, table)} There are: {', '.join(sorted(table))}."
        )
    if colon and (entry.model is None or not model):
        raise UsageError(f"“{spec}” is no {what}: write {name}{':MODEL' if entry.model else ''}.")
    if entry.package and find_spec(entry.package) is None:
        raise BackendError(f"{name} needs a package that is not installed: {entry.install}")
    make = getattr(importlib.import_module(entry.module), entry.name)
    return make() if entry.model is None else make(model or entry.model)

"""Whisper, as openai-whisper loads and decodes it: Chinese, English and mixed talk, with punctuation.

The recording is heard in blocks of two minutes cut at quiet places: memory stays bounded however long it is,
and the progress is real.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Literal, Protocol, TypedDict, cast

from pipeline.audio import Audio
from pipeline.backends.whisper_weights import MODELS, fetch, is_path, weights_path
from pipeline.errors import BackendError, UsageError
from pipeline.protocols import Progress
from pipeline.transcript import Language, Transcript, Utterance, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK_SECONDS = 120.0
# The prompt has 223 tokens, and a Chinese character may take two of them.
_PROMPT_CHARACTERS = {"zh": 100, "en": 500}
_LEAD = {"zh": "以下是普通话的会议录音，有标点符号。提到的名字：", "en": "A business meeting. Names: "}


class _Word(TypedDict):
    word: str
    start: float
    end: float


class _Segment(TypedDict):
    start: float
    end: float
    text: str
    words: list[_Word]


class _Result(TypedDict):
    segments: list[_Segment]


class _Dimensions(Protocol):
    n_mels: int


class _Model(Protocol):
    """The part of openai-whisper's model that is used here; its methods carry no types."""

    dims: _Dimensions
    device: object
    is_multilingual: bool

    def transcribe(
        self,
        audio: "NDArray[np.float32]",
        *,
        language: str,
        initial_prompt: str | None,
        carry_initial_prompt: bool,
        condition_on_previous_text: bool,
        word_timestamps: bool,
        fp16: bool,
    ) -> _Result: ...


class WhisperTranscriber:
    """Listens with an official Whisper model or a checkpoint on disk; tells no speakers apart."""

    def __init__(self, model: str = "turbo") -> None:
        """Takes an official name or the path of a checkpoint, which is loaded when it is needed.

        Raises:
            UsageError: Neither an official name nor a path.
        """
        if model not in MODELS and not is_path(model):
            near = get_close_matches(model, MODELS, n=1)
            hint = f": did you mean “whisper:{near[0]}”?" if near else f". There are: {', '.join(MODELS)}."
            raise UsageError(f"Whisper has no model “{model}”{hint}")
        self.model = model
        self.name = f"whisper:{model}"

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        """Listens to the whole recording.

        Args:
            audio: 16 kHz mono samples on disk.
            language: None lets the model decide between Chinese and English.
            names: Part of the prompt of every window, as far as the prompt holds them.
            progress: Called after every block with the share done, 0 to 1.

        Raises:
            BackendError: The weights are missing and cannot be fetched, damaged, or know no Chinese.
        """
        model = self._loaded
        if language == "zh" and not model.is_multilingual:
            raise BackendError(f"{self.name} understands English only: use --asr whisper:turbo for Chinese.")
        spoken = language or _detect(model, audio)
        prompt = _prompt(names, spoken)
        utterances: list[Utterance] = []
        for start, end in audio.blocks(BLOCK_SECONDS):
            for segment in self._hear(model, audio.samples(start, end), spoken, prompt):
                if segment["text"].strip():
                    utterances.append(_utterance(len(utterances), segment, start, end))
            progress(min(end / audio.seconds, 1.0))
        return Transcript(language=spoken, utterances=tuple(utterances))

    @cached_property
    def _loaded(self) -> _Model:
        return _load(self.model)

    def _hear(
        self,
        model: _Model,
        samples: "NDArray[np.float32]",
        language: Language,
        prompt: str | None,
    ) -> list[_Segment]:
        """Decodes one block."""
        try:
            result = model.transcribe(
                samples,
                language=language,
                initial_prompt=prompt,
                carry_initial_prompt=True,
                # What was misheard once must not lead the next window astray.
                condition_on_previous_text=False,
                word_timestamps=True,
                fp16=str(model.device) != "cpu",
            )
        except (RuntimeError, ValueError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise BackendError(f"{self.name} failed while it listened: {reason}") from error
        return result["segments"]


def _load(model: str) -> _Model:
    """Loads a checkpoint, after fetching an official one that is not there."""
    import whisper  # pyright: ignore[reportMissingTypeStubs]

    path = weights_path(model)
    if model in MODELS:
        fetch(model)
    elif not path.is_file():
        raise BackendError(f"There is no Whisper checkpoint {path}.")
    name = model if model in MODELS else str(path)
    try:
        return cast(_Model, whisper.load_model(name))  # pyright: ignore[reportUnknownMemberType]
    except (OSError, EOFError, KeyError, TypeError, RuntimeError, UnpicklingError) as error:
        raise BackendError(f"{path} cannot be loaded as a Whisper checkpoint: {error}") from error


def _detect(model: _Model, audio: Audio) -> Language:
    """Chinese or English, whichever is likelier in three windows of the recording together."""
    if not model.is_multilingual:
        return "en"
    score = {"zh": 0.0, "en": 0.0}
    for share in (0.1, 0.5, 0.9):
        start = max(audio.seconds * share - 15, 0.0)
        probabilities = _language_probabilities(model, audio.samples(start, start + 30))
        score = {language: score[language] + probabilities[language] for language in score}
    return "zh" if score["zh"] > score["en"] else "en"


def _language_probabilities(model: _Model, samples: "NDArray[np.float32]") -> Mapping[str, float]:
    """How likely each language is in up to 30 s; openai-whisper's own functions carry no types."""
    import whisper  # pyright: ignore[reportMissingTypeStubs]

    window = whisper.pad_or_trim(samples)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType, reportArgumentType]
    mel = whisper.log_mel_spectrogram(window, model.dims.n_mels, device=model.device)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType, reportArgumentType]
    return cast("tuple[object, Mapping[str, float]]", whisper.detect_language(model, mel))[1]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType, reportArgumentType]


def _prompt(names: Sequence[str], language: Language) -> str | None:
    """Names that are likely to be said, as many as the prompt holds."""
    room = _PROMPT_CHARACTERS[language]
    kept: list[str] = []
    for name in dict.fromkeys(names):
        room -= len(name) + 2
        if room < 0:
            break
        kept.append(name)
    stop: Literal["。", "."] = "。" if language == "zh" else "."
    return _LEAD[language] + ("、" if language == "zh" else ", ").join(kept) + stop if kept else None


def _utterance(index: int, segment: _Segment, start: float, end: float) -> Utterance:
    """One segment of a block that begins at ``start``, in the recording's own time."""

    def at(seconds: float) -> float:
        return round(min(start + seconds, end), 2)

    words = tuple(
        Word(text=word["word"].strip(), start=at(word["start"]), end=at(word["end"]))
        for word in segment["words"]
        if word["word"].strip()
    )
    return Utterance(
        id=index,
        start=at(segment["start"]),
        end=at(segment["end"]),
        text=segment["text"].strip(),
        words=words,
    )

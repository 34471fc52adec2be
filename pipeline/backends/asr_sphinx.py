"""The recogniser that is always there: pocketsphinx with the US English model its wheel carries.

It hears clear, close English and little else, so every transcript says that its accuracy is low. It knows no
speakers and takes no hints.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Protocol, cast

from pipeline.audio import SAMPLE_RATE, Audio
from pipeline.errors import BackendError
from pipeline.protocols import Progress
from pipeline.transcript import Language, Transcript, Utterance, Word

PAUSE_SECONDS = 0.4
"""A pause as long ends an utterance: longer than a breath at a comma, shorter than between speakers."""
LONGEST_SECONDS = 20.0
_FRAME_SECONDS = 0.03
_MARGIN_SECONDS = 0.2
_READ_SECONDS = 60.0
# pocketsphinx numbers its own frames, a hundred a second.
_STEP_SECONDS = 0.01

_LOW_ACCURACY = (
    "This transcript was made by the small built-in recogniser, whose accuracy is low: check names, numbers "
    "and dates. `lihui doctor --fetch whisper:turbo` gets the Whisper model, which hears far better."
)

_TAKEN_FOR_ENGLISH = (
    "The language was not given and was taken for English; Chinese needs Whisper and --language zh."
)

_CAPITALS = (
    "monday tuesday wednesday thursday friday saturday sunday january february april june july august \
september october november december i i'm i'll i've i'd"
)
_CAPITALISED = {word: word.capitalize() for word in _CAPITALS.split()}


class _Segment(Protocol):
    """One word of a result, in frames of 10 ms."""

    word: str
    start_frame: int
    end_frame: int


class _Decoder(Protocol):
    """The part of pocketsphinx's Decoder that is used here; pocketsphinx carries no types."""

    def start_utt(self) -> None: ...
    def process_raw(self, data: bytes, no_search: bool = False, full_utt: bool = False) -> None: ...
    def end_utt(self) -> None: ...
    def seg(self) -> Iterable[_Segment] | None: ...


class _Detector(Protocol):
    """The part of pocketsphinx's Vad that is used here."""

    frame_bytes: int

    def is_speech(self, frame: bytes) -> bool: ...


class SphinxTranscriber:
    """Listens with pocketsphinx: English only, one utterance between two pauses, no speakers."""

    name = "sphinx"

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        """Listens to the whole recording, a stretch of speech at a time.

        Args:
            audio: 16 kHz mono samples on disk.
            language: ``en``, or None, which is taken for English.
            names: Not used to listen; names of people among them are written with a capital.
            progress: Called with the share done, 0 to 1.

        Raises:
            BackendError: The language is Chinese, or the model cannot be loaded.
        """
        if language == "zh":
            raise BackendError(
                "The built-in recogniser understands English only: use --asr whisper:turbo for Chinese."
            )
        decoder = _load()
        written = {
            part.lower(): part for name in names for part in name.split() if part.istitle()
        } | _CAPITALISED
        utterances: list[Utterance] = []
        for start, end in speech_spans(_voiced(audio)):
            words = _hear(decoder, audio, start, end)
            if words:
                text = _sentence([word.text for word in words], written)
                utterances.append(
                    Utterance(
                        id=len(utterances), start=words[0].start, end=words[-1].end, text=text, words=words
                    )
                )
            progress(min(end / audio.seconds, 1.0))
        return Transcript(language="en", utterances=tuple(utterances), notices=notices(language))


def notices(language: Language | None) -> tuple[str, ...]:
    """What a reader must know of a transcript made here, given the language that was asked for."""
    return (_LOW_ACCURACY,) if language else (_LOW_ACCURACY, _TAKEN_FOR_ENGLISH)


def speech_spans(voiced: bytes) -> tuple[tuple[float, float], ...]:
    """Groups frames of 30 ms, each 1 (voiced) or 0, into stretches of speech.

    Returns:
        Start and end in seconds. Between two stretches lies a pause of at least ``PAUSE_SECONDS`` (or the
        longest pause at hand, where somebody speaks on for more than ``LONGEST_SECONDS``).
    """
    runs: list[tuple[int, int]] = []
    at = 0
    for speech, frames in groupby(voiced):
        length = sum(1 for _ in frames)
        if speech:
            runs.append((at, at + length))
        at += length
    spans = tuple(_split(runs, PAUSE_SECONDS / _FRAME_SECONDS))
    befores = (0, *(last for _, last in spans))
    afters = (*(first for first, _ in spans[1:]), len(voiced))
    # A margin for the soft sounds at both ends, but no more than half of the pause: nothing is heard twice.
    margin = round(_MARGIN_SECONDS / _FRAME_SECONDS)
    return tuple(
        (
            (first - min(margin, (first - before) // 2)) * _FRAME_SECONDS,
            (last + min(margin, (after - last) // 2)) * _FRAME_SECONDS,
        )
        for (first, last), before, after in zip(spans, befores, afters, strict=False)
    )


def _split(runs: list[tuple[int, int]], pause: float) -> Iterator[tuple[int, int]]:
    """Joins runs of voiced frames over short pauses; where that grows too long, ends at the longest pause."""
    longest = round(LONGEST_SECONDS / _FRAME_SECONDS)
    runs = [piece for run in runs for piece in _pieces(run, longest)]
    begin = 0
    while begin < len(runs):
        end = begin + 1
        while end < len(runs) and runs[end][0] - runs[end - 1][1] < pause:
            if runs[end][1] - runs[begin][0] > longest:
                end = max(range(begin + 1, end + 1), key=lambda at: (runs[at][0] - runs[at - 1][1], at))
                break
            end += 1
        yield runs[begin][0], runs[end - 1][1]
        begin = end


def _pieces(run: tuple[int, int], longest: int) -> Iterator[tuple[int, int]]:
    """Cuts unbroken sound evenly into pieces that are not too long."""
    first, last = run
    count = -(-(last - first) // longest)
    edges = (first + (last - first) * piece // count for piece in range(count + 1))
    yield from pairwise(edges)


def _voiced(audio: Audio) -> bytes:
    """Says for every 30 ms of a recording whether somebody speaks (1) or not (0)."""
    import pocketsphinx  # pyright: ignore[reportMissingTypeStubs]

    # Strict: the loose modes call the first half second after a word speech, and turns run together.
    mode = cast(int, pocketsphinx.Vad.MEDIUM_STRICT)  # pyright: ignore[reportUnknownMemberType]
    detector = cast(_Detector, pocketsphinx.Vad(mode, SAMPLE_RATE, _FRAME_SECONDS))  # pyright: ignore[reportUnknownMemberType]
    step = detector.frame_bytes
    voiced = bytearray()
    start = 0.0
    while start < audio.seconds:
        pcm = audio.pcm(start, start + _READ_SECONDS)
        voiced.extend(detector.is_speech(pcm[at : at + step]) for at in range(0, len(pcm) - step + 1, step))
        start += _READ_SECONDS
    return bytes(voiced)


def _load() -> _Decoder:
    """Loads the model that the wheel carries."""
    import pocketsphinx  # pyright: ignore[reportMissingTypeStubs]

    try:
        decoder = pocketsphinx.Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except RuntimeError as error:
        raise BackendError(f"The built-in recogniser cannot be loaded: {error}.") from error
    return cast(_Decoder, decoder)


def _hear(decoder: _Decoder, audio: Audio, start: float, end: float) -> tuple[Word, ...]:
    """Recognises one stretch; returns its words with their times in the recording."""
    decoder.start_utt()
    decoder.process_raw(audio.pcm(start, end), full_utt=True)
    decoder.end_utt()
    return tuple(
        Word(
            text=re.sub(r"\(\d+\)$", "", segment.word),
            start=round(start + segment.start_frame * _STEP_SECONDS, 2),
            end=round(start + (segment.end_frame + 1) * _STEP_SECONDS, 2),
        )
        for segment in decoder.seg() or ()
        # Silences and noises stand in brackets, plus signs or angles: <sil>, [NOISE], ++UM++.
        if segment.word[0].isalnum()
    )


def _sentence(words: list[str], written: dict[str, str]) -> str:
    """Joins recognised words, with a capital where English always has one."""
    # "march" and "may" are months only where a day or a preposition leads to them.
    months = (
        word.capitalize() if word in {"march", "may"} and before in {"of", "in"} else written.get(word, word)
        for before, word in pairwise(["", *words])
    )
    text = " ".join(months)
    return text[:1].upper() + text[1:]

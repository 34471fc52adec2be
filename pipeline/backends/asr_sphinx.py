"""The recogniser that is always there: pocketsphinx with the US English model its wheel carries.

It hears clear, close English and little else, so every transcript says that its accuracy is low, and it knows
no speakers. Names that its dictionary lacks are added with a pronunciation put together from words that it
has: in 54 sentences with such names, spoken by flite, it heard none of the names without that and 20 with it,
and no other word worse.
"""

import re
from collections.abc import Iterable
from typing import Protocol, cast

from pipeline.audio import SAMPLE_RATE, Audio
from pipeline.backends.capitals import Capitals
from pipeline.backends.pronounce import pronounce
from pipeline.backends.speech import FRAME_SECONDS, speech_spans
from pipeline.errors import BackendError
from pipeline.protocols import Progress
from pipeline.transcript import Language, Transcript, Utterance, Word

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
    def lookup_word(self, word: str) -> str | None: ...
    def add_word(self, word: str, phones: str, update: bool = True) -> int: ...
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
            names: Their words are added to the dictionary where it lacks them; names of people get a capital.
            progress: Called with the share done, 0 to 1.

        Raises:
            BackendError: The language is Chinese, or the model cannot be loaded.
        """
        if language == "zh":
            raise BackendError(
                "The built-in recogniser understands English only: use --asr whisper:turbo for Chinese."
            )
        decoder = _load()
        capitals = Capitals.of(names)
        _teach(decoder, names)
        utterances: list[Utterance] = []
        for start, end in speech_spans(_voiced(audio)):
            words = _hear(decoder, audio, start, end)
            if words:
                text = capitals.sentence([word.text for word in words])
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


def _voiced(audio: Audio) -> bytes:
    """Says for every 30 ms of a recording whether somebody speaks (1) or not (0)."""
    import pocketsphinx  # pyright: ignore[reportMissingTypeStubs]

    # Strict: the loose modes call the first half second after a word speech, and turns run together.
    mode = cast(int, pocketsphinx.Vad.MEDIUM_STRICT)  # pyright: ignore[reportUnknownMemberType]
    detector = cast(_Detector, pocketsphinx.Vad(mode, SAMPLE_RATE, FRAME_SECONDS))  # pyright: ignore[reportUnknownMemberType]
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


def _teach(decoder: _Decoder, names: tuple[str, ...]) -> None:
    """Adds the words of names that the dictionary lacks."""
    for word in {part.lower() for name in names for part in name.split()}:
        if word.isascii() and word.isalpha() and decoder.lookup_word(word) is None:
            phones = pronounce(word, decoder.lookup_word)
            if phones:
                decoder.add_word(word, phones)


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

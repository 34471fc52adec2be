"""Listening to a recording part by part: what was heard before an interruption is not heard again."""

from collections.abc import Callable, Sequence
from functools import partial

from pipeline.audio import Audio
from pipeline.errors import AudioError
from pipeline.journal import Journal, Tell
from pipeline.protocols import Progress, Transcriber, Work
from pipeline.transcript import Language, Transcript, Utterance, Word

PART_SECONDS = 300.0
"""Long enough that the cuts do no harm, short enough that hearing one part again is no loss."""

Hark = Callable[[tuple[Utterance, ...]], None]
"""Called after every part with all that was heard so far, numbered and timed as in the whole."""


def nobody_harks(heard: tuple[Utterance, ...]) -> None:
    """For recordings that nobody reads along with."""
    del heard


def hear(
    audio: Audio,
    transcriber: Transcriber,
    journal: Journal,
    *,
    language: Language | None,
    names: tuple[str, ...],
    progress: Progress,
    hark: Hark = nobody_harks,
) -> Transcript:
    """Listens to a recording in parts cut at quiet places; each is kept as soon as it is heard.

    Args:
        audio: The decoded recording.
        transcriber: Who listens.
        journal: Where the parts are kept.
        language: None takes the language that the transcriber finds in the first part with words in it.
        names: Names that are likely to be said.
        progress: Called with the share of the whole recording that is heard, 0 to 1.
        hark: Called with what was heard so far.

    Raises:
        AudioError: Not a word is said in it.
        BackendError: The transcriber cannot be loaded or fails.
    """
    heard: list[tuple[float, Transcript]] = []
    progress(0.0)
    for start, end in audio.blocks(PART_SECONDS):
        spoken: Language | None = language or next(
            (part.language for _, part in heard if part.utterances), None
        )
        listen = partial(_listen, transcriber, audio, start, end, spoken, names)
        kept = journal.aside(_within(progress, start / audio.seconds, end / audio.seconds))
        inputs = (audio.seconds, start, end, spoken, names)
        part = kept.step("part", Transcript, listen, *inputs, by=type(transcriber), backend=transcriber.name)
        heard.append((start, part))
        hark(_said(heard))
    if not any(part.utterances for _, part in heard):
        raise AudioError(f"Not a word is heard in {audio.source}.")
    return _in_a_row(heard)


def _within(progress: Progress, first: float, last: float) -> Tell:
    """Progress of a part as progress of the whole, of which the part is the share ``first`` to ``last``."""
    return lambda _, share: progress(first + share * (last - first))


def _listen(
    transcriber: Transcriber,
    audio: Audio,
    start: float,
    end: float,
    language: Language | None,
    names: tuple[str, ...],
    work: Work,
) -> Transcript:
    """Hears one part, in the part's own time."""
    if end - start == audio.seconds:
        return transcriber.transcribe(audio, language=language, names=names, progress=work.progress)
    path = audio.path.with_name("part.wav")
    try:
        audio.clip(start, end, path)
        clip = Audio(path, end - start, audio.source)
        return transcriber.transcribe(clip, language=language, names=names, progress=work.progress)
    finally:
        path.unlink(missing_ok=True)


def _in_a_row(parts: Sequence[tuple[float, Transcript]]) -> Transcript:
    """One transcript in the recording's time from parts that begin at the given seconds."""
    heard = [part for _, part in parts if part.utterances]
    return Transcript(
        language=heard[0].language,
        utterances=_said(parts),
        notices=tuple(dict.fromkeys(notice for part in heard for notice in part.notices)),
    )


def _said(parts: Sequence[tuple[float, Transcript]]) -> tuple[Utterance, ...]:
    """The utterances of all parts, numbered in a row."""
    said = (_moved(utterance, start) for start, part in parts for utterance in part.utterances)
    return tuple(utterance.model_copy(update={"id": number}) for number, utterance in enumerate(said))


def _moved(utterance: Utterance, by: float) -> Utterance:
    """An utterance of a recogniser, which always has times, that many seconds later."""
    return utterance.model_copy(
        update={
            "start": None if utterance.start is None else round(utterance.start + by, 2),
            "end": None if utterance.end is None else round(utterance.end + by, 2),
            "words": tuple(
                Word(text=word.text, start=round(word.start + by, 2), end=round(word.end + by, 2))
                for word in utterance.words
            ),
        }
    )

"""``transcript.json``, and the segments that Whisper and its relatives write."""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import TranscriptError
from pipeline.importers.cue import Cue, clean
from pipeline.importers.language import detect_language
from pipeline.transcript import Language, Transcript, Utterance, Word

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]

# Programs write the code, the locale or the name of a language.
_LANGUAGES: dict[str, Language] = {"zh": "zh", "ch": "zh", "cm": "zh", "yu": "zh", "en": "en"}


class _Row(BaseModel):
    """A row of somebody else's file: keys of its own say nothing to us."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Word(_Row):
    text: str = Field(validation_alias=AliasChoices("text", "word"))
    start: Seconds | None = None
    end: Seconds | None = None


class _Segment(_Row):
    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    speaker: str | None = None
    words: tuple[_Word, ...] | None = None


class _Utterance(_Segment):
    id: int


class _File(_Row):
    language: str | None = None
    utterances: tuple[_Utterance, ...] | None = None
    segments: tuple[_Segment, ...] | None = None
    notices: tuple[str, ...] = ()


def read_json(text: str, source: str, language: Language | None) -> Transcript | tuple[Cue, ...]:
    """A whole transcript from ``{"utterances": …}``, or cues from ``{"segments": …}`` or a list of segments.

    Args:
        text: The file.
        source: Its name, for messages.
        language: Goes before what the file says.

    Raises:
        TranscriptError: No JSON, or in none of these forms; the sentence names the line or the key.
    """
    try:
        file = _parsed(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TranscriptError(f"{source}: {where + ': ' if where else ''}{first['msg']}.") from error
    for index, row in enumerate(file.utterances or file.segments or ()):
        if row.start is not None and row.end is not None and row.end < row.start:
            raise TranscriptError(
                f"{source}: piece {index} ends before it starts ({row.start} s to {row.end} s)."
            )
    if file.utterances is not None:
        return _transcript(file, file.utterances, source, language)
    if file.segments is None:
        raise TranscriptError(f'{source} has neither "utterances" nor "segments": it is no transcript.')
    return tuple(_cue(segment) for segment in file.segments)


def stated_language(text: str) -> Language | None:
    """The language a file names as "zh", "zh-CN", "Chinese", "en_US" …; None for any other."""
    return _LANGUAGES.get(text.strip().lower()[:2])


def _parsed(text: str) -> _File:
    if text.lstrip().startswith("["):
        return _File(segments=TypeAdapter(tuple[_Segment, ...]).validate_json(text))
    return _File.model_validate_json(text)


def _transcript(
    file: _File, rows: tuple[_Utterance, ...], source: str, language: Language | None
) -> Transcript:
    for index, row in enumerate(rows):
        if row.id != index:
            raise TranscriptError(
                f"{source}: utterance {index} has id {row.id}; ids count from 0 without gaps."
            )
        if not row.text.strip():
            raise TranscriptError(f"{source}: utterance {index} has no text; leave it out or fill it in.")
    stated = stated_language(file.language or "")
    said = " ".join(row.text for row in rows)
    return Transcript(
        language=language or stated or detect_language(said),
        utterances=tuple(
            Utterance(
                id=row.id,
                start=row.start,
                end=row.end,
                speaker=(row.speaker or "").strip() or None,
                text=row.text,
                words=_words(row),
            )
            for row in rows
        ),
        notices=file.notices,
    )


def _cue(row: _Segment) -> Cue:
    speaker = clean(row.speaker or "") or None
    return Cue(clean(row.text), row.start, row.end, speaker, _words(row))


def _words(row: _Segment) -> tuple[Word, ...]:
    """Words with times; recognisers leave out the times of some."""
    return tuple(
        Word(text=word.text.strip(), start=word.start, end=word.end)
        for word in row.words or ()
        if word.start is not None and word.end is not None and word.text.strip()
    )

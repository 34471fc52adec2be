"""Transcripts that other programs made, read as one Transcript."""

import re
from pathlib import Path

from pipeline.errors import TranscriptError
from pipeline.importers.cue import Cue
from pipeline.importers.docx import docx_text
from pipeline.importers.encoding import decode
from pipeline.importers.json_transcript import read_json
from pipeline.importers.language import detect_language
from pipeline.importers.merge import in_order, utterances
from pipeline.importers.srt import read_srt
from pipeline.importers.text import read_text
from pipeline.importers.vtt import read_vtt
from pipeline.transcript import Language, Transcript

TRANSCRIPT_SUFFIXES = frozenset({".vtt", ".srt", ".txt", ".md", ".log", ".docx", ".json"})
"""Names of files that may be transcripts end with one of these."""

# Twelve hours of fast talk with times and markup stay under 10 MB.
_LARGEST = 100_000_000
_TIMING_LINE = re.compile(r"^[ \t]*\d[\d:.,]*[ \t]*-->[ \t]*\d", re.MULTILINE)


def read_transcript(path: Path, *, language: Language | None = None) -> Transcript:
    """Reads a transcript: WebVTT, SRT, plain text, Markdown, Word, transcript.json or Whisper's JSON.

    The form is chosen by the extension, and by what the file holds where that says otherwise. Text is
    UTF-8, UTF-16 or GB18030. ``transcript.json`` comes back as it is; in all other forms what one speaker
    says in a row is one utterance up to about a minute.

    Args:
        path: The file.
        language: None lets the characters decide.

    Raises:
        TranscriptError: The file is missing, empty, not a transcript, damaged, or nobody speaks in it.
    """
    content = _bytes(path)
    read = _read(content, path, language)
    if not isinstance(read, Transcript):
        cues = tuple(cue for cue in read if cue.text)
        said = "".join(cue.text for cue in cues)
        read = Transcript(language=language or detect_language(said), utterances=utterances(in_order(cues)))
    if not any(any(map(str.isalnum, utterance.text)) for utterance in read.utterances):
        raise TranscriptError(f"{path.name} has no line of speech.")
    return read


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise TranscriptError(f"{path.name} is too large for a transcript ({size // 1_000_000} MB).")
        content = path.read_bytes()
    except OSError as error:
        raise TranscriptError(f"{path} cannot be read: {error.strerror}.") from error
    if not content.strip():
        raise TranscriptError(f"{path.name} is empty.")
    return content


def _read(content: bytes, path: Path, language: Language | None) -> Transcript | tuple[Cue, ...]:
    source, extension = path.name, path.suffix.lower()
    if content.startswith(b"PK") or extension == ".docx":
        text = docx_text(content, source)
        extension = ".txt"
    else:
        text = _decoded(content, source)
    if extension == ".json" or (extension not in (".vtt", ".srt") and text.lstrip().startswith('{"')):
        return read_json(text, source, language)
    if extension == ".vtt" or text.lstrip().startswith("WEBVTT"):
        return read_vtt(text, source)
    if extension == ".srt" or _TIMING_LINE.search(text):
        return read_srt(text, source)
    return read_text(text)


def _decoded(content: bytes, source: str) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TranscriptError(
            f"{source} is an old or locked Word document; save it as .docx without a password."
        )
    text = decode(content)
    if text is None:
        raise TranscriptError(
            f"{source} is not text in UTF-8, UTF-16 or GB18030; if it is a transcript, save it as UTF-8."
        )
    return text

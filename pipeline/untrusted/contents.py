"""What a file is, by its name and its first bytes, while the rest of it is still arriving."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, Protocol, cast

import filetype  # pyright: ignore[reportMissingTypeStubs]

from pipeline.errors import InputError
from pipeline.importers import TRANSCRIPT_SUFFIXES
from pipeline.importers.encoding import decode
from pipeline.recording import RECORDING_SUFFIXES

HEAD_BYTES = 8192
"""First bytes that ``sniff`` should be given: an entry of a Word document that tells it is one lies within."""

Kind = Literal["recording", "transcript"]

_MEDIA = re.compile(
    rb"""
      (?:RIFF|RF64|BW64).{4}(?:WAVE|AVI\x20)
    | riff\x2e\x91\xcf\x11                        # Sony's w64
    | FORM.{4}AIF[FC]
    | OggS\x00 | fLaC | caff\x00 | \#!AMR
    | \x1aE\xdf\xa3                               # Matroska, WebM
    | 0&\xb2u\x8ef\xcf\x11                        # ASF: wma
    | .{4}(?:ftyp|moov|mdat|wide|free|skip|pnot)  # MP4 and QuickTime
    | G.{187}G.{187}G                             # MPEG transport stream
    | ID3[\x02-\x04]
    """,
    re.DOTALL | re.VERBOSE,
)
_LEADING_TEXT = (
    (re.compile(r"(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.DOTALL), "a web page"),
    (re.compile(r"<\?xml|<svg\b"), "XML"),
    (re.compile(r"<\?php|#!\s*/"), "a program"),
    (re.compile(r"\{\\rtf"), "an RTF document; save it as .docx or .txt"),
    (re.compile(r"%pdf-"), "a PDF document"),
    (re.compile(r"%!ps"), "a PostScript document"),
    (re.compile(r"#extm3u|ffconcat version|\[playlist\]"), "a playlist"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ENTRY = re.compile(rb"PK\x03\x04.{22}(..)", re.DOTALL)
# Word's own entries, and those that every Office document has.
_OFFICE_ENTRIES = ("[Content_Types].xml", "_rels/", "docProps/", "customXml/")


class _Foreign(Protocol):
    """The part of filetype's answer that is used here; filetype carries no types."""

    mime: str
    extension: str


@dataclass(frozen=True)
class _Seen:
    """What the first bytes look like.

    Attributes:
        kind: None for what is of no use here.
        what: In words that can follow "seems to be".
        suffixes: Those of transcripts that go with it; None where the suffix does not matter.
    """

    kind: Kind | None
    what: str
    suffixes: frozenset[str] | None = None


_RECORDING = _Seen("recording", "a recording")
_WORD = _Seen("transcript", "a Word document")
_TEXT = _Seen("transcript", "text", TRANSCRIPT_SUFFIXES - {".docx", ".json"})
_JSON = _Seen("transcript", "JSON", TRANSCRIPT_SUFFIXES - {".docx"})


def sniff(name: str, head: bytes) -> Kind:
    """Tells whether a file that arrives can be a recording or a transcript; nothing else is believed of it.

    Args:
        name: As whoever sends it calls it; only its suffix counts.
        head: Its first ``HEAD_BYTES`` bytes, or all of it where it has fewer.

    Raises:
        InputError: The suffix is none of a recording or transcript, or the content is not of that kind.
    """
    shown, suffix = _shown(name), PurePosixPath(name).suffix.lower()
    if suffix not in RECORDING_SUFFIXES | TRANSCRIPT_SUFFIXES:
        raise InputError(
            f"{shown} is taken for neither a recording nor a transcript: its name should end with .m4a, .mp3, "
            ".wav, .mp4, .docx, .vtt, .srt, .txt, .json or another known suffix."
        )
    if not head:
        raise InputError(f"{shown} is empty.")
    wanted: Kind = "recording" if suffix in RECORDING_SUFFIXES else "transcript"
    seen = _seen(head)
    fits = seen.suffixes is None or suffix in seen.suffixes
    if seen.kind != wanted or not fits:
        claimed = "recording" if wanted == "recording" else f"{suffix} transcript"
        raise InputError(f"{shown} is no {claimed}: it seems to be {seen.what}.")
    return wanted


def _seen(head: bytes) -> _Seen:
    # Text first: "BMW sold …" and "MZ" begin as pictures and programs do, which are never text throughout.
    text = _text(head)
    if text is not None:
        return _seen_text(text)
    foreign = cast("_Foreign | None", filetype.guess(head))  # pyright: ignore[reportUnknownMemberType]
    # A picture may come in the same container as a film (HEIC, AVIF).
    picture = foreign is not None and foreign.mime.startswith("image/")
    if not picture and (_MEDIA.match(head) or _begins_with_frame(head)):
        return _RECORDING
    if head.startswith(_OLD_OFFICE):
        return _Seen(None, "an old or locked Office document; save it as .docx without a password")
    if _is_word(head):
        return _WORD
    return _Seen(None, f"of the kind {foreign.extension}" if foreign else "of no known kind")


def _text(head: bytes) -> str | None:
    """The text as the importers decode it; the head may end amid a character of up to four bytes."""
    texts = (decode(head[: len(head) - cut]) for cut in range(min(4, len(head))))
    return next((text for text in texts if text is not None), None)


def _seen_text(text: str) -> _Seen:
    beginning = text.lstrip("\ufeff \t\r\n").lower()
    for pattern, what in _LEADING_TEXT:
        if pattern.match(beginning):
            return _Seen(None, what)
    return _JSON if beginning.startswith(("{", "[")) else _TEXT


def _begins_with_frame(head: bytes) -> bool:
    """Whether a frame of MPEG audio (mp3) or of AAC begins here, after the zeros that some cutters leave."""
    frame = head.lstrip(b"\0")[:4]
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:
        return False
    layer, version, rate, bits = frame[1] >> 1 & 3, frame[1] >> 3 & 3, frame[2] >> 2 & 3, frame[2] >> 4
    aac = frame[1] & 0xF6 == 0xF0
    return aac or (layer != 0 and version != 1 and rate != 3 and bits != 15)


def _is_word(head: bytes) -> bool:
    """Whether a ZIP's first entries are those of a Word document."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    names = [
        head[found.end() + 2 :][: int.from_bytes(found[1], "little")].decode("utf-8", "replace")
        for found in _ZIP_ENTRY.finditer(head)
    ]
    word = any(name.startswith("word/") for name in names)
    return word or all(name.startswith(_OFFICE_ENTRIES) for name in names)


def _shown(name: str) -> str:
    """The last part of a name, fit to be shown: short, on one line, in the direction it is read."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter if letter.isprintable() else "�" for letter in last)[:80] or "The file"

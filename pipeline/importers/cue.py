"""One stretch of speech as a file states it, before stretches of one speaker are put together."""

import html
import re
from dataclasses import dataclass

from pipeline.transcript import Word


@dataclass(frozen=True)
class Cue:
    """Text with what its source says about it.

    Attributes:
        text: Clean text, never empty.
        start: Seconds; None where the source has no time for it.
        end: Seconds; None where the source has none.
        speaker: As written in the source, None where it names nobody.
        words: Times of single words, where the source has them.
    """

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    words: tuple[Word, ...] = ()


_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
# Only the tags that WebVTT and SRT know: "<" and ">" may also have been said.
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\u3000-\u303f"
_WIDE_END = re.compile(f"[{_WIDE}]$")
_WIDE_START = re.compile(f"^[{_WIDE}]")


def clean(text: str) -> str:
    """Text on one line, without invisible characters and double spaces."""
    return " ".join(_INVISIBLE.sub("", text).split())


def plain(text: str) -> str:
    """Clean text without subtitle markup, its entities resolved."""
    return clean(_ENTITY.sub(lambda found: html.unescape(found[0]), _TAG.sub("", text)))


def join(first: str, second: str) -> str:
    """Two pieces of text as one; no space where two Chinese characters meet."""
    if not first or not second:
        return first or second
    glued = _WIDE_END.search(first) and _WIDE_START.search(second)
    return f"{first}{'' if glued else ' '}{second}"

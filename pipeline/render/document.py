"""The minutes as a document: what stands where, before any format. All text in it is ready to be shown."""

from dataclasses import dataclass
from typing import Literal

from pipeline.minutes import Kind
from pipeline.transcript import Language

Tone = Literal["plain", "missing", "warning"]


@dataclass(frozen=True)
class Mark:
    """Points from a claim to the words that prove it.

    Attributes:
        label: ``12:34``, or ``#12`` where there are no times.
        utterance: Id in the transcript.
        quote: What was said there.
        speaker: Who said it; None when nobody was told apart.
        near: Part of the proof stands beside the quote.
    """

    label: str
    utterance: int
    quote: str
    speaker: str | None = None
    near: bool = False


@dataclass(frozen=True)
class Text:
    """A piece of text with what belongs to it.

    Attributes:
        text: The text itself.
        note: Something smaller below or behind it: the phrase as heard, a reason.
        tag: A word that classes it: "risk", "done", "praise".
        tone: ``missing`` for what nobody said, ``warning`` for what wants attention.
        marks: What proves it.
    """

    text: str
    note: str | None = None
    tag: str | None = None
    tone: Tone = "plain"
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: Text


@dataclass(frozen=True)
class Items:
    """A list under an optional small heading."""

    role: str
    items: tuple[Text, ...]
    title: str | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a table; ``width`` is its share of the whole."""

    heading: str
    width: int


@dataclass(frozen=True)
class Table:
    """A table with one heading row."""

    role: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    title: str | None = None


Block = Paragraph | Items | Table


@dataclass(frozen=True)
class Chapter:
    """One of the six sections."""

    kind: Kind
    title: str
    note: str | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Fact:
    """A line of the head: "Date", 2026-03-02."""

    label: str
    text: Text


@dataclass(frozen=True)
class Document:
    """The whole document, top to bottom."""

    language: Language
    title: str
    facts: tuple[Fact, ...]
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    overview: tuple[Block, ...]
    chapters: tuple[Chapter, ...]
    checks: tuple[Text, ...]
    unverified: tuple[Text, ...]
    evidence: tuple[Mark, ...]
    footer: str

"""The transcript as the scribe sees it: utterances cut into clauses, with the cues that are in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.scribes.rules.lexicon import cues_in
from pipeline.transcript import Language, Transcript, Utterance

_CLAUSE = re.compile(
    r"[^，。！？；,.!?;…—\n]+(?:(?<=\d)[.,](?=\d)[^，。！？；,.!?;…—\n]+)*[，。！？；,.!?;…—]*\s*"
)


@dataclass(frozen=True)
class Clause:
    """A stretch of an utterance between two marks of punctuation.

    Attributes:
        start: First character in the utterance's text.
        end: One past the last, punctuation included.
        text: The words.
        cues: Names of the cues in it.
    """

    start: int
    end: int
    text: str
    cues: frozenset[str]


@dataclass(frozen=True)
class Line:
    """One utterance with what the lexicon finds in it.

    Attributes:
        utterance: What was said, and by whom.
        language: Of the meeting.
        cues: Names of the cues in it.
        clauses: Its text cut at the punctuation.
        named: Those of the meeting's speakers whom it calls by name.
    """

    utterance: Utterance
    language: Language
    cues: frozenset[str]
    clauses: tuple[Clause, ...]
    named: frozenset[str] = frozenset()

    @property
    def id(self) -> int:
        """Id of the utterance."""
        return self.utterance.id

    @property
    def text(self) -> str:
        """Words of the utterance."""
        return self.utterance.text

    @cached_property
    def is_question(self) -> bool:
        """Whether it ends as a question."""
        return self.text.rstrip().endswith(("?", "？", "吗", "呢", "吗。"))


def read_lines(transcript: Transcript) -> tuple[Line, ...]:
    """Cuts every utterance into clauses and looks up its cues."""
    speakers = sorted({u.speaker for u in transcript.utterances if u.speaker})
    called = {name: speaker for speaker in speakers for name in (given_name(speaker), speaker)}
    names = names_pattern(called)
    return tuple(_line(u, transcript.language, called, names) for u in transcript.utterances)


def given_name(name: str) -> str:
    """What colleagues call somebody: the first word, or the last two characters of a Chinese name."""
    return name.split()[0] if name.isascii() and name.strip() else name[-2:]


def names_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds names in a text, the longest first, and no "Tom" in "tomorrow"; single characters are no names."""
    longest_first = sorted({n for n in names if len(n) > 1}, key=lambda n: (-len(n), n))
    whole = (
        rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z])" if n.isascii() else re.escape(n) for n in longest_first
    )
    return re.compile("|".join(whole) or "(?!)")


def _line(
    utterance: Utterance, language: Language, called: Mapping[str, str], names: re.Pattern[str]
) -> Line:
    clauses = tuple(
        Clause(m.start(), m.end(), m.group().strip(), cues_in(m.group().strip(), language))
        for m in _CLAUSE.finditer(utterance.text)
        if m.group().strip()
    )
    cues = frozenset[str]().union(*(c.cues for c in clauses), cues_in(utterance.text, language))
    named = frozenset(called[name] for name in names.findall(utterance.text))
    return Line(utterance, language, cues, clauses, named - {utterance.speaker or ""})

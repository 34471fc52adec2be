"""The transcript as the scribe sees it: utterances cut into clauses, with the cues that are in them."""

import re
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
    """One utterance with what the lexicon finds in it."""

    utterance: Utterance
    language: Language
    cues: frozenset[str]
    clauses: tuple[Clause, ...]

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
    return tuple(_line(u, transcript.language) for u in transcript.utterances)


def _line(utterance: Utterance, language: Language) -> Line:
    clauses = tuple(
        Clause(m.start(), m.end(), m.group().strip(), cues_in(m.group().strip(), language))
        for m in _CLAUSE.finditer(utterance.text)
        if m.group().strip()
    )
    cues = frozenset[str]().union(*(c.cues for c in clauses), cues_in(utterance.text, language))
    return Line(utterance, language, cues, clauses)

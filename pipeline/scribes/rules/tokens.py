"""The words around an item as the wording model sees them, with what surrounds each."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.meeting import Participant
from pipeline.scribes.rules.lexicon import cue_pattern, phrase
from pipeline.scribes.rules.lines import Clause, Line, given_name, names_pattern
from pipeline.scribes.rules.words import Word, commonness, words_of
from pipeline.transcript import Language

BEFORE = 2
"""Utterances before an item in which its subject may have been named."""

BETWEEN = 9
"""Place of an utterance that stands between those of the item without being one."""

_FUNCTION_TAGS = tuple("pducyrm")
"""Jieba's tags, by first letter, of prepositions, adverbs, particles, conjunctions, pronouns and numerals."""

_TELLING = ("request", "promise", "obligation", "assign", "deadline", "past", "decide", "question", "accept")
"""Cues that change what a word of their clause is worth."""


@dataclass(frozen=True)
class Token:
    """A word of a clause as the model sees it.

    Attributes:
        line: Utterance.
        clause: Number of the clause in it.
        word: As written.
        features: What the model is told.
    """

    line: int
    clause: int
    word: str
    features: tuple[str, ...]


def tokens(lines: Sequence[Line], ids: Sequence[int], people: Sequence[Participant]) -> Iterator[Token]:
    """The words of an item's utterances, of those between them and of the two before, with their features."""
    first, last, chosen = min(ids), max(ids), sorted(ids)
    around = range(max(0, first - BEFORE), last + 1)
    language = lines[0].language
    counts = Counter(w.casefold() for at in around for w, _ in words_of(lines[at].text, language))
    names = _names(tuple(people))
    for at in around:
        place = chosen.index(at) if at in ids else at - first if at < first else BETWEEN
        for index, clause in enumerate(lines[at].clauses):
            parts = words_of(clause.text, language)
            common = tuple(_clause_features(lines[at], clause, parts, place, last=at == last))
            named, due = (
                _covered(names, clause.text),
                _covered(cue_pattern("deadline", language), clause.text),
            )
            begins = _places(clause.text, parts)
            for position, (word, _) in enumerate(parts):
                own = tuple(_word_features(parts, position, place, counts[word.casefold()], clause, language))
                marks = [n for n, part in (("name", named), ("due", due)) if begins[position] in part]
                yield Token(at, index, word, (*common, *own, *marks))


@lru_cache(maxsize=16)
def _names(people: tuple[Participant, ...]) -> re.Pattern[str]:
    """Pattern of everything the participants are called: names, aliases, given names."""
    called = {name for person in people for name in (person.name, *person.aliases)}
    return names_pattern(called | {given_name(name) for name in called})


def _covered(pattern: re.Pattern[str], text: str) -> frozenset[int]:
    return frozenset(i for m in pattern.finditer(text) for i in range(m.start(), m.end()))


def _places(text: str, parts: Sequence[Word]) -> list[int]:
    """Where each word begins in the text."""
    places: list[int] = []
    at = 0
    for word, _ in parts:
        at = text.find(word, at)
        places.append(at)
        at += len(word)
    return places


def _clause_features(
    line: Line, clause: Clause, parts: Sequence[Word], place: int, *, last: bool
) -> Iterator[str]:
    yield f"place:{min(place, 4) if place != BETWEEN else 'between'}"
    yield f"last:{last}"
    yield f"asks:{line.is_question}"
    yield f"long:{min(len(clause.text) // (4 if line.language == 'zh' else 15), 6)}"
    for cue in clause.cues:
        yield f"cue:{cue}"
    for cue in line.cues:
        yield f"line:{cue}"
    spoken = [word.casefold() for word, _ in parts if word[0].isalnum()]
    if spoken:
        yield f"first:{spoken[0]}"
        yield f"final:{spoken[-1]}"
    for word, tag in parts:
        if _is_function(word, tag, line.language):
            yield f"beside:{word.casefold()}"


def _is_function(word: str, tag: str, language: Language) -> bool:
    if language == "zh":
        return tag.startswith(_FUNCTION_TAGS)
    return bool(phrase("function_word", language).fullmatch(word))


def _word_features(
    parts: Sequence[Word], position: int, place: int, count: int, clause: Clause, language: Language
) -> Iterator[str]:
    word, tag = parts[position]
    folded, group = word.casefold(), tag[:1]
    yield f"w:{folded}"
    yield f"tag:{tag}"
    yield f"tag1:{group}"
    yield f"place:{group}:{min(max(place, -1), 2)}"
    yield f"size:{min(len(word), 4)}"
    yield f"count:{group}:{min(count, 4)}"
    if language == "zh":
        yield f"common:{group}:{commonness(word)}"
    elif folded.endswith(("ing", "ed", "ly", "tion", "s")):
        yield f"end:{folded[-2:]}"
    if position and word[0].isupper():
        yield "capital"
    if word[0].isdigit():
        yield "digit"
    for cue in clause.cues.intersection(_TELLING):
        yield f"in {cue}:{group if language == 'zh' else ''}"
    for offset in (-1, 1):
        at = position + offset
        if 0 <= at < len(parts):
            yield f"w{offset}:{parts[at][0].casefold()}"
            yield f"tag{offset}:{parts[at][1]}"
        else:
            yield f"w{offset}:#"

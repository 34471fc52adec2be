"""A task as it stands in a table: without who was addressed, without the date, without the talk around it."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.dates import find_dues
from pipeline.meeting import Participant
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.said_dates import ANY_DAY
from pipeline.transcript import Language

LEAST_LEFT = {"zh": 3, "en": 2}
"""Characters (zh) or words (en) below which nothing more is taken away."""


_UNFINISHED = re.compile(r"\b(?:will be|is|are|was|were)$", re.IGNORECASE)
"""The end of an English text that lost what it says to its date ("the training will be on the twentieth")."""

LEAST_CONTENT = {"zh": 4, "en": 2}
"""Characters (zh) or words of four letters and more (en) without which a text says nothing."""


def as_task(text: str, people: Sequence[Participant], language: Language) -> str:
    """Takes deadline, names and fillers off a task's text; what would leave next to nothing is left alone."""
    shorter = _without_dates(text, language)
    names = tuple(sorted(_names(people), key=len, reverse=True))
    previous = ""
    while previous != shorter:
        previous = shorter
        shorter = _without_name(shorter, names)
        for pattern in ("read_back", "task_opening", "task_ending"):
            shorter = phrase(pattern, language).sub("", shorter).strip(" ，,、")
        if _size(shorter, language) < LEAST_LEFT[language]:
            return previous or text
    return shorter


def as_decision(text: str, language: Language) -> str:
    """Takes the words that only announce a decision off its beginning."""
    while (shorter := phrase("decision_opening", language).sub("", text)) != text:
        if _size(shorter, language) < LEAST_LEFT[language]:
            break
        text = shorter
    return text


def says_something(text: str, language: Language) -> bool:
    """Whether a text names anything at all: four characters (zh) or two words of some length (en)."""
    if language == "zh":
        return len(text) >= LEAST_CONTENT["zh"]
    if _UNFINISHED.search(text):
        return False
    return sum(len(word) > 3 for word in text.split()) >= LEAST_CONTENT["en"]


def only_announces(text: str, language: Language) -> bool:
    """Whether a text says no more than that something will be read back."""
    return bool(phrase("read_back", language).fullmatch(text.strip(" ，,。.")))


def _without_dates(text: str, language: Language) -> str:
    for due in reversed(_dates(text, language)):
        shorter = text[: due[0]] + text[due[1] :]
        if _size(shorter, language) >= LEAST_LEFT[language]:
            text = " ".join(shorter.split()) if language == "en" else shorter
    return text.strip(" ，,、")


@lru_cache(maxsize=1024)
def _dates(text: str, language: Language) -> tuple[tuple[int, int], ...]:
    return tuple((due.start, due.end) for due in find_dues(text, ANY_DAY, language))


def _without_name(text: str, names: Iterable[str]) -> str:
    """Takes a name off the beginning: the one who is asked has a column of their own."""
    for name in names:
        rest = text[len(name) :]
        ends = not name.isascii() or not rest[:1].isalnum()
        if text.casefold().startswith(name.casefold()) and ends:
            return rest.strip(" ，,、")
    return text


def _names(people: Sequence[Participant]) -> Iterable[str]:
    for person in people:
        for name in (person.name, *person.aliases):
            yield name
            if name.isascii() and " " in name:
                yield name.split()[0]
            if not name.isascii() and len(name) == 3:
                yield name[1:]


def _size(text: str, language: Language) -> int:
    return len(text.split()) if language == "en" else len(text)

"""The spoken forms of one person: everything others may call them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipeline.meeting import Participant
from pipeline.people.lexicon import lines, longest_first, words

How = Literal["name", "alias", "title", "department", "family_name", "given_name", "nickname", "sound"]

_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Form:
    """One way to call somebody.

    Attributes:
        text: As it is said.
        how: What kind of form it is.
        rank: Lower is surer: of two people with the same form, the surer one is meant.
        capital: Whether it is a name only when written with a capital (it is a word as well).
    """

    text: str
    how: How
    rank: int
    capital: bool = False


def is_chinese(text: str) -> bool:
    """Whether the text contains a Chinese character."""
    return _HAN.search(text) is not None


def forms_of(person: Participant) -> Iterator[Form]:
    """Every form of a participant, the same text possibly more than once with different ranks."""
    yield Form(person.name, "name", 0)
    for alias in person.aliases:
        yield Form(alias, "alias", 1, capital=alias.casefold() in _common())
    if person.title is not None:
        yield Form(person.title, "title", 3)
    if is_chinese(person.name):
        yield from _chinese(person)
    else:
        yield from _english(person)


def split_chinese(name: str) -> tuple[str, str]:
    """Family name and given name; an unknown family name is the first character."""
    for surname in longest_first("names_zh", "surnames"):
        if name.startswith(surname) and len(name) > len(surname):
            return surname, name[len(surname) :]
    return name[:1], name[1:]


def _chinese(person: Participant) -> Iterator[Form]:
    if not 2 <= len(person.name) <= 4 or not all(_HAN.match(char) for char in person.name):
        return
    family, given = split_chinese(person.name)
    title = person.title or ""
    for office in longest_first("names_zh", "offices"):
        held = office in title and office not in words("names_zh", "courtesies")
        yield Form(family + office, "family_name", 2 if held else 5)
    for word in words("names_zh", "respect"):
        held = word in title or (word == "工" and "工程师" in title)
        yield Form(family + word, "family_name", 2 if held else 4)
        yield Form(given[-1:] + word, "given_name", 5)
        if len(given) > 1:
            yield Form(given + word, "given_name", 4)
    for word in words("names_zh", "familiar"):
        yield Form(word + family, "family_name", 4)
        yield Form(word + given[-1:], "given_name", 5)
    yield Form(given if len(given) > 1 else given * 2, "given_name", 3)


def _english(person: Participant) -> Iterator[Form]:
    parts = re.sub(r"[^\w\s'’.-]", " ", person.name).split()
    honorific = len(parts) > 1 and parts[0].casefold().rstrip(".") in words("names_en", "honorifics")
    parts = parts[1:] if honorific else parts
    if len(parts) < 2 and not honorific:
        yield from _nicknames(parts[0] if parts else "")
        return
    first, last = parts[0], parts[-1]
    yield Form(" ".join(parts), "name", 0)
    if len(parts) > 1:
        yield Form(first, "given_name", 2, capital=first.casefold() in _common())
        yield from _nicknames(first)
    yield Form(last, "family_name", 4, capital=True)
    for word in words("names_en", "honorifics"):
        for dot in ("", "."):
            yield Form(f"{word}{dot} {last}", "family_name", 3)
            yield Form(f"{word}{dot} {first}", "given_name", 4)


def _nicknames(first: str) -> Iterator[Form]:
    for short in _short_forms().get(first.casefold(), ()):
        yield Form(short.capitalize(), "nickname", 4, capital=True)


@cache
def _common() -> frozenset[str]:
    return words("names_en", "common")


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    return {line[0]: line[1:] for line in lines("names_en", "nicknames")}


def short_departments(department: str) -> Iterator[str]:
    """The department's name without what departments' names end in ("供应链部" → "供应链")."""
    if is_chinese(department):
        for end in longest_first("names_zh", "department_ends"):
            if department.endswith(end) and len(department) - len(end) >= 2:
                yield department.removesuffix(end)
        return
    ends = "|".join(words("names_en", "around"))
    yield re.sub(rf"(?i)^the\s+|\s+(?:{ends})$", "", department)

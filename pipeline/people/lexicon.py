"""Reads the word lists beside this module: how people are called, what they say when they take work on."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from pipeline.transcript import Language


@cache
def words(name: str, key: str) -> frozenset[str]:
    """The words of one list.

    Args:
        name: File beside this module, without its ending.
        key: Name of the list in it.
    """
    return frozenset(_table(name)[key].split())


@cache
def longest_first(name: str, key: str) -> tuple[str, ...]:
    """The words of one list, longest first, for alternations and for cutting off."""
    return tuple(sorted(words(name, key), key=lambda word: (-len(word), word)))


@cache
def lines(name: str, key: str) -> tuple[tuple[str, ...], ...]:
    """A list of lines, each as its words."""
    return tuple(tuple(line.split()) for line in _table(name)[key])


@cache
def cue(language: Language, name: str) -> re.Pattern[str]:
    """The pattern of one kind of act ("promise", "refuse" …) in one language."""
    return re.compile("|".join(f"(?:{p})" for p in _table(f"turns_{language}")[name]), re.IGNORECASE)


def sentence(language: Language, key: str, **values: str) -> str:
    """A reason in the words of the meeting's language, its gaps filled."""
    return str(_table("reasons")[language][key]).format(**values)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("pipeline.people") / f"{name}.toml").read_text("utf-8"))

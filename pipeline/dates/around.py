"""What is said around a date: its clause, its sentence, and the rules of ``contexts.toml`` tried on them."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

# Context is looked at through a window, so that the time grows with the text and no faster.
_NEAR = 60
_CLAUSE_END = re.compile(r"[，。,！!？?；;…]|\.(?!\d)| (?:and|but|so|then) |然后|但是|不过")
_SENTENCE_END = re.compile(r"[。！!？?；;]|\.(?!\d)")


@dataclass(frozen=True, slots=True)
class Around:
    """A phrase and what stands about it.

    Attributes:
        phrase: The phrase itself, folded.
        before: What precedes it, as far as the window reaches.
        after: What follows it, likewise.
        head: Its clause up to it.
        tail: Its clause after it.
    """

    phrase: str
    before: str
    after: str
    head: str
    tail: str

    @property
    def clause(self) -> str:
        """The whole clause, phrase included."""
        return self.head + self.phrase + self.tail

    @property
    def sentence(self) -> str:
        """The words of the sentence about the phrase."""
        return f"{_last_part(self.before, _SENTENCE_END)} {_first_part(self.after, _SENTENCE_END)}"

    @property
    def alone(self) -> bool:
        """Whether nothing else is said at all."""
        return all(len(side) < _NEAR and has("nothing", side) for side in (self.before, self.after))


def look_around(text: str, start: int, end: int) -> Around:
    """The surroundings of ``text[start:end]``."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    head, tail = _last_part(before, _CLAUSE_END), _first_part(after, _CLAUSE_END)
    return Around(text[start:end], before, after, head, tail)


def begins(name: str, text: str) -> bool:
    """Whether a text begins as a rule of ``contexts.toml`` says."""
    return _patterns()[name].match(text) is not None


def has(name: str, text: str) -> bool:
    """Whether a rule holds anywhere in a text; one that is named ``before_…`` at its end."""
    return _patterns()[name].search(text) is not None


def without(name: str, text: str) -> str:
    """A text without what a rule matches."""
    return _patterns()[name].sub("", text)


def first_of(table: str, text: str) -> tuple[str, int, int] | None:
    """The first rule of a table of rules that holds somewhere in a text, with its place."""
    for name, pattern in _table(table):
        if (match := pattern.search(text)) is not None:
            return name, match.start(), match.end()
    return None


def _last_part(text: str, boundary: re.Pattern[str]) -> str:
    return text[max((match.end() for match in boundary.finditer(text)), default=0) :]


def _first_part(text: str, boundary: re.Pattern[str]) -> str:
    match = boundary.search(text)
    return text[: match.start()] if match else text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        name: re.compile(_any(cast("list[str]", parts)) + ("$" if name.startswith("before_") else ""))
        for name, parts in _tables().items()
        if isinstance(parts, list)
    }


@cache
def _table(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rules = cast("dict[str, list[str]]", _tables()[name])
    return tuple((why, re.compile(_any(parts))) for why, parts in rules.items())


def _any(parts: list[str]) -> str:
    return "(?:" + "|".join(f"(?:{part})" for part in parts) + ")"


@cache
def _tables() -> dict[str, object]:
    return tomllib.loads((resources.files("pipeline.dates") / "contexts.toml").read_text("utf-8"))

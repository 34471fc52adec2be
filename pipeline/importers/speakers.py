"""Is it somebody speaking? ``Anna: yes`` is no ``Agenda: sales``, and ``王蕾：好`` is no ``比如说：好``."""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.importers.cue import clean

# A title line, a date or a link is longer than a name with its department.
_LONGEST = 60
_SENTENCE = re.compile(r"[，、。！？!?；;…]|//|www\.")
_ENDS_SENTENCE = re.compile(r"[。！？!?.…]\s*$")
# Words of talk that no Chinese name contains.
_TALK = re.compile("[的了是说吗呢吧么这那我你您他她它们怎什]")
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_HAN_NAME = re.compile("[\u3400-\u9fff]{1,6}")
# A stop ends a short form ("Dr. Reed", "J. Stone"), not a sentence.
_LATIN_NAME = re.compile(r"(?!\S{4,}\. )[^\W\d_][\w.'’&-]*(?:,? (?!\S{4,}\. )[^\W\d_][\w.'’&-]*){0,4}")
_BRACKETED = re.compile(r"\s*[(（\[【].*[)）\]】]\s*")
_NUMBER = re.compile(r"[\s#_-]*(?:\d{1,4}|[A-Z一二三四五六七八九十])?$")


@dataclass(frozen=True)
class _Words:
    headings: frozenset[str]
    roles: frozenset[str]
    labels: frozenset[str]
    furniture: tuple[str, ...]
    surnames: tuple[str, ...]
    titles: tuple[str, ...]


@cache
def _words() -> _Words:
    table = tomllib.loads(files("pipeline.importers").joinpath("headings.toml").read_text("utf-8"))
    return _Words(
        frozenset(table["headings"]),
        frozenset(table["roles"]),
        frozenset(table["labels"]),
        tuple(table["furniture"]),
        tuple(table["surnames"].split()),
        tuple(table["titles"]),
    )


def bare_name(text: str) -> str:
    """The name without list marks, Markdown emphasis and brackets around it."""
    name = clean(text).lstrip("-–—*•·>#").strip(" *_`\t")
    if re.fullmatch(r"[\[【][^\]】]*[\]】]", name):
        name = name[1:-1].strip()
    return name


def is_label(name: str) -> bool:
    """Whether a program gave the name: ``Speaker 1``, ``说话人2``, ``S3``, ``SPEAKER_00``."""
    if re.fullmatch(r"S\d{1,2}", name):
        return True
    stem = _NUMBER.sub("", name)
    return stem != name and _key(stem) in _words().labels


def could_be_name(name: str) -> bool:
    """Whether the text has the form of a name and is no known heading. Says nothing about who it is."""
    if is_label(name):
        return True
    if not 0 < len(name) <= _LONGEST or _SENTENCE.search(name) or is_heading(name):
        return False
    core = _BRACKETED.sub("", name)
    if _HAN.search(core):
        parts = _parts(core)
        said = _TALK.search(core) or core[0].isdigit()
        return not said and 0 < len(parts) <= 4 and all(map(_name_part, parts))
    return _LATIN_NAME.fullmatch(core) is not None


def is_heading(name: str) -> bool:
    """Whether the text is a heading of notes or leads a sentence on, from ``headings.toml``."""
    key = _key(name)
    return key in _words().headings or _key(_NUMBER.sub("", name)) in _words().headings


def is_furniture(line: str) -> bool:
    """Whether the line is what an export says about itself ("Anna Reed started transcription")."""
    return len(line) <= 60 and _key(line).strip(" ()（）[]-—*").endswith(_words().furniture)


def speaking_names(candidates: Sequence[tuple[str, str]], lines: int) -> frozenset[str]:
    """The names among what stands before colons.

    A name comes back, or many lines begin with one and this one evidently is a name; a role said once needs
    a sentence after it.

    Args:
        candidates: What stands before the colon, and after it, line by line.
        lines: How many lines of speech there are altogether.
    """
    named = [(name, said) for name, said in candidates if could_be_name(name)]
    counts = Counter(name for name, _ in named)
    returning = {name for name, count in counts.items() if count >= 2 and _may_return(name, count)}
    dialogue = (3 if returning else 2) * len(named) >= lines
    single = {
        name
        for name, said in named
        if counts[name] == 1 and (is_label(name) or (dialogue and surely_name(name) and _speaks(name, said)))
    }
    return frozenset(returning | single)


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" *_")


def _parts(core: str) -> list[str]:
    return [part for part in re.split(r"[\s\-–—_/|·.]+", core) if part]


def _name_part(part: str) -> bool:
    return bool(_HAN_NAME.fullmatch(re.sub(r"[A-Za-z0-9]+", "", part) or "一"))


def _may_return(name: str, count: int) -> bool:
    # "note that: …" may come twice; a lower-case user name comes all the time.
    return _formal(name) or (count >= 3 and " " not in name)


def surely_name(name: str) -> bool:
    """The form of a name that need not come back: with a Chinese family name or title, or with capitals."""
    core = _BRACKETED.sub("", name)
    if is_label(name) or not _HAN.search(core):
        return is_label(name) or _formal(name)
    words = _words()
    known = any(part.startswith(words.surnames) or part.endswith(words.titles) for part in _parts(core))
    return known or _key(name) in words.roles or _LATIN_WORD.search(core) is not None


def _formal(name: str) -> bool:
    """Chinese, or every word with a capital but particles ("Ludwig van Beethoven")."""
    if _HAN.search(name):
        return True
    words = [word for word in _BRACKETED.sub("", name).split() if len(word) > 3 or word[0].isupper()]
    return bool(words) and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _speaks(name: str, said: str) -> bool:
    if _key(name) not in _words().roles:
        return True
    return bool(_ENDS_SENTENCE.search(said)) or len(said) > 12

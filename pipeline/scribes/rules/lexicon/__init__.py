"""The scribe's lexicons: cues of meeting talk as data files that a person can read and extend."""

import re
import tomllib
from functools import cache
from importlib import resources

from pipeline.transcript import Language


@cache
def phrase(name: str, language: Language) -> re.Pattern[str]:
    """Pattern of one of the phrases that the rules themselves look for."""
    return re.compile("|".join(_table(language)["phrases"][name]), re.IGNORECASE)


def cue_pattern(name: str, language: Language) -> re.Pattern[str]:
    """Pattern of one cue."""
    return dict(cue_patterns(language))[name]


@cache
def cue_patterns(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Name and pattern of every cue of a language, in the order of the file."""
    cues = _table(language)["cues"]
    return tuple((name, re.compile("|".join(patterns), re.IGNORECASE)) for name, patterns in cues.items())


def cues_in(text: str, language: Language) -> frozenset[str]:
    """Names of the cues that are there in a text."""
    return frozenset(name for name, pattern in cue_patterns(language) if pattern.search(text))


@cache
def _table(language: Language) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(
        (resources.files("pipeline.scribes.rules.lexicon") / f"{language}.toml").read_text("utf-8")
    )

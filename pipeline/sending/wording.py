"""The fixed words of what is sent: those of the minutes, and those of letters and chat messages."""

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

from pipeline.render.words import Words, shown, words
from pipeline.transcript import Language


@cache
def wording(language: Language, *, partial: bool = False) -> Words:
    """The catalogue of a language, with the tables of this package beside those of the minutes.

    Args:
        language: Which.
        partial: Whether the minutes are incomplete: then nothing is said not to be there.
    """
    tables = tomllib.loads(files("pipeline.sending").joinpath(f"{language}.toml").read_text("utf-8"))
    ours = {f"{table}.{key}": phrase for table, keys in tables.items() for key, phrase in keys.items()}
    minutes = words(language).of_a_part() if partial else words(language)
    return replace(minutes, phrases={**minutes.phrases, **ours})


def counted(say: Words, what: str, count: int) -> str:
    """``2 decisions``, ``1 decision``: a phrase of the table ``counts``."""
    return say[f"counts.{what}_{'one' if count == 1 else 'other'}"].format(count=count)


def clipped(text: str, limit: int) -> str:
    """Text on one line that can be shown, cut to at most ``limit`` characters."""
    line = shown(text)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"

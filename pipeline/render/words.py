"""The fixed words of the minutes in the meeting's language, from ``zh.toml`` and ``en.toml``."""

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from pipeline.transcript import Language

# Control characters break XML, and reordering marks can make text show as something else than it is.
_UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Words:
    """One language's catalogue.

    Attributes:
        language: Which.
        phrases: ``table.key`` -> phrase.
        weekdays: Monday first.
    """

    language: Language
    phrases: Mapping[str, str]
    weekdays: tuple[str, ...]

    def __getitem__(self, key: str) -> str:
        return self.phrases[key]

    def of_a_part(self) -> "Words":
        """The catalogue of minutes that are incomplete: nothing is said not to be there by what was not read."""
        table = {
            k.removeprefix("part."): phrase for k, phrase in self.phrases.items() if k.startswith("part.")
        }
        instead = {key.replace("-", "."): phrase for key, phrase in table.items()}
        return replace(self, phrases={**self.phrases, **instead})

    def listed(self, parts: Iterable[str | None]) -> str:
        """The parts that are there, with the language's comma between them."""
        return self["document.separator"].join(part for part in parts if part)

    def clauses(self, parts: Iterable[str | None]) -> str:
        """The parts that are there, with the language's semicolon between them."""
        return self["document.clause"].join(part for part in parts if part)

    def aside(self, text: str, remark: str | None) -> str:
        """The text, and a remark in brackets where there is one."""
        return text + self["document.aside"].format(text=remark) if remark else text

    def day(self, day: datetime.date) -> str:
        """ISO date with its weekday."""
        return self["document.date"].format(day=day.isoformat(), weekday=self.weekdays[day.weekday()])

    def length(self, seconds: float) -> str:
        """Duration in hours and minutes, below a minute in seconds."""
        if seconds < 60:
            return self["document.seconds"].format(seconds=round(seconds))
        hours, minutes = divmod(round(seconds / 60), 60)
        key = "document.hours" if hours else "document.minutes"
        return self[key].format(hours=hours, minutes=minutes)


@cache
def words(language: Language) -> Words:
    """The catalogue of a language."""
    tables = tomllib.loads(files("pipeline.render").joinpath(f"{language}.toml").read_text("utf-8"))
    weekdays = tuple(tables["document"].pop("weekdays"))
    phrases = {f"{table}.{key}": phrase for table, keys in tables.items() for key, phrase in keys.items()}
    return Words(language, phrases, weekdays)


def shown(text: str) -> str:
    """Text on one line without characters that cannot, or must not, be shown."""
    return " ".join(_UNSHOWABLE.sub("", text).split())

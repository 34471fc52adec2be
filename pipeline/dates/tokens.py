"""Cut an utterance into the words that dates are made of; everything else is a gap."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import cast

from pipeline.dates.numbers import CARDINAL_WORDS, CHINESE, ORDINAL_WORDS, chinese_number, english_number

Value = int | str | tuple[int, ...]

# Full-width forms and the few traditional characters that dates are written with; lengths never change.
_TRADITIONAL = "週禮號後個這點間時內兩為過節慶聖誕會議來壓將"
_SIMPLIFIED = "周礼号后个这点间时内两为过节庆圣诞会议来压将"
_FOLD = {
    **{c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，；！？："},
    **{c: c + 32 for c in range(ord("A"), ord("Z") + 1)},
    **str.maketrans(_TRADITIONAL, _SIMPLIFIED),
    **str.maketrans("\u3000’\n\t", " '  "),
}

_CJK = r"\u4e00-\u9fff"
_SPACED = re.compile(rf"(?<=[{_CJK}0-9]) +(?=[{_CJK}])|(?<=[{_CJK}]) +(?=[0-9])")
_ORDINAL = (
    "(?:(?:twenty|thirty)[- ](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    "|" + "|".join(sorted(ORDINAL_WORDS, key=len, reverse=True)) + ")"
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_CARDINAL = (
    "(?:"
    + "|".join(
        sorted(
            (
                *CARDINAL_WORDS,
                *(f"{ten}[- ]{one}" for ten in _TENS for one in CARDINAL_WORDS[:9]),
                *_TENS,
            ),
            key=len,
            reverse=True,
        )
    )
    + ")"
)
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(i + 1): i for i in range(6)}
_SHIFTS = {"下下": 2, "上上": -2, "上": -1, "下": 1}
# Words that are also something else: a date only in capitals or in the company of date words.
_DOUBTFUL = {"may", "march", "mar", "sat", "sun", "mon", "wed", "jan", "dec"}
_DATE_COMPANY = re.compile(
    r"(?:\b(?:by|in|of|mid|early|late|until|till|since|before|this|next|last|end|for|due|on)[ -]"
    r"|\d(?:st|nd|rd|th)? )$"
)
_MODAL_MAY = re.compile(
    r" (?:be|have|need|not|also|want|well|as|still|get|take|the (?!\d|[a-z]+(?:th|st|nd|rd)\b))"
)
_DAY_FOLLOWS = re.compile(rf" (?:the )?(?:\d|{_ORDINAL}(?![a-z]))")
_LOOSE_DAY = re.compile(
    r" (?:the )?(?:first|second|third) (?!(?:is|at|or|and|for|we|i|will|works|would|to|so|then)\b)[a-z]"
)
_HOLIDAYS_ZH = ("", "假期", "放假", "小长假", "长假", "假", "大促", "活动")
_HOLIDAYS_EN = ("", " holiday", " holidays", " break", " weekend")
_COUNTED_DAY = re.compile(r" (?:(?:mon|tues|wednes|thurs|fri|satur|sun|working |business |work)day)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word that a date can be made of.

    Attributes:
        kind: Its part of speech among dates ("weekday", "shift", …).
        value: What it stands for: Monday 0, "next" 1, the number …
        start: First character in the folded text.
        end: One past its last.
    """

    kind: str
    value: Value
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """An utterance with one form for every character, and the way back to the original.

    Attributes:
        text: Lower case, half width, without the spaces that recognisers put between Chinese characters.
        original: As it came.
        places: Position in ``original`` of every character; None where nothing was removed.
    """

    text: str
    original: str
    places: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The same stretch in the original text."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """Give every character one form and take the spaces out of spaced Chinese."""
    folded = text.translate(_FOLD)
    if _SPACED.search(folded) is None:
        return Folded(folded, text, None)
    kept: list[int] = []
    last = 0
    for match in _SPACED.finditer(folded):
        kept.extend(range(last, match.start()))
        last = match.end()
    kept.extend(range(last, len(folded)))
    return Folded("".join([folded[i] for i in kept]), text, tuple(kept))


def tokenize(folded: Folded) -> tuple[Token, ...]:
    """All date words of an utterance, in order and without overlap."""
    pattern, words = _lexicon()
    text = folded.text
    tokens: list[Token] = []
    for match in pattern.finditer(text):
        start, end = match.span()
        group = match.lastgroup or ""
        if group == "word":
            found = words.get(match[0]) or words.get(" ".join(match[0].split()))
            if found is None or (match[0] in _DOUBTFUL and not _is_date_word(folded, start, end)):
                continue
            tokens.append(Token(found[0], found[1], start, end))
        elif group.startswith("ordinal") and not _is_day_ordinal(text, start, end):
            if _COUNTED_DAY.match(text[end : end + 24]) and (token := _read(group, match[0], start, end)):
                tokens.append(replace(token, kind="nth"))  # "the first Monday of May"
        elif (token := _read(group, match[0], start, end)) is not None:
            tokens.append(token)
    return tuple(tokens)


def _read(group: str, text: str, start: int, end: int) -> Token | None:
    match group:
        case "weekday_zh":
            return Token("weekday", _WEEKDAYS[text[-1]], start, end)
        case "month_zh":
            number = text.rstrip("份")[:-1]
            value = int(number) if number.isascii() else chinese_number(number)
            return Token("month", value or 0, start, end)
        case "shift_zh":
            return Token("shift", _SHIFTS.get(text[:2], _SHIFTS.get(text[0], 0)), start, end)
        case "year_zh":
            number = text[:-1]
            value = int(number) if number.isascii() else chinese_number(number)
            return Token("year", value + 2000 if value and value < 100 else value or 0, start, end)
        case "full_date":
            year, month, day = map(int, re.split(r"[-/.]", text))
            return Token("date", (year, month, day), start, end)
        case "slash_date":
            numbers = tuple(map(int, text.split("/")))
            return Token("date", numbers, start, end)
        case "dotted_date":
            return Token("dotted", tuple(map(int, re.split(r"[.\-]", text))), start, end)
        case "digits":
            value = int(text)
            return Token("year" if 2000 <= value < 2100 else "number", value, start, end)
        case "ordinal_digits":
            return Token("ordinal", int(re.sub(r"\D", "", text)), start, end)
        case "nth_zh":
            count = (
                -1
                if text[0] == "最"
                else 1
                if text[0] != "第"
                else int(text[1])
                if text[1].isascii()
                else None
            )
            return Token("nth", count if count is not None else chinese_number(text[1]) or 1, start, end)
        case "numeral_zh" | "ordinal_en" | "cardinal_en":
            number = chinese_number(text) if group == "numeral_zh" else english_number(text)
            return (
                None
                if number is None
                else Token("ordinal" if group == "ordinal_en" else "number", number, start, end)
            )
        case "lunar_zh":
            return Token("gap", 0, start, end)  # a month of the lunar calendar is no month of ours
        case "meeting_zh" | "meeting_en" | "meeting_again_en":
            return Token("meeting", _rhythm(text), start, end)
        case "clock":
            return Token("time", 0, start, end)
        case _:
            return Token(group, 0, start, end)


def _rhythm(meeting: str) -> str:
    """How often a meeting is held by its own name."""
    if "weekly" in meeting or "周会" in meeting.replace("双周会", "") or "周例会" in meeting:
        return "weekly"
    if "quarterly" in meeting or "季" in meeting:
        return "quarterly"
    return "yearly" if "annual" in meeting or "年" in meeting.replace("半年", "") else "any"


def _is_day_ordinal(text: str, start: int, end: int) -> bool:
    """Whether "the second" is a day of the month rather than the second of some things."""
    after, before = text[end : end + 24], text[max(0, start - 16) : start]
    if _COUNTED_DAY.match(after):
        return False
    if _ordinal("of_month").match(after):
        return True
    if text[start].isdigit():
        return _ordinal("noun").match(after) is None
    if text[start:end] in ("first", "second", "third") and not _ordinal("month").search(before):
        return _ordinal("before").search(before) is not None and _ordinal("after").match(after) is not None
    return _ordinal("noun").match(after) is None and (
        _ordinal("after").match(after) is not None or _ordinal("before").search(before) is not None
    )


def _is_date_word(folded: Folded, start: int, end: int) -> bool:
    word, after = folded.text[start:end], folded.text[end : end + 24]
    capital = folded.original[folded.span(start, end)[0]].isupper()
    if word in ("sat", "sun", "mon", "wed", "mar", "jan", "dec") and not capital:
        return _DATE_COMPANY.search(folded.text[max(0, start - 12) : start]) is not None
    if capital and not (word == "may" and (start == 0 or _MODAL_MAY.match(after))):
        return True
    if _DATE_COMPANY.search(folded.text[max(0, start - 12) : start]):
        return True
    follows = _DAY_FOLLOWS.match(after) is not None
    return follows and (capital or _LOOSE_DAY.match(after) is None)


@cache
def _lexicon() -> tuple[re.Pattern[str], dict[str, tuple[str, Value]]]:
    words: dict[str, tuple[str, Value]] = {}
    tables = tomllib.loads((resources.files("pipeline.dates") / "lexicon.toml").read_text("utf-8"))
    guards = cast("dict[str, str]", tables.pop("guards"))
    for kind, values in tables.items():
        for value, forms in values.items():
            number = int(value) if value.lstrip("-").isdigit() else value
            words.update((form, (kind, number)) for form in forms)
    festivals = tomllib.loads((resources.files("pipeline.dates") / "festivals.toml").read_text("utf-8"))
    for name, festival in festivals.items():
        for form in festival["words"]:
            suffixes = _HOLIDAYS_EN if form.isascii() else _HOLIDAYS_ZH
            words.update((form + suffix, ("festival", name)) for suffix in suffixes)
    trie = _trie(words, guards)
    parts = _patterns()
    named = {
        "BARE_HOUR": parts["BARE_HOUR"],
        "HOUR": parts["HOUR"],
        "MONTH_NAME": parts["MONTH_NAME"],
        "MONTH": parts["MONTH"],
        "NUMERAL": CHINESE,
        "ORDINAL": _ORDINAL,
        "CARDINAL": _CARDINAL,
    }
    patterns = {
        name: re.sub("|".join(named), lambda found: str(named[found[0]]), pattern)
        for name, pattern in cast("dict[str, str]", parts["patterns"]).items()
    }
    branches = "|".join(f"(?P<{name}>{trie if name == 'word' else body})" for name, body in patterns.items())
    return re.compile(branches), words


def _trie(words: Iterable[str], guards: dict[str, str]) -> str:
    """The words as one pattern, grouped by first letter so that most characters cost one comparison."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        whole = "(?![a-z])" if word[-1].isascii() and word[-1].isalnum() else ""
        rest = re.escape(word[1:]).replace(r"\ ", " +") + guards.get(word, whole)
        by_letter.setdefault(word[0], []).append(rest)
    return "|".join(
        ("(?<![a-z])" if letter.isascii() and letter.isalpha() else r"(?<!\d)" if letter.isdigit() else "")
        + f"{re.escape(letter)}(?:{'|'.join(rests)})"
        for letter, rests in by_letter.items()
    )


@cache
def _ordinal(name: str) -> re.Pattern[str]:
    return re.compile(cast("dict[str, str]", _patterns()["ordinal"])[name])


@cache
def _patterns() -> dict[str, object]:
    return tomllib.loads((resources.files("pipeline.dates") / "patterns.toml").read_text("utf-8"))

"""Figures in talk: "百分之三点一", "三万二", "1.2 million dollars", "four point six percent" -> digits and unit."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise

from pipeline.numerals import CARDINALS, TENS

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_EN_UNITS = {"zero": 0, **CARDINALS}
_EN_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_EN_WORDS = {*_EN_UNITS, *TENS, *_EN_SCALES}


@dataclass(frozen=True)
class Quantity:
    """A figure as it was said.

    Attributes:
        start: First character in the text.
        end: One past the last character, unit included.
        value: Decimal string ("3.1", "32000"), no sign, no thousands separators.
        unit: As said ("%", "万", "$", "单", "days"); None for a bare number.
    """

    start: int
    end: int
    value: str
    unit: str | None

    @property
    def text(self) -> str:
        """Value and unit in one string, the currency sign first."""
        if self.unit is None:
            return self.value
        currency = self.unit[0] if self.unit[0] in "$€£¥" else ""
        rest = self.unit.removeprefix(currency)
        letter = rest == "%" or (rest[:1] in "kKmMbB" and rest[1:2] in ("", " "))
        spaced = rest.isascii() and bool(rest) and not letter
        return currency + self.value + (" " if spaced else "") + rest


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All figures of an utterance, in order, whichever of the two languages they are said in."""
    pattern = _pattern()
    return tuple(q for m in pattern.finditer(text) if (q := _quantity(m)) is not None)


def chinese_number(words: str) -> Decimal | None:
    """Value of a Chinese numeral ("三万二" 32000, "一百零五" 105, "三点一" 3.1, "二零二六" 2026).

    Returns:
        None where the characters are no number, or a rough one ("三五" three to five, "七八十" 70 or 80).
    """
    whole, _, fraction = words.partition("点")
    if "点" in words and (not fraction or any(c not in _DIGITS for c in fraction)):
        return None
    if not fraction and _is_rough(whole):
        return None
    if all(c in _DIGITS for c in whole):
        value = Decimal("".join(str(_DIGITS[c]) for c in whole)) if whole else None
    else:
        value = _positional(whole)
    if value is None:
        return None
    return value + Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction)) if fraction else value


def _is_rough(words: str) -> bool:
    digits = [_DIGITS.get(c, 0) for c in words]
    neighbours = any(a and b == a + 1 for a, b in pairwise(digits))
    return words == "三五" or (neighbours and (len(words) == 2 or any(c not in _DIGITS for c in words)))


def _positional(words: str) -> Decimal | None:
    total = section = digit = 0
    last_unit = 1
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
            if char in "零〇":
                last_unit = 1
        elif char in _SMALL:
            if section and section % (10 * _SMALL[char]):
                return None
            section += (digit or 1) * _SMALL[char]
            digit, last_unit = 0, _SMALL[char]
        elif char in _LARGE:
            total = (
                (total + section + digit) * _LARGE[char]
                if char == "亿"
                else total + (section + digit) * 10**4
            )
            section = digit = 0
            last_unit = _LARGE[char]
        else:
            return None
    # "三万二" is 32000: a last digit without a unit counts in the next smaller one.
    tail = digit * (last_unit // 10) if last_unit >= 100 else digit
    return Decimal(total + section + tail)


def english_number(words: str) -> Decimal | None:
    """Value of an English numeral ("four point six", "point five", "two hundred and five", "a hundred twenty").

    Returns:
        None where the words are no number.
    """
    whole, _, fraction = f" {words.casefold()}".replace("-", " ").partition(" point ")
    total = current = 0
    seen = bool(fraction)
    for word in whole.split():
        if word in ("and", "a"):
            continue
        seen = True
        if word in _EN_UNITS:
            current += _EN_UNITS[word]
        elif word in TENS:
            current = (
                current * 100 + TENS[word] if 0 < current < 100 and current % 10 else current + TENS[word]
            )
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _EN_SCALES:
            total += (current or 1) * _EN_SCALES[word]
            current = 0
        else:
            return None
    digits = [_EN_UNITS.get(w) for w in fraction.split()]
    if not seen or any(d is None or d > 9 for d in digits):
        return None
    value = Decimal(total + current)
    return value + Decimal("0." + "".join(map(str, digits))) if digits else value


@cache
def _pattern() -> re.Pattern[str]:
    units: dict[str, list[str]] = tomllib.loads(
        (resources.files("pipeline") / "units.toml").read_text("utf-8")
    )
    chinese = "|".join(sorted((re.escape(u) for u in units["zh"]), key=len, reverse=True))
    english = "|".join(sorted((re.escape(u) for u in units["en"]), key=len, reverse=True))
    word = "(?:" + "|".join(sorted(_EN_WORDS, key=len, reverse=True)) + ")"
    digit = "(?:" + "|".join(w for w, n in _EN_UNITS.items() if n < 10) + ")"
    spelled = rf"(?:a\s+(?=hundred|thousand|million)){{0,1}}{word}(?:(?:\s+and\s+|[\s-]+){word})*"
    return re.compile(
        rf"(?P<currency>[$€£¥])?\s?"
        rf"(?:(?P<percent>[百千万]分之)(?P<share>[零〇一二两三四五六七八九十百千点]+|\d+(?:\.\d+)?)"
        rf"|(?<![\w.])(?P<spelled>{spelled}(?:\s+point(?:\s+{digit})+)?"
        rf"|point(?:\s+{digit})+(?=\s+per\s?cent))(?![\w])"
        rf"|(?<![A-Za-z\d.])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
        rf"|(?P<coins>[零一二两三四五六七八九十百千]+)块(?P<cents>[一二三四五六七八九])(?:毛(?P<hundredths>[一二三四五六七八九])分?|(?![十百千万号月日])毛?)"
        rf"|(?P<chinese>(?:[零〇一二三四五六七八九十百千万亿]|(?<![一二三四五六七八九])两)+(?:点[零〇一二三四五六七八九]+)?))"
        rf"(?P<scale>(?<=\d)\s[万亿]|个?[万亿]+|千(?=[克瓦米])|\s?(?:[kKmMbB](?![A-Za-z])|(?:thousand|million|billion|grand)\b))?"
        rf"(?P<unit>(?:个)?(?:{chinese})|\s?%|\s?％|[\s-]?(?:{english})\b)?",
        re.IGNORECASE,
    )


def _quantity(match: re.Match[str]) -> Quantity | None:
    groups = match.groupdict()
    scale, unit = (groups["scale"] or "").strip(), (groups["unit"] or "").strip().replace("％", "%")
    if groups["percent"]:
        value, unit = _share(groups["share"]), {"百": "%", "千": "‰", "万": "‱"}[groups["percent"][0]]
    elif groups["spelled"]:
        value = english_number(groups["spelled"])
    elif groups["digits"]:
        return _in_digits(match, scale, unit, groups["digits"].replace(",", ""))
    elif groups["coins"]:
        whole, unit = chinese_number(groups["coins"]), "元"
        value = None if whole is None else whole + _cents(groups["cents"], groups["hundredths"])
    else:
        value, scale = _chinese(groups["chinese"], scale)
    # "一共", "no one": a lone one counts nothing.
    if value is None or (value == 1 and not (scale or unit or match["currency"])):
        return None
    return _made(match, _plain(value), scale, unit)


def _cents(tenths: str, hundredths: str | None) -> Decimal:
    """What comes after the yuan: "四块三毛六" has 0.36."""
    return Decimal(10 * _DIGITS[tenths] + (_DIGITS[hundredths] if hundredths else 0)) / 100


def _in_digits(match: re.Match[str], scale: str, unit: str, digits: str) -> Quantity:
    """A figure that was written in digits keeps them: £31.20 stays £31.20."""
    return _made(match, unicodedata.normalize("NFKC", digits), scale, unit)


def _chinese(words: str, scale: str) -> tuple[Decimal | None, str]:
    """Value and scale as people write them: "八百六十二万" is 862 万, "一亿两千万" 1.2 亿; "三万二" is 32000."""
    # A lone 万, 千 or 百 is no figure but part of a word (万一, 千万).
    value = None if words[0] in "百千万亿" else chinese_number(words)
    if value is None:
        return None, ""
    if "亿" in words:
        return value / 10**8, "亿"
    if words[-1] == "万":
        return value / 10**4, "万"
    return value, scale.lstrip("个")


def _made(match: re.Match[str], value: str, scale: str, unit: str) -> Quantity:
    currency = match["currency"] or ""
    start = match.start() + len(match.group()) - len(match.group().lstrip())
    gap = " " if scale.isascii() and scale and unit.isascii() and unit else ""
    said = currency + scale + gap + _canonical(unit)
    return Quantity(start, match.end(), value, said or None)


def _share(words: str) -> Decimal | None:
    return Decimal(words) if words[0].isascii() else chinese_number(words)


def _canonical(unit: str) -> str:
    return "%" if unit.casefold() in ("percent", "per cent", "pct") else unit.lstrip("-")


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

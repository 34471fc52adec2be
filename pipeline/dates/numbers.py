"""Numerals as people say them: "二十三", "廿五", "两三", "twenty third", "a couple of" -> whole numbers."""

from pipeline.numerals import CARDINALS, ORDINALS, TENS

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_TENS = {"廿": 20, "卅": 30}
_VALUES = {
    **CARDINALS,
    **TENS,
    **ORDINALS,
    **{"hundred": 100, "a hundred": 100, "one hundred": 100},
    **{"a": 1, "an": 1, "couple": 2, "couple of": 2, "a couple": 2, "a couple of": 2},
}

CHINESE = "零〇一二两俩三仨四五六七八九十廿卅百"
ORDINAL_WORDS = tuple(ORDINALS)
CARDINAL_WORDS = (*CARDINALS, "a couple of", "couple of", "a couple", "a hundred", "one hundred", "an", "a")


def chinese_number(words: str) -> int | None:
    """Value of a Chinese numeral; of two neighbouring digits the larger counts ("两三天" is at most three).

    Returns:
        None where the characters make no number.
    """
    if len(words) > 4 and not any(c in "十百廿卅" for c in words):
        return None
    if len(words) == 4 and all(c in _DIGITS for c in words):
        return int("".join(str(_DIGITS[c]) for c in words))
    total = digit = 0
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            total, digit = total + _TENS[char], 0
        else:
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
    return total + digit


def english_number(words: str) -> int | None:
    """Value of an English cardinal or ordinal ("forty eight", "twenty-third", "a couple of").

    Returns:
        None where the words make no number.
    """
    if words in _VALUES:
        return _VALUES[words]
    parts = words.replace("-", " ").split()
    values = [_VALUES.get(part, 0) for part in parts]
    return sum(values) if all(values) else None

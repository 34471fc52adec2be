"""Names that a recogniser misheard: the same sound in other letters."""

from functools import cache

from pipeline.people.forms import is_chinese

NEAR_ENOUGH = 0.72
"""Least Jaro-Winkler similarity of two spellings with one phonetic key ("Isha" and "Aisha": 0.78)."""


@cache
def syllables(text: str) -> tuple[str, ...]:
    """Pinyin of every character, without tones; other characters stand for themselves."""
    from pypinyin import lazy_pinyin  # loading its tables takes a tenth of a second

    return tuple(lazy_pinyin(char)[0] for char in text)


@cache
def phonetic_key(word: str) -> str:
    """Metaphone key of an English word; empty where it has no sound."""
    import jellyfish

    key = jellyfish.metaphone(word)
    # An H inside is hardly heard ("Graham", "Graeme").
    key = key[:1] + key[1:].replace("H", "")
    # A vowel in front is easily taken for another ("Isha", "Aisha").
    return "A" + key[1:] if key[:1] in "EIOU" and key else key


def sounds_like(heard: str, name: str) -> bool:
    """Whether one may have been written for the other.

    Chinese: the same syllables, and at least one of the characters. English: the same phonetic key, the same
    number of words, and spellings that are near.
    """
    if heard == name:
        return False
    if is_chinese(name):
        same = sum(a == b for a, b in zip(heard, name, strict=False))
        return len(heard) == len(name) and same > 0 and syllables(heard) == syllables(name)
    return phonetic_key(heard) == phonetic_key(name) != "" and _similar(heard, name)


def _similar(heard: str, name: str) -> bool:
    import jellyfish

    return jellyfish.jaro_winkler_similarity(heard.casefold(), name.casefold()) >= NEAR_ENOUGH

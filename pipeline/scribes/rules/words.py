"""Words of an utterance with their part of speech, in both languages."""

import logging
import re
from functools import cache, lru_cache
from math import log10
from typing import Any

from pipeline.transcript import Language

Word = tuple[str, str]
"""The word as written, and its part of speech: jieba's tags for Chinese, "w" for other words, "x" for marks."""

_ENGLISH = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|[$€£]?\d(?:[\d,.:]*\d)?%?|[^\sA-Za-z\d]")


# Every field words its items: most utterances are cut several times in a row.
@lru_cache(maxsize=4096)
def words_of(text: str, language: Language) -> tuple[Word, ...]:
    """Cuts a text into words; spaces between English words are left out."""
    if language == "zh":
        return tuple((pair.word, pair.flag) for pair in _tagger().cut(text) if not pair.word.isspace())
    return tuple((word, "w" if word[0].isalnum() else "x") for word in _ENGLISH.findall(text))


def written(words: list[str], language: Language) -> str:
    """Joins words as the language writes them: Chinese without spaces, but around Latin words."""
    if language == "en":
        return " ".join(words)
    text = ""
    for word in words:
        latin = bool(text) and text[-1].isascii() and text[-1].isalnum() and word[0].isascii()
        text += f" {word}" if latin and word[0].isalnum() else word
    return text


@lru_cache(maxsize=4096)
def commonness(word: str) -> int:
    """How common a Chinese word is in general: digits of its count in jieba's dictionary, 0 if it is not in it."""
    dictionary = _tagger().dt.tokenizer
    dictionary.check_initialized()
    return int(log10(dictionary.FREQ.get(word, 0) + 1))


@cache
def _tagger() -> Any:
    """Jieba's part-of-speech tagger; it ships no types, and its dictionary is only read when Chinese is read."""
    import jieba  # pyright: ignore[reportMissingTypeStubs]
    import jieba.posseg  # pyright: ignore[reportMissingTypeStubs]

    logging.getLogger("jieba").setLevel(logging.WARNING)
    return jieba.posseg

"""Which of the two languages a text is in."""

import re

from pipeline.transcript import Language

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
# Chinese words have about this many characters; it makes them comparable with English words.
_HAN_PER_WORD = 1.6
# A Chinese meeting may be full of English terms; an English one hardly has this much Chinese.
_CHINESE_SHARE = 0.2


def detect_language(text: str) -> Language:
    """Chinese from a fifth of the words on, else English."""
    chinese = len(_HAN.findall(text)) / _HAN_PER_WORD
    english = len(_LATIN_WORD.findall(text))
    return "zh" if chinese and chinese >= _CHINESE_SHARE * (chinese + english) else "en"

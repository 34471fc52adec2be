"""Finding words again in a text, whatever its punctuation, width and case."""

import re
import unicodedata

STEM = 5
"""Letters of a word that are compared: "quotes" and "quote" are one."""

_CHINESE = re.compile("[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[^\W_\u4e00-\u9fff]{3,}")
_COMMON = frozenset(
    "的了是在我你他们这那个就也都要和把给到有没不一上下吧吗呢啊嗯对好行可以说看做弄去来再还很先后等被让跟从向"
)


def find_verbatim(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands in a text.

    Returns:
        First and one past the last character in ``text``; None where it is not there.
    """
    letters, places = _letters(text)
    wanted, _ = _letters(quote)
    at = letters.find(wanted) if wanted else -1
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def folded(text: str) -> str:
    """A text without the differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def pieces(text: str) -> set[str]:
    """Pairs of Chinese characters and the telling single ones, and the stems of other words."""
    plain = folded(text)
    found = {word[:STEM] for word in _LATIN.findall(plain)}
    for run in _CHINESE.findall(plain):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
        found.update(char for char in run if char not in _COMMON)
    return found


def _letters(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in folded(char):
            if part.isalnum():
                letters.append(part)
                places.append(place)
    return "".join(letters), places

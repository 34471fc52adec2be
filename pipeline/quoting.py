"""Finding words again in a text, whatever its punctuation, width and case."""

import unicodedata


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


def _letters(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in folded(char):
            if part.isalnum():
                letters.append(part)
                places.append(place)
    return "".join(letters), places

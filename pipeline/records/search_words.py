"""What an index sees of a text, and what a question asks of it: one rule for SQLite and Postgres.

A Chinese character is a word of its own, so that 退货 finds 退货率; Latin words are found by their stem (returns,
returned), whatever their case and accents. The databases disagree about which of the world's characters are
letters, so they are shown ASCII alone: ``c`` and the number of a character, ``w`` and a stem, ``r`` and a word as
it was written; ``x`` and ``y`` stand for the last two where these are not ASCII.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from snowballstemmer.english_stemmer import EnglishStemmer  # pyright: ignore[reportMissingTypeStubs]

from pipeline.errors import UsageError

MOST_TOKENS = 200
"""Of one text or question. Postgres knows 255 places of a word in a text: here none can be beyond."""
_MOST_OF_WHO = 50
_MOST_LETTERS = 64
"""What a word has beyond is not looked at: Postgres takes no word over 2,046 bytes."""
_BETWEEN = "s"
"""Stands between who says something and what is said: no phrase goes across."""
_JOINING = frozenset(".,:'’-_/&@+#")
"""Between two Latin words or numbers, one of these makes a phrase of them: 3.5, co-owner, a@b."""
_SENTENCE_ENDS = frozenset("。！？；!?;.\n")


@dataclass(frozen=True)
class Token:
    """A word or a Chinese character of a text.

    Attributes:
        code: What is compared: the stem, or the character.
        written: The whole word; None for a Chinese character.
        start: Its first character in the text.
        end: Behind its last.
    """

    code: str
    written: str | None
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """Words of a question that must stand side by side.

    Attributes:
        codes: What is compared, in order.
        written: The whole word, where it is a single one.
        begins: Whether words that only begin so are meant as well.
    """

    codes: tuple[str, ...]
    written: str | None = None
    begins: bool = False


def tokens(text: str) -> Iterator[Token]:
    """The words and Chinese characters of a text, in order."""
    word, start, end = "", 0, 0
    for at, char in enumerate(text):
        plain = _plain(char)
        if word and not plain:
            end = at + 1  # an accent of its own belongs to the word
        for letter in plain:
            if letter.isalnum() and not _is_chinese(letter):
                start = start if word else at
                word, end = word + letter, at + 1
                continue
            if word:
                yield _word(word, start, end)
                word = ""
            if letter.isalnum():
                yield Token(f"c{ord(letter):x}", None, at, at + 1)
    if word:
        yield _word(word, start, end)


def spaced(text: str, who: str | None = None) -> str:
    """What an index sees of a text and of who says or owns it."""
    said, by = list(tokens(text)), list(tokens(who or ""))[:_MOST_OF_WHO]
    written = dict.fromkeys(token.written for token in (*by, *said) if token.written)
    codes = [*(token.code for token in by), _BETWEEN, *(token.code for token in said), *written]
    return " ".join(codes)


def pieces(text: str) -> Iterator[str]:
    """The text, or where it is too long for an index its parts, cut behind sentences where there are any."""
    found = list(tokens(text))
    begin = 0
    while len(found) > MOST_TOKENS:
        cut = found[MOST_TOKENS - 1].end
        middle = found[MOST_TOKENS // 2].end
        cut = next((at + 1 for at in range(cut - 1, middle, -1) if text[at] in _SENTENCE_ENDS), cut)
        yield text[begin:cut]
        begin, found = cut, [token for token in found if token.start >= cut]
    yield text[begin:]


def terms(question: str) -> tuple[Term, ...]:
    """What a question asks for: every term must be there. Nothing in it is syntax.

    Words are set apart by spaces and punctuation. A single Latin word at the end is also found by its beginning.

    Raises:
        UsageError: It is too long.
    """
    found = list(tokens(question))
    if len(found) > MOST_TOKENS:
        raise UsageError(f"The search has more than {MOST_TOKENS} words.")
    groups: list[list[Token]] = [found[:1]] if found else []
    for one, next_one in pairwise(found):
        if _joined(one, next_one, question):
            groups[-1].append(next_one)
        else:
            groups.append([next_one])
    made = [_term(group, question, is_last=group is groups[-1]) for group in groups]
    return tuple(dict.fromkeys(made))


def highlights(text: str, asked: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    """Where the terms stand in a text: ranges of its characters, in order, apart from each other."""
    found = list(tokens(text))
    places = sorted(
        (found[at].start, found[at + len(term.codes) - 1].end)
        for term in asked
        for at in range(len(found) - len(term.codes) + 1)
        if _stands(term, found, at)
    )
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def _stands(term: Term, found: Sequence[Token], at: int) -> bool:
    if all(token.code == code for token, code in zip(found[at:], term.codes, strict=False)):
        return True
    return term.begins and (found[at].written or "").startswith(term.written or "")


def _joined(one: Token, next_one: Token, text: str) -> bool:
    gap = text[one.end : next_one.start]
    return not gap or (gap in _JOINING and None not in (one.written, next_one.written))


def _term(group: Sequence[Token], text: str, *, is_last: bool) -> Term:
    written = group[0].written if len(group) == 1 else None
    begins = is_last and written is not None and not text[group[0].start].isdigit()
    return Term(tuple(token.code for token in group), written, begins)


def _word(word: str, start: int, end: int) -> Token:
    word = word[:_MOST_LETTERS]
    if word.isascii():
        return Token(f"w{_stem(word)}", f"r{word}", start, end)
    return Token(f"x{word.encode().hex()}", f"y{word.encode().hex()}", start, end)


def _is_chinese(letter: str) -> bool:
    """Whether it is of a script without spaces between words: Han, kana, bopomofo."""
    return 0x2E80 <= ord(letter) <= 0x9FFF or ord(letter) >= 0x20000


@lru_cache(maxsize=1 << 16)
def _plain(char: str) -> str:
    """A character as it is compared: without case, accents and width; empty for what shows nothing."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return unicodedata.normalize(
        "NFKC", "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    )


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    # A stemmer carries the word it works on: one for several threads would mix them up.
    return str(EnglishStemmer().stemWord(word)) if word.isalpha() else word  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]

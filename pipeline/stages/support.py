"""Do quoted words carry a claim? Its figures, names and subject must stand in them or beside them."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import combinations
from math import log
from typing import Any

from pipeline.meeting import Participant
from pipeline.numerals import CARDINALS, ORDINALS, TENS
from pipeline.people.forms import forms_of
from pipeline.people.talk import is_label
from pipeline.quantities import Quantity, find_quantities
from pipeline.quoting import folded, pieces
from pipeline.transcript import Transcript

SUBJECT = "subject"
"""Stands among what is missing for all that a claim is about."""

NEAR = 2
"""Utterances around a quote in which what the quote lacks may stand."""

TOPIC = 15
"""Utterances around a quote in which its topic is spoken about."""

LEAST_SHARED = 0.35
"""Least share of a claim's subject that its quotes and what is beside them must contain …"""

LESS_SHARED, TOPIC_SHARED = 0.2, 0.7
"""… or less, where the topic around has most of it ("I shall write to them myself").

Of the gold items of the sample meetings .997 (zh) and .991 (en) keep their own quotes; given those of another item
of the meeting, .98 and .96 go.
"""

SINGLE = 0.6
"""Weight of a single Chinese character beside that of a pair of them, which is nearer to a word."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MONTH_NAME = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?!\d)")
_SPLIT = re.compile(
    "([零一二两三四五六七八九十百]+)[度块元米斤吨]([一二三四五六七八九])(?![零一二三四五六七八九十百千万个])"
)
_DATE = re.compile(
    rf"\d{{1,2}}月\d{{1,2}}[日号]|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_A_DAY = re.compile(r"周|礼拜|星期|[号日天]|day\b|week\b|\b\w+(?:st|nd|rd|th)\b", re.IGNORECASE)
_NUMBERS = CARDINALS | TENS
_WEEKDAY = re.compile("(?:周|星期|礼拜)[一二三四五六](?![十百千万亿个点])")


@dataclass(frozen=True)
class Claim:
    """What must be carried.

    Attributes:
        text: Its words.
        figures: Further texts whose figures must be there too.
        about: Whether its subject must be there; the figure of an indicator stands for itself.
    """

    text: str
    figures: tuple[str, ...] = ()
    about: bool = True


class Support:
    """Measures claims against the talk of one meeting.

    Args:
        transcript: The talk. Words that are rare in it say most about what a claim is about.
        people: The roster.
    """

    def __init__(self, transcript: Transcript, people: Sequence[Participant]) -> None:
        self.transcript = transcript
        self.people = people
        self._pieces = tuple(frozenset(pieces(u.text)) for u in transcript.utterances)
        self._spread = Counter(piece for said in self._pieces for piece in said)
        self._labels = frozenset(label for u in transcript.utterances for label in _labels(u.text))

    def missing(self, claim: Claim, ids: Iterable[int], *, topic: bool = False) -> Iterator[str]:
        """What the claim says and the utterances do not: figures, names, or its subject.

        Args:
            claim: What must be carried.
            ids: Of the utterances.
            topic: Whether a figure of the talk around may be taken up again ("those seven customers"). What
                stands or falls with its figure, as an indicator does, has it in its own lines.
        """
        said = sorted(ids)
        words = " ".join(self.transcript.utterances[i].text for i in said)
        wide = self.around(said, TOPIC) if topic and claim.about else said
        told = " ".join(self.transcript.utterances[i].text for i in sorted(wide))
        yield from missing_figures((claim.text, *claim.figures), told, self._labels)
        yield from self._missing_names(claim.text, words, said)
        if claim.about and not self._is_about(claim.text, said):
            yield SUBJECT

    def _is_about(self, text: str, ids: Iterable[int]) -> bool:
        beside = self.shared(text, self.around(ids))
        if beside >= LEAST_SHARED:
            return True
        return beside >= LESS_SHARED and self.shared(text, self.around(ids, TOPIC)) >= TOPIC_SHARED

    def shared(self, text: str, ids: Iterable[int]) -> float:
        """Share of a text's words that the utterances contain, rare ones weighing more, 0 to 1."""
        said = frozenset[str]().union(*(self._pieces[i] for i in ids))
        weights = {piece: self._weight(piece) for piece in pieces(text)}
        total = sum(weights.values())
        return sum(w for piece, w in weights.items() if piece in said) / total if total else 1.0

    def around(self, ids: Iterable[int], reach: int = NEAR) -> frozenset[int]:
        """Ids of the utterances from two before to two after each of these, or as many as are reached."""
        last = len(self.transcript.utterances) - 1
        return frozenset(j for i in ids for j in range(max(0, i - reach), min(last, i + reach) + 1))

    def _weight(self, piece: str) -> float:
        """Rarity in this meeting; of words that were not said at all that of a common one."""
        spread = self._spread.get(piece)
        rarity = log((len(self._pieces) + 1) / spread) if spread else 1.0
        return rarity * (SINGLE if len(piece) == 1 else 1.0)

    def _missing_names(self, text: str, words: str, ids: Iterable[int]) -> Iterator[str]:
        speakers = {self.transcript.utterances[i].speaker for i in ids}
        if any(speaker and is_label(speaker) for speaker in speakers):
            return  # one of them may be who is named
        for person in self.people:
            named = next((name for name in (person.name, *person.aliases) if stands(name, text)), None)
            if named is None or person.name in speakers:
                continue
            if not any(stands(form.text, words) for form in forms_of(person)):
                yield named


def missing_figures(
    texts: Iterable[str], words: str, labels: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[str]:
    """Figures of the texts that neither stand in the words nor follow from two figures or a day named in them.

    Args:
        texts: What is claimed.
        words: What was said.
        labels: Figures that are part of a name elsewhere in the meeting, with the two letters after them.
    """
    said = {q.value for q in find_quantities(_WEEKDAY.sub(" ", words))} | set(_ordinals(words))
    said.update(_split_figures(words))
    spelled = set(_spelled_digits(words))
    derived = set(_derived(said))
    day_named = _A_DAY.search(words) is not None
    for text in texts:
        # Who writes "9月12日" for "下周六" has counted, and said no new figure.
        for figure in claimed_figures(_DATE.sub(" ", text) if day_named else text):
            known = figure.value in said or figure.value in derived or stands(figure.value, words)
            known = known or _digits(figure.value) in spelled
            if not known and (figure.value, text[figure.end : figure.end + 2]) not in labels:
                yield figure.text


def claimed_figures(text: str) -> Iterator[Quantity]:
    """The figures that a text stands or falls with."""
    # A month follows from the day of the meeting.
    text = _MONTH_NAME.sub(" ", text)
    for name in _names_with_figures():
        text = text.replace(name, " ")
    for quantity in find_quantities(_WEEKDAY.sub(" ", text)):
        # A numeral in words may be part of a word ("统一", "one of them"): alone it claims no number.
        spelled = text[quantity.start : quantity.end]
        plain = spelled.isalpha()
        if spelled[0] in "两俩":
            continue  # whoever counts two shops that were named says nothing new
        if not plain or len(quantity.value) > 1 or (quantity.unit and quantity.value != "1"):
            yield quantity


def stands(part: str, text: str) -> bool:
    """Whether a text contains a figure or name as such: "Mark" is not in "marketing", nor 5 in 15."""
    edge = r"[0-9]" if not part.isascii() else r"[a-z0-9]"
    pattern = rf"(?<!{edge})(?<![0-9]\.){re.escape(folded(part))}(?!{edge})(?!\.[0-9])"
    return re.search(pattern, folded(text)) is not None


def to_a_program(text: str) -> bool:
    """Whether an utterance gives orders to the program that reads it, not to the people in the room."""
    orders: list[str] = _words()["to_a_program"]
    return any(re.search(pattern, folded(text)) for pattern in orders)


def _labels(text: str) -> Iterator[tuple[str, str]]:
    """Figures with the two letters after them: they may be a name ("八十八双人餐"), known without being quoted."""
    for quantity in find_quantities(text):
        after = text[quantity.end : quantity.end + 2]
        if len(after) == 2 and after.isalpha():
            yield quantity.value, after


def _derived(values: Iterable[str]) -> Iterator[str]:
    """Sums and differences of two figures: "twelve trucks from one, eight from the other" are twenty."""
    numbers = sorted({float(value) for value in values})
    for low, high in combinations(numbers, 2):
        for value in (high - low, high + low):
            yield f"{value:.4f}".rstrip("0").rstrip(".")


def _spelled_digits(words: str) -> Iterator[str]:
    """Digits of numbers said in a row: "three pounds eighty-seven" is 387, "three forty" 34 (of whatever size)."""
    between: list[str] = _words()["between_numbers"]
    digits, tens = "", False
    for word in (*re.findall(r"[a-z]+|[.,;:?!]", folded(words)), ""):
        if word in _NUMBERS:
            value = _NUMBERS[word]
            digits = digits[:-1] + str(value) if tens and value < 10 else digits + str(value)
            tens = value >= 20
        elif word not in between or not digits:
            if digits:
                yield _digits(digits)
            digits, tens = "", False
        else:
            tens = False


def _digits(figure: str) -> str:
    """The digits that make a figure, without its size."""
    return figure.replace(".", "").replace(",", "").strip("0")


def _split_figures(words: str) -> Iterator[str]:
    """Figures with the unit in their middle ("十一度四" is 11.4), and 仨 for three."""
    for whole, tenth in _SPLIT.findall(words):
        for quantity in find_quantities(f"{whole}点{tenth}"):
            yield quantity.value
    if "仨" in words:
        yield "3"


def _ordinals(words: str) -> Iterator[str]:
    """Numbers of "thirtieth" and "twenty-first", which are no quantities."""
    before = 0
    for word in re.findall(r"[a-z]+", folded(words)):
        if word in ORDINALS:
            yield str(before + ORDINALS[word] if ORDINALS[word] < 10 else ORDINALS[word])
        before = TENS.get(word, 0)


@cache
def _names_with_figures() -> tuple[str, ...]:
    names: list[str] = _words()["names_with_figures"]
    return tuple(names)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((resources.files("pipeline.stages") / "support.toml").read_text("utf-8"))

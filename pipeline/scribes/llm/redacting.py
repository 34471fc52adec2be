"""What must not leave the machine: phone numbers, e-mail addresses, numbers of cards and persons.

Each is replaced by a mark such as ``[PHONE1]`` before a question is sent and put back into the answer.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_DIGITS = re.compile(r"(?<![0-9])(?<![0-9]\.)[0-9](?:[ -]?[0-9]){14,18}[ -]?[0-9Xx]?(?!\.?[0-9])")
_SPOKEN = re.compile("[零〇一二三四五六七八九幺]{7,}")

REGIONS = ("CN", "US", "GB")
"""Countries whose national phone numbers are known without their code."""


@dataclass(frozen=True)
class Redaction:
    """Marks and what they stand for; empty where nothing is replaced."""

    marks: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Redaction":
        """Finds all that must be replaced in the texts that questions are made of."""
        found: dict[str, str] = {}
        for text in texts:
            for kind, secret in _secrets(text):
                number = sum(mark.startswith(f"[{kind}") for mark in found.values()) + 1
                found.setdefault(secret, f"[{kind}{number}]")
        # The longest first: a number may be part of another.
        longest = sorted(found.items(), key=lambda pair: -len(pair[0]))
        return cls(tuple((mark, secret) for secret, mark in longest))

    def hide(self, text: str) -> str:
        """The text with marks in place of the secrets."""
        for mark, secret in self.marks:
            text = text.replace(secret, mark)
        return text

    def restore(self, text: str) -> str:
        """The text with the secrets back in place of their marks."""
        for mark, secret in self.marks:
            text = text.replace(mark, secret)
        return text


def _secrets(text: str) -> Iterator[tuple[str, str]]:
    """Kind and words of each secret in a text."""
    for hit in _EMAIL.finditer(text):
        yield "EMAIL", hit[0]
    for hit in _DIGITS.finditer(text):
        digits = re.sub("[ -]", "", hit[0])
        if ric.is_valid(digits):
            yield "ID", hit[0]
        elif len(digits) >= 15 and luhn.is_valid(digits):
            yield "CARD", hit[0]
    for region in REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            yield "PHONE", match.raw_string
    for hit in _SPOKEN.finditer(text):
        yield "NUMBER", hit[0]

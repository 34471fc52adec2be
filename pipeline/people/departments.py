"""Departments in what is said: by their name, and by its short form where the words around show it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.people.forms import is_chinese, short_departments
from pipeline.people.lexicon import longest_first, words
from pipeline.people.mention import Mention

# "供应链" alone is a topic; with one of these beside it it is a department that acts.
_ZH_BEFORE = "(?<=[让由请叫归们])|(?<=你)|(?<=交给)"
_ZH_AFTER = (
    "(?=那边|这边|那儿|那头|这块的人|的人|的同事|同事|团队|来|牵头|负责|配合|主责|先|去|跟进|支持"
    "|出(?!现|了|去|来|问题|入|货))"
)
# At the head of a clause, words of time and duty show it too ("后勤这周给换一下").
_ZH_HEAD = "(?:^|(?<=[，。！？、； ]))"
_ZH_HEAD_AFTER = "(?=[这下本](?:周|个?月|礼拜)|今[天晚]|明天|后天|月底|周[一二三四五六日]|尽快|得|把)"
_EN_AFTER = (
    r"(?='ll\b|’ll\b|\s+(?:will|can|could|should|to|needs? to|takes?|owns?|counts?|does|makes?"
    r"|sends?|writes?|checks?|handles?|runs?|leads?|gets?|puts?|fixes|orders?"
    r"|has to|have to|is going to|are going to)\b)"
)


@dataclass(frozen=True)
class _Word:
    """One way to say a department."""

    department: str
    sure: bool


class Departments:
    """The departments of a roster and the common ones beyond it.

    Args:
        names: As the roster writes them.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._words: dict[str, _Word] = {}
        for name in dict.fromkeys(names):
            self._words[name.casefold()] = _Word(name, True)
        for name in dict.fromkeys(names):
            for short in short_departments(name):
                self._words.setdefault(short.casefold(), _Word(name, False))
        for language in ("names_zh", "names_en"):
            for word in sorted(words(language, "departments")):
                sure = is_chinese(word) and word.endswith(longest_first("names_zh", "department_ends"))
                self._words.setdefault(word, _Word(word, sure))
        self._pattern = re.compile("|".join(self._alternatives()), re.IGNORECASE)

    def named(self, phrase: str) -> str | None:
        """The department that a whole phrase names ("供应链那边", "the finance team", "legal")."""
        plain = _TRIM.sub("", phrase.strip()).casefold()
        word = self._words.get(plain) or self._words.get(phrase.strip().casefold())
        return word.department if word else None

    def mentions(self, text: str) -> Iterator[Mention]:
        """Departments that act or are spoken to in a text."""
        for hit in self._pattern.finditer(text):
            department = self.named(hit[0])
            if department is not None and not _lower_case_it(hit[0]):
                yield Mention(hit.start(), hit.end(), hit[0], (department,), "department")

    def beside(self, text: str, start: int, end: int) -> tuple[str, int, int] | None:
        """A department said right before or after a name ("Chris from finance", "产品部的王强").

        Returns:
            The department, and the stretch of text from the earlier to the later of both.
        """
        after = re.match(r"\s+(?:from|in|at|over in|on)\s+(?:the\s+)?", text[end:])
        if after:
            rest = text[end + after.end() :]
            for said in sorted(self._words, key=len, reverse=True):
                if re.match(rf"{re.escape(said)}(?![a-z])", rest, re.IGNORECASE):
                    return self._words[said].department, start, end + after.end() + len(said)
        before = text[:start].removesuffix("的").removesuffix("那边")
        for said in sorted(self._words, key=len, reverse=True):
            if is_chinese(said) and before.casefold().endswith(said):
                return self._words[said].department, len(before) - len(said), end
        return None

    def _alternatives(self) -> Iterator[str]:
        around = "|".join(sorted(words("names_en", "around"), key=len, reverse=True))
        for said in sorted(self._words, key=lambda key: (-len(key), key)):
            word, escaped = self._words[said], re.escape(said)
            if is_chinese(said):
                head = f"{_ZH_HEAD}{escaped}{_ZH_HEAD_AFTER}"
                yield escaped if word.sure else f"(?:{_ZH_BEFORE}){escaped}|{escaped}{_ZH_AFTER}|{head}"
                continue
            name = rf"(?<![A-Za-z]){escaped}"
            yield rf"(?:(?<![A-Za-z])the\s+)?{name}\s+(?:{around})(?![A-Za-z])"
            yield rf"(?:^|(?<=[.?!]\s)|(?<=\band ))(?i:{escaped})(?=,\s)"
            bare = word.sure and (" " in word.department or word.department.isupper())
            yield rf"{name}(?![A-Za-z])" if bare else rf"{name}{_EN_AFTER}"


def _lower_case_it(phrase: str) -> bool:
    # "it will" is a pronoun, "IT will" a department; likewise short names written in capitals.
    return phrase == "it" or phrase == "It"


_TRIM = re.compile(
    r"^(?:the|our|your|us in|we in|you|你们|我们|咱们|他们|你|我)\s*|\s*(?:"
    + "|".join((*longest_first("names_zh", "around"), *longest_first("names_en", "around")))
    + ")$",
    re.IGNORECASE,
)

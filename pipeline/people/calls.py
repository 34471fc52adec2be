"""Who is called in one utterance, and what for: spoken to, given work, or only talked about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.people.lexicon import cue
from pipeline.people.mention import Mention
from pipeline.people.roster import Roster
from pipeline.transcript import Language

_CLAUSE_END = "，。！？；：,.?!;:…"
_CLAUSE_START = re.compile(rf"[{re.escape(_CLAUSE_END)}]|\band\b")
_ASKED = re.compile(r",? (?:you|can|could|will|would|please)\b")

Role = Literal["addressed", "assigned", "told"]
"""``addressed``: spoken to; ``assigned``: given work; ``told``: talked about, or gets something."""


@dataclass(frozen=True)
class Call:
    """A mention with the part it plays.

    Attributes:
        mention: Who is called.
        role: What for.
        words: The words that go with it: from the mention to the next one.
        leads: Whether it is said to lead.
        joined: Whether it shares the work of the call before ("小李和小王").
    """

    mention: Mention
    role: Role
    words: str
    leads: bool = False
    joined: bool = False


def read_calls(text: str, roster: Roster, language: Language) -> tuple[Call, ...]:
    """Everybody called in a text, in order.

    Args:
        text: The words of one utterance.
        roster: Who can be meant.
        language: Of the text.
    """
    mentions = roster.mentions(text)
    calls: list[Call] = []
    for index, mention in enumerate(mentions):
        between = text[mentions[index - 1].end if index else 0 : mention.start]
        joined = bool(calls) and calls[-1].role != "told" and _has(between, language, "joined")
        after_list = text[_end_of_list(text, mentions, index, language) :]
        role = calls[-1].role if joined else _role(text[: mention.start], after_list, language)
        end = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        after = text[mention.end : end]
        leads = _has(re.split("[，。,.]", after + " ")[0], language, "lead")
        if _has(after, language, "he_leads"):
            role, leads = "assigned", True
        if index + 1 < len(mentions):
            # The words before the next name in its clause go with that name.
            end = max(mention.end, end - len(_lead_in(text[:end])))
        words = _lead_in(text[: mention.start]) + text[mention.start : end]
        calls.append(Call(mention, role, words, leads, joined))
    return tuple(calls)


def _has(text: str, language: Language, name: str) -> bool:
    return cue(language, name).search(text) is not None


def _end_of_list(text: str, mentions: Sequence[Mention], index: int, language: Language) -> int:
    """Where the last of the names ends that are called together ("Tom and Priya, can you")."""
    end = mentions[index].end
    for later in mentions[index + 1 :]:
        if not _has(text[end : later.start], language, "joined"):
            break
        end = later.end
    return end


def _lead_in(before: str) -> str:
    """The words of the clause before a name ("护士的班青青"), which go with it."""
    return _CLAUSE_START.split(before)[-1]


def _role(before: str, after: str, language: Language) -> Role:
    if _has(_lead_in(before), language, "thanks") and not _ASKED.match(after):
        return "told"
    return _chinese_role(_lead_in(before), after) if language == "zh" else _english_role(before, after)


def _chinese_role(before: str, after: str) -> Role:
    if _has(after, "zh", "belongs_after"):
        return "assigned"
    given = _has(before, "zh", "give_before")
    if not given and _has(before, "zh", "object_before"):
        return "told"
    ends = not after or after[0] in _CLAUSE_END + "、"
    if (ends and not given) or re.match("你|您", after):
        return "addressed"
    if re.match("[，,]?(?:牵头|主责|负责)", after) or (given and re.search("[让由请叫归]$|交给$", before)):
        return "assigned"
    if _has(after, "zh", "topic_after"):
        return "told"
    moved = _has(before, "zh", "instead_before")
    return "addressed" if ends and not moved else "assigned"


def _english_role(before: str, after: str) -> Role:
    if _has(after, "en", "topic_after"):
        return "told"
    opens = not before.strip() or _has(before, "en", "opening")
    closes = re.match(r"\s*(?:(?:then|instead|maybe)\b)?\s*(?:[,.?!:;…]|$)", after) is not None
    if opens and closes:
        return "assigned" if re.match(r"\s*(?:then|instead)\b", after) else "addressed"
    if _has(before, "en", "give_before") and not re.search(r"\bI(?:['’]ll| will|['’]m) \w+ $", before):
        return "assigned"
    if _has(before, "en", "object_before"):
        return "told"
    return "assigned" if _has(after, "en", "give_after") else "told"

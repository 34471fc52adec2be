"""What one utterance does to the question of who works: asks somebody, takes it, agrees, turns it down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.people.lexicon import cue
from pipeline.people.mention import Mention
from pipeline.people.roster import Roster
from pipeline.transcript import Language, Utterance

_CLAUSE = re.compile(r"[^，。！？；：,.?!;:…]+")
_CLAUSE_END = "，。！？；：,.?!;:…"

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


@dataclass(frozen=True)
class Turn:
    """One utterance, read for who works.

    Attributes:
        id: Of the utterance.
        speaker: A name, or None.
        text: Its words.
        calls: Everybody called in it, in order.
        promise: The clause in which the speaker takes work on; None where there is none.
        own_department: A department the speaker promises for ("我们测试部来").
        accepts: Whether it begins with a yes.
        refuses: Whether it says no.
        vacant: Whether somebody is wanted and not named.
        asks: Whether it asks or needs something, of nobody by name.
        asks_you: The clause that gives the work to "you"; None where there is none.
        strong: Whether the promise is without reserve ("I'll", not "I can").
        leads: Whether the promise is to lead.
        plural: Whether it is a promise of several ("we", "我们").
        new_topic: Whether it opens another subject.
        question: Whether something is asked in it.
        obeys: Whether it is the yes of somebody who is told what to do.
        demands: Whether it says what is to be done, and not that the speaker does it.
    """

    id: int
    speaker: str | None
    text: str
    calls: tuple[Call, ...] = ()
    promise: str | None = None
    own_department: str | None = None
    accepts: bool = False
    refuses: bool = False
    vacant: bool = False
    asks: bool = False
    asks_you: str | None = None
    strong: bool = False
    leads: bool = False
    plural: bool = False
    new_topic: bool = False
    question: bool = False
    demands: bool = False
    obeys: bool = False


def read_turn(utterance: Utterance, roster: Roster, language: Language) -> Turn:
    """Reads one utterance.

    Args:
        utterance: Its speaker a participant's name, a label or None.
        roster: Who can be meant.
        language: Of the meeting; an utterance in the other language is read in its own.
    """
    text = utterance.text
    calls = _calls(text, roster, _language_of(text, language))
    language = _language_of(text, language)
    promise = _promise(text, language)
    asked = cue(language, "question").search(text) is not None
    if promise is None and not any(c.role == "addressed" for c in calls):
        promise = _clause_with(text, language, "delivers")
    yes = cue(language, "accept").search(text) is not None
    but = re.search(r"\b(?:but|except)\b|但|不过|可是|就是", text) is not None
    ours = [c.mention.name for c in calls if _is_ours(text, c, utterance.speaker, roster)]
    return Turn(
        id=utterance.id,
        speaker=utterance.speaker,
        text=text,
        calls=calls,
        promise=promise,
        own_department=ours[0] if ours else None,
        accepts=yes,
        refuses=cue(language, "refuse").search(text) is not None and not (yes and not but),
        vacant=cue(language, "vacant").search(text) is not None,
        asks=any(cue(language, name).search(text) for name in ("ask_you", "imperative")),
        asks_you=_clause_with(text, language, "ask_direct"),
        strong=promise is not None and cue(language, "strong").search(promise) is not None,
        leads=promise is not None and cue(language, "lead").search(promise) is not None,
        plural=promise is not None and re.search(r"(?i)\b(?:we|us)\b|我们|咱", promise) is not None,
        question=asked,
        obeys=cue(language, "obeys").search(text) is not None,
        demands=promise is None and cue(language, "imperative").search(text) is not None,
        new_topic=cue(language, "new_topic").search(text) is not None,
    )


def _language_of(text: str, language: Language) -> Language:
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
    if language == "en":
        return "zh" if chinese * 2 > len(text) else "en"
    return "zh" if chinese else "en"


def _promise(text: str, language: Language) -> str | None:
    clauses = [hit[0] for hit in _CLAUSE.finditer(text)]
    for clause in clauses:
        # A clause that only looks like a promise ("I'll need", "我觉得") may still hold one beside it.
        rest = cue(language, "no_promise").sub(" … ", clause)
        if cue(language, "refuse").search(clause):
            continue
        if cue(language, "promise").search(rest):
            return clause
    return None


def _clause_with(text: str, language: Language, name: str) -> str | None:
    return next((hit[0] for hit in _CLAUSE.finditer(text) if cue(language, name).search(hit[0])), None)


def _is_ours(text: str, call: Call, speaker: str | None, roster: Roster) -> bool:
    if call.mention.how != "department" or call.role == "told":
        return False
    before = text[: call.mention.start]
    if re.search(r"(?:我们|咱们|我)$|\b(?:we|us|here) (?:in|at|over in) (?:the )?$|\b(?:my|our) $", before):
        return True
    return speaker is not None and roster.department_of(speaker) == call.mention.name


def _calls(text: str, roster: Roster, language: Language) -> tuple[Call, ...]:
    mentions = roster.mentions(text)
    calls: list[Call] = []
    for index, mention in enumerate(mentions):
        end = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        start = mentions[index - 1].end if index else 0
        between = text[start : mention.start]
        joined = (
            bool(calls) and calls[-1].role != "told" and cue(language, "joined").search(between) is not None
        )
        role = (
            calls[-1].role
            if joined
            else _role(text, mention, _end_of_list(text, mentions, index, language), language)
        )
        after = text[mention.end : end]
        if index + 1 < len(mentions):
            # The words before the next name in its clause go with that name.
            end = max(mention.end, end - len(_lead_in(text, mentions[index + 1])))
        leads = cue(language, "lead").search(re.split("[，。,.]", after + " ")[0]) is not None
        calls.append(Call(mention, role, _lead_in(text, mention) + text[mention.start : end], leads, joined))
    return tuple(calls)


def _end_of_list(text: str, mentions: Sequence[Mention], index: int, language: Language) -> int:
    """Where the last of the names ends that are called together ("Tom and Priya, can you")."""
    end = mentions[index].end
    for later in mentions[index + 1 :]:
        if not cue(language, "joined").search(text[end : later.start]):
            break
        end = later.end
    return end


def _lead_in(text: str, mention: Mention) -> str:
    """The words of the clause before a name ("护士的班青青"), which go with it."""
    start = max((text.rfind(mark, 0, mention.start) for mark in _CLAUSE_END), default=-1) + 1
    return text[start : mention.start]


def _role(text: str, mention: Mention, end: int, language: Language) -> Role:
    before, after = text[: mention.start], text[end:]
    if cue(language, "thanks").search(_lead_in(text, mention)):
        return "told"
    if language == "zh":
        return _chinese_role(_lead_in(text, mention), after)
    return _english_role(before, after)


def _chinese_role(before: str, after: str) -> Role:
    given = cue("zh", "give_before").search(before) is not None
    if not given and cue("zh", "object_before").search(before):
        return "told"
    ends = not after or after[0] in _CLAUSE_END + "、"
    if (ends and not given) or re.match("你|您", after):
        return "addressed"
    if re.match("[，,]?(?:牵头|主责|负责)", after) or (given and re.search("[让由请叫归]$|交给$", before)):
        return "assigned"
    if cue("zh", "topic_after").search(after):
        return "told"
    return "addressed" if ends else "assigned"


def _english_role(before: str, after: str) -> Role:
    if cue("en", "topic_after").search(after):
        return "told"
    opens = not before.strip() or cue("en", "opening").search(before) is not None
    closes = not after.strip() or after.lstrip()[0] in ",.?!:;…"
    if opens and closes:
        return "addressed"
    if cue("en", "give_before").search(before) and not re.search(r"\bI(?:['’]ll| will|['’]m) \w+ $", before):
        return "assigned"
    if cue("en", "object_before").search(before):
        return "told"
    if cue("en", "give_after").search(after):
        return "assigned"
    return "told"

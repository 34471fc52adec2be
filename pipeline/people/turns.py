"""What one utterance does to the question of who works: asks somebody, takes it, agrees, turns it down."""

import re
from dataclasses import dataclass

from pipeline.people.calls import Call, read_calls
from pipeline.people.lexicon import cue
from pipeline.people.roster import Roster
from pipeline.transcript import Language, Utterance

_CLAUSE = re.compile(r"[^，。！？；：,.?!;:…]+")
_BUT = re.compile(r"\b(?:but|except)\b|但|不过|可是|就是")
_WE = re.compile(r"(?i)\b(?:we|us)\b|我们|咱")
_OURS = re.compile(r"(?:我们|咱们|我)$|\b(?:we|us|here) (?:in|at|over in) (?:the )?$|\b(?:my|our) $")
_WE_IN = re.compile(r"(?i)\b(?:we|us)\b.*\b(?:in|at) (?:the )?$")


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
        obeys: Whether it is the yes of somebody who is told what to do.
        refuses: Whether it says no.
        balks: Whether the day that was asked for will not do.
        says_when: Whether it tells a day or an hour.
        vacant: Whether somebody is wanted and not named.
        for_all: Whether everybody is to do it, and so nobody in particular.
        leaves_open: Whether it puts off who is to do it.
        asks: Whether it asks or needs something, of nobody by name.
        asks_you: The clause that gives the work to "you"; None where there is none.
        question: Whether something is asked in it.
        demands: Whether it says what is to be done, and not that the speaker does it.
        strong: Whether the promise is without reserve ("I'll", not "I can").
        takes_over: Whether the speaker keeps the work from another who was to have it.
        offers: Whether the speaker would do it, if the others agree.
        leads: Whether the promise is to lead.
        plural: Whether it is a promise of several ("we", "我们").
        new_topic: Whether it opens another subject.
    """

    id: int
    speaker: str | None
    text: str
    calls: tuple[Call, ...] = ()
    promise: str | None = None
    own_department: str | None = None
    accepts: bool = False
    obeys: bool = False
    refuses: bool = False
    balks: bool = False
    says_when: bool = False
    vacant: bool = False
    for_all: bool = False
    leaves_open: bool = False
    asks: bool = False
    asks_you: str | None = None
    question: bool = False
    demands: bool = False
    strong: bool = False
    takes_over: bool = False
    offers: bool = False
    leads: bool = False
    plural: bool = False
    new_topic: bool = False


def read_turn(utterance: Utterance, roster: Roster, language: Language) -> Turn:
    """Reads one utterance.

    Args:
        utterance: Its speaker a participant's name, a label or None.
        roster: Who can be meant.
        language: Of the meeting; an utterance in the other language is read in its own.
    """
    text = utterance.text
    language = _language_of(text, language)
    calls = read_calls(text, roster, language)
    promise = _promise(text, language)
    if promise is None and not any(call.role == "addressed" for call in calls):
        promise = _clause_with(text, language, "delivers")

    def says(name: str, words: str | None = text) -> bool:
        return words is not None and cue(language, name).search(words) is not None

    yes = says("accept")
    return Turn(
        id=utterance.id,
        speaker=utterance.speaker,
        text=text,
        calls=calls,
        promise=promise,
        own_department=_own_department(text, calls, utterance.speaker, roster),
        accepts=yes,
        obeys=says("obeys"),
        refuses=says("refuse") and (not yes or _BUT.search(text) is not None),
        balks=promise is None and says("balks"),
        says_when=says("when"),
        vacant=says("vacant"),
        for_all=promise is None and says("everyone"),
        leaves_open=says("leaves_open"),
        asks=says("ask_you") or says("imperative"),
        asks_you=_clause_with(text, language, "ask_direct"),
        question=says("question"),
        demands=promise is None and says("imperative"),
        strong=says("strong", promise),
        takes_over=promise is not None and says("take_over"),
        offers=says("offers"),
        leads=says("lead", promise),
        plural=promise is not None and _WE.search(promise) is not None,
        new_topic=says("new_topic"),
    )


def _language_of(text: str, language: Language) -> Language:
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in text)
    if language == "en":
        return "zh" if chinese * 2 > len(text) else "en"
    return "zh" if chinese else "en"


def _promise(text: str, language: Language) -> str | None:
    for hit in _CLAUSE.finditer(text):
        clause = hit[0]
        # A clause that only looks like a promise ("I'll need", "我觉得") may still hold one beside it.
        rest = cue(language, "no_promise").sub(" … ", clause)
        if not cue(language, "refuse").search(clause) and cue(language, "promise").search(rest):
            return clause
    return None


def _clause_with(text: str, language: Language, name: str) -> str | None:
    return next((hit[0] for hit in _CLAUSE.finditer(text) if cue(language, name).search(hit[0])), None)


def _own_department(text: str, calls: tuple[Call, ...], speaker: str | None, roster: Roster) -> str | None:
    theirs = roster.department_of(speaker)
    for call in calls:
        if call.mention.how != "department":
            continue
        before, same = text[: call.mention.start], call.mention.name == theirs
        if call.role != "told" and (same or _OURS.search(before)):
            return call.mention.name
        if same and _WE_IN.search(before):
            return call.mention.name
    return None

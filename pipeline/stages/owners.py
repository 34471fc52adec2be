"""Whose work is it? Every action and issue gets its owner from the words that prove it, or none and why."""

import re
from dataclasses import dataclass

from pipeline.meeting import Meeting
from pipeline.minutes import Action, Evidence, Issue, Reading
from pipeline.people.claims import Claim
from pipeline.people.commitment import who_took_it
from pipeline.people.lexicon import sentence
from pipeline.people.roster import Match, Roster
from pipeline.people.suggested import Suggestion, suggestion
from pipeline.people.talk import roster_of
from pipeline.people.turns import Turn, read_turn
from pipeline.transcript import Language, Transcript

_FIRST_PERSON = re.compile(
    r"(?:i|i['’](?:ll|m|d)|me|myself|mine|my|we|us|我|我来|我自己|本人|我们|咱们?)", re.IGNORECASE
)
_OTHER_PERSON = re.compile(
    r"(?:you|your|yours|he|she|they|him|her|them|your (?:lot|team|guys)|somebody|someone|anyone|who"
    r"|你|您|你们|他|她|他们|她们|谁|有人|大家)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Heard:
    """The meeting's talk, read once for all items."""

    turns: tuple[Turn, ...]
    roster: Roster
    language: Language

    def claim(self, text: str, evidence: tuple[Evidence, ...]) -> Claim:
        ids = [e.utterance for e in evidence]
        return who_took_it(text, ids, self.turns, self.roster, self.language)


def assign_owners(reading: Reading, transcript: Transcript, meeting: Meeting) -> Reading:
    """Decides the owner of every action, and of issues whose evidence gives one.

    Args:
        reading: What the scribe found; ``owner_phrase`` holds the words that name an owner, or None. An ``owner``
            of the scribe's is a suggestion, believed as far as the talk bears it out.
        transcript: Speakers are participants' names where they are known.
        meeting: Its participants are the roster; without any, owners are the names as heard.
    """
    roster = roster_of(meeting, transcript)
    language = meeting.language or transcript.language
    turns = tuple(read_turn(u, roster, language) for u in transcript.utterances)
    heard = _Heard(turns, roster, language)
    return reading.model_copy(
        update={
            "actions": tuple(_owned(action, heard) for action in reading.actions),
            "issues": tuple(_looked_after(issue, heard) for issue in reading.issues),
        }
    )


def _owned(action: Action, heard: _Heard) -> Action:
    if action.owner is None and action.owner_reason is not None:
        return action  # the scribe looked for an owner, found none and says why
    claim = heard.claim(action.task, action.evidence)
    named = _named(action.owner_phrase, heard)
    suggested = _suggested(action, claim, heard)
    if suggested is not None:
        owner, co_owners = suggested.owner, claim.co_owners if claim.owner == suggested.owner else ()
        reason = _why(suggested, claim, heard.language)
    elif named is not None and not _overruled(named, claim):
        owner = named.name or named.department
        co_owners = claim.co_owners if claim.owner == owner else ()
        reason = named.reason
    else:
        owner, co_owners, reason = claim.owner, claim.co_owners, _reason(claim, heard.language)
    department = None
    if owner is not None:
        department = heard.roster.department_of(owner) if heard.roster.person(owner) else owner
    return action.model_copy(
        update={"owner": owner, "owner_reason": reason, "co_owners": co_owners, "department": department}
    )


def _suggested(action: Action, claim: Claim, heard: _Heard) -> Suggestion | None:
    """The owner that the scribe gives, unless the talk says plainly that it is another's."""
    ids = [e.utterance for e in action.evidence]
    given = suggestion(action.owner, action.owner_phrase, ids, heard.turns, heard.roster)
    if given is None or given.borne == "words" or claim.owner in (None, given.owner):
        return given
    plain = claim.strong and claim.how in ("took", "took_for", "agreed")
    return None if plain or given.owner in claim.refused else given


def _why(suggested: Suggestion, claim: Claim, language: Language) -> str:
    if claim.owner == suggested.owner:
        return _reason(claim, language)
    return sentence(language, f"scribe_{suggested.borne}", name=suggested.owner, at=str(suggested.at))


def _looked_after(issue: Issue, heard: _Heard) -> Issue:
    if issue.owner is not None:
        match = heard.roster.resolve(issue.owner)
        return issue.model_copy(update={"owner": match.name or match.department or issue.owner})
    claim = heard.claim(issue.solution or issue.problem, issue.evidence)
    sure = claim.how in ("took", "took_for", "agreed", "asked")
    return issue.model_copy(update={"owner": claim.owner}) if sure else issue


def _named(phrase: str | None, heard: _Heard) -> Match | None:
    """Whom the scribe's words name; None for no words, and for words that only the talk can explain."""
    said = (phrase or "").strip()
    if not said or _FIRST_PERSON.fullmatch(said) or _OTHER_PERSON.fullmatch(said):
        return None
    return heard.roster.resolve(said)


def _overruled(named: Match, claim: Claim) -> bool:
    """Whether the talk knows better than the scribe's words: they name nobody, or somebody who said no."""
    owner = named.name or named.department
    if owner is None:
        return claim.how in ("took", "took_for", "agreed") and claim.owner is not None
    return owner in claim.refused


def _reason(claim: Claim, language: Language) -> str:
    if claim.how == "ambiguous":
        return claim.form
    name = claim.owner or claim.form
    said = sentence(language, claim.how, name=name, at=str(claim.at), form=claim.form)
    return said.rstrip("：: ")

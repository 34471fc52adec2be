"""Who took a piece of work, from the turns of talk that prove it: asked, refused, handed over, agreed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.people.claims import Claim, Heard, Talk, asked, work_calls
from pipeline.people.giving import GIVING
from pipeline.people.overlap import shared_words
from pipeline.people.roster import Roster
from pipeline.people.taking import TAKING
from pipeline.people.turns import Turn
from pipeline.transcript import Language

AFTER = 3
"""Turns after the evidence in which somebody who was asked may still answer."""

RULES = (*GIVING, *TAKING)
"""What a turn may do to the claim; the first that applies is all it does."""


def who_took_it(
    task: str, evidence: Sequence[int], turns: Sequence[Turn], roster: Roster, language: Language
) -> Claim:
    """Walks from the first utterance of the evidence to the answers after it; the last word counts.

    Args:
        task: What is to be done, to tell it from other work handed out in the same breath.
        evidence: Ids of utterances, in order.
        turns: All turns of the meeting; their index is the utterance's id.
        roster: Who can be meant.
        language: Of the reasons.
    """
    talk = Talk(turns, task, roster, language)
    ids = sorted({i for i in evidence if 0 <= i < len(turns)})
    if not ids:
        return Claim(None, "nobody", 0)
    _before(talk, ids[0])
    for turn in turns[ids[0] : ids[-1] + 1]:
        _hear(talk, turn, proof=turn.id in ids)
    for turn in _answers(talk, ids[-1]):
        _hear(talk, turn, proof=False)
    return replace(_settled(talk, ids[0]), refused=frozenset(talk.refused))


def _hear(talk: Talk, turn: Turn, proof: bool) -> None:
    heard = Heard(turn, work_calls(talk, turn), proof)
    any(rule(talk, heard) for rule in RULES)


def _before(talk: Talk, first: int) -> None:
    """The request that the first utterance of the evidence answers, where it answers one."""
    opening = talk.turns[first]
    if first == 0 or opening.new_topic or talk.turns[first - 1].speaker == opening.speaker is not None:
        return
    request = talk.turns[first - 1]
    calls = work_calls(talk, request)
    replies = opening.accepts or opening.promise is not None or opening.refuses
    if calls:
        if calls[0].mention.name == opening.speaker if opening.speaker else replies:
            talk.claim = asked(talk, request, calls)
    elif request.promise is not None and request.speaker and (opening.accepts or opening.demands):
        # "I'll have it by Tuesday." "Tuesday's late, make it Monday."
        talk.claim = Claim(request.speaker, "answered", request.id, words=request.promise, strong=False)
    elif request.asks or request.vacant:
        talk.asked_by = request


def _answers(talk: Talk, last: int) -> Iterator[Turn]:
    """The turns after the evidence while it is still open who works."""
    for turn in talk.turns[last + 1 : last + 1 + AFTER]:
        if (
            turn.new_topic
            or (turn.leaves_open and talk.claim is None)
            or _is_settled(talk, turn, at_once=turn.id == last + 1)
        ):
            return
        yield turn


def _is_settled(talk: Talk, turn: Turn, at_once: bool) -> bool:
    """Whether the turn can no longer change who works."""
    claim = talk.claim
    if claim is None:
        if not (talk.refused or talk.asked_by or talk.empty):
            return True
        asker = talk.asked_by is not None and talk.asked_by.speaker == turn.speaker
        other_work = bool(work_calls(talk, turn)) and not shared_words(talk.task, turn.text)
        return asker and not talk.refused and other_work
    if claim.how == "answered" and at_once and turn.speaker != claim.owner:
        return turn.promise is None and not turn.obeys
    return claim.how not in ("asked", "ambiguous") and not (turn.leads and at_once)


def _settled(talk: Talk, first: int) -> Claim:
    if talk.claim is not None:
        return talk.claim
    if talk.empty is not None:
        return talk.empty
    asker = talk.asked_by
    spoken_to = talk.spoken_before(asker) if asker is not None and asker.id >= first else None
    if asker is None or spoken_to is None:
        return Claim(None, "nobody", first)
    replies = asker.id + 1 < len(talk.turns) and talk.turns[asker.id + 1].speaker == spoken_to
    if asker.asks_you or asker.question or (asker.demands and replies):
        # Asked without a name and nobody answered: the one who spoke before is spoken to.
        return Claim(spoken_to, "answered", asker.id)
    return Claim(None, "nobody", first)

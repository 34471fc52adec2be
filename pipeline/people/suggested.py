"""Whom a scribe takes for the owner: believed as far as the talk bears it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.people.roster import Roster
from pipeline.people.talk import is_label
from pipeline.people.turns import Turn
from pipeline.quoting import find_verbatim

NEAR = 2
"""Utterances around the evidence in which an owner may speak or be named."""


@dataclass(frozen=True)
class Suggestion:
    """An owner as a scribe sees it.

    Attributes:
        owner: A participant or a department of the roster.
        borne: ``words`` where the words that name the owner were said, and name or were said by nobody else;
            ``near`` where the owner speaks or is named about there.
        at: The utterance that bears it out.
    """

    owner: str
    borne: Literal["words", "near"]
    at: int


def suggestion(
    name: str | None, words: str | None, evidence: Sequence[int], turns: Sequence[Turn], roster: Roster
) -> Suggestion | None:
    """Checks a scribe's owner against the talk.

    Args:
        name: The owner it gives.
        words: The words that name the owner ("我来", "Tom", "供应链那边"), copied from the talk.
        evidence: Ids of utterances, in order.
        turns: All turns; their index is the utterance's id.
        roster: Who can own work.

    Returns:
        None without a name, for one that nobody on the roster has, and where nothing in the talk bears it out.
    """
    match = roster.resolve(name) if name else None
    owner = match.name or match.department if match else None
    proof = [turns[i] for i in evidence if 0 <= i < len(turns)]
    if owner is None or not proof:
        return None
    for turn in reversed(proof):
        said = words is not None and find_verbatim(words, turn.text) is not None
        # Who speaks under a label may be anybody: the scribe has the whole talk to tell from.
        if said and (_is_unknown(turn) or owner in (turn.speaker, *_meant(turn, roster))):
            return Suggestion(owner, "words", turn.id)
    first, last = proof[0].id, proof[-1].id
    around = turns[max(0, first - NEAR) : last + NEAR + 1]
    near = next((t for t in around if owner in (t.speaker, *_meant(t, roster))), None)
    return None if near is None else Suggestion(owner, "near", near.id)


def _is_unknown(turn: Turn) -> bool:
    return turn.speaker is not None and is_label(turn.speaker)


def _meant(turn: Turn, roster: Roster) -> Iterator[str | None]:
    """Everybody whom a turn may mean or speak for: those it names, and the department of who speaks."""
    for mention in roster.mentions(turn.text):
        yield from mention.names
    yield roster.department_of(turn.speaker)

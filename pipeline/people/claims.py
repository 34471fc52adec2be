"""Whose work it is so far, and who is given it by the words of one turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.people.overlap import shared_words
from pipeline.people.roster import Roster
from pipeline.people.turns import Call, Turn
from pipeline.transcript import Language

Gained = Literal["took", "took_for", "agreed", "asked", "answered"]
How = Gained | Literal["refused", "vacant", "no_speaker", "ambiguous", "nobody"]


@dataclass(frozen=True)
class Claim:
    """Whose work it is, as far as the talk went.

    Attributes:
        owner: A participant or department; None where nobody holds it.
        how: What makes it theirs, or why it is nobody's.
        at: The utterance that says so.
        co_owners: Others who were named with them.
        form: Why the words mean the owner.
        department: Whether the owner is a department.
        words: The words that gave the work.
        asker: Who gave it.
        strong: Whether it was taken without reserve.
        among: Those who may be meant, where the words do not tell.
        refused: Those who turned it down.
    """

    owner: str | None
    how: How
    at: int
    co_owners: tuple[str, ...] = ()
    form: str = ""
    department: bool = False
    words: str = ""
    asker: str | None = None
    strong: bool = True
    among: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()


@dataclass
class Talk:
    """State while walking through the turns."""

    turns: Sequence[Turn]
    task: str
    roster: Roster
    language: Language
    claim: Claim | None = None
    asked_by: Turn | None = None
    empty: Claim | None = None
    spoken_to: str | None = None
    refused: set[str] = field(default_factory=set[str])

    def last_other(self, turn: Turn) -> str | None:
        """Who spoke just before, if it was somebody else."""
        before = self.turns[turn.id - 1].speaker if turn.id else None
        return before if before != turn.speaker else None


def work_calls(talk: Talk, turn: Turn) -> list[Call]:
    """The calls that may give work, the one that fits the task best first."""
    own = {turn.speaker, turn.own_department} - {None}
    calls = [c for c in turn.calls if c.role != "told" and c.mention.name not in own]
    # "方总，下周一我在外地": who replies calls the one they reply to, and asks nothing of them.
    reply_to = talk.last_other(turn) if turn.asks_you is None else None
    calls = [c for c in calls if c.role == "assigned" or reply_to is None or c.mention.name != reply_to]
    people = {n for c in calls if c.mention.how != "department" for n in c.mention.names}
    # "景川，你公司部…" names the person; the department is theirs.
    theirs = {talk.roster.department_of(name) for name in people}
    calls = [c for c in calls if not (c.mention.how == "department" and c.mention.name in theirs)]
    return sorted(calls, key=lambda c: (c.joined, -shared_words(talk.task, c.words), not c.leads))


def asked(talk: Talk, turn: Turn, calls: list[Call]) -> Claim:
    """The claim of the first call: its lead, those who share it, or nobody where the name is ambiguous."""
    call = calls[0]
    together = [c for c in turn.calls if c.role != "told"]
    place = together.index(call)
    others = [c for c in together[place + 1 :] if c.joined]
    group = tuple(dict.fromkeys(c.mention.name for c in (call, *others) if c.mention.name))
    lead = next((c for c in together if c.leads and c.mention.name in group), call)
    co = tuple(name for name in group if name != lead.mention.name)
    reason = talk.roster.reason(lead.mention)
    if lead.mention.name is None:
        return Claim(None, "ambiguous", turn.id, form=reason, among=lead.mention.names)
    department = lead.mention.how == "department"
    return Claim(lead.mention.name, "asked", turn.id, co, reason, department, lead.words, turn.speaker)


def speaks(claim: Claim, turn: Turn, roster: Roster) -> bool:
    """Whether the turn is spoken by the one who was asked; without speakers the next turn is."""
    if turn.speaker is None:
        return turn.id == claim.at + 1
    if claim.department:
        return roster.department_of(turn.speaker) == claim.owner
    return turn.speaker == claim.owner


def is_asker(talk: Talk, turn: Turn) -> bool:
    """Whether the turn is by the one who asked for the work."""
    return talk.asked_by is not None and talk.asked_by.speaker == turn.speaker


def only_vacant(talk: Talk) -> bool:
    """Whether all that was said is that somebody must do it."""
    return talk.empty is not None and talk.empty.how == "vacant"

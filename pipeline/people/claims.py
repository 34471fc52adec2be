"""Whose work it is so far, and who is given it by the words of one turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.people.calls import Call
from pipeline.people.mention import Mention
from pipeline.people.overlap import shared_words
from pipeline.people.roster import Roster
from pipeline.people.turns import Turn
from pipeline.transcript import Language

RECENT = 2
"""Turns before a request to "you" in which somebody spoke, or was called, who may be meant."""

Gained = Literal["took", "took_for", "agreed", "asked", "answered"]
How = Gained | Literal["refused", "vacant", "everyone", "no_speaker", "ambiguous", "nobody"]


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
    """State while walking through the turns.

    Attributes:
        turns: Of the whole meeting.
        task: What is to be done.
        roster: Who can be meant.
        language: Of the reasons.
        claim: Whose work it is so far; None while nobody holds it.
        asked_by: The turn that asked for the work without a name.
        empty: Why nobody has it, if nobody takes it later.
        spoken_to: Who was meant by "you".
        refused: Those who turned it down.
    """

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

    def spoken_before(self, asker: Turn) -> str | None:
        """Who spoke in the turns just before the request, and did not turn the work down."""
        for turn in reversed(self.turns[max(0, asker.id - RECENT) : asker.id]):
            if turn.speaker is not None and turn.speaker not in {asker.speaker, *self.refused}:
                return turn.speaker
        return None

    def last_called(self, turn: Turn) -> Mention | None:
        """Whom the talk just before spoke to by name."""
        for earlier in reversed(self.turns[max(0, turn.id - RECENT) : turn.id]):
            for call in reversed(earlier.calls):
                if call.role == "addressed" and call.mention.name and call.mention.how != "department":
                    return call.mention
        return None

    def speaks(self, claim: Claim, turn: Turn) -> bool:
        """Whether the turn is spoken by the one who was asked; without speakers the next turn is."""
        if turn.speaker is None:
            return turn.id == claim.at + 1
        if claim.department:
            return self.roster.department_of(turn.speaker) == claim.owner
        return turn.speaker == claim.owner

    def answers(self, turn: Turn) -> bool:
        """Whether the turn is the answer of the one who was asked by name."""
        return self.claim is not None and self.claim.how == "asked" and self.speaks(self.claim, turn)

    def is_asker(self, turn: Turn) -> bool:
        """Whether the turn is by the one who asked for the work."""
        return self.asked_by is not None and self.asked_by.speaker == turn.speaker

    @property
    def only_vacant(self) -> bool:
        """Whether all that was said is that somebody, or everybody, must do it."""
        return self.empty is not None and self.empty.how in ("vacant", "everyone")


@dataclass(frozen=True)
class Heard:
    """One turn, as it bears on the work.

    Attributes:
        turn: What was said.
        calls: Those in it that may give the work, the one that fits the task best first.
        proof: Whether it is one of the utterances that prove the task.
    """

    turn: Turn
    calls: Sequence[Call]
    proof: bool


Rule = Callable[[Talk, Heard], bool]
"""Changes the talk and says True, or does not apply and says False."""


def work_calls(talk: Talk, turn: Turn) -> list[Call]:
    """The calls that may give work, the one that fits the task best first."""
    own = {turn.speaker, turn.own_department} - {None}
    calls = [c for c in turn.calls if c.role != "told" and c.mention.name not in own]
    # "方总，下周一我在外地": who replies calls the one they reply to, and asks nothing of them.
    reply_to = talk.last_other(turn) if turn.asks_you is None else None
    if reply_to is not None:
        calls = [c for c in calls if c.role == "assigned" or c.mention.name != reply_to or _bare_question(c)]
    people = {n for c in calls if c.mention.how != "department" for n in c.mention.names}
    # "景川，你公司部…" names the person; the department is theirs.
    theirs = {talk.roster.department_of(name) for name in people}
    calls = [c for c in calls if not (c.mention.how == "department" and c.mention.name in theirs)]
    return sorted(calls, key=lambda c: (c.joined, -shared_words(talk.task, c.words), not c.leads))


def asked(talk: Talk, turn: Turn, calls: Sequence[Call]) -> Claim:
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


def _bare_question(call: Call) -> bool:
    """Whether the name is all that is asked ("Wren?")."""
    said = call.words.strip()
    return said.endswith(("?", "？")) and said.rstrip("?？") == call.mention.phrase

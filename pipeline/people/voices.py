"""Which speaker label is which person: the talk votes, and only what it says clearly counts."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.people.lexicon import cue
from pipeline.people.mention import Mention
from pipeline.people.roster import Roster
from pipeline.people.turns import Turn
from pipeline.transcript import Language

Source = Literal["introduced", "called", "replied_to", "department_speaker"]

WEIGHTS: dict[Source, float] = {
    "introduced": 4.0,
    "called": 2.0,
    "replied_to": 1.0,
    "department_speaker": 1.5,
}

SPEAKS_OF = -1.0
"""Who says a name is hardly the one who bears it."""

LEAST = 2.0
"""Least sum of votes for a name: one introduction, or being called and answering."""

LEAST_OF_REST = 1.0
"""Least sum once the clear ones are told and nobody else is left who could be meant."""

MARGIN = 1.0
"""Least lead over the next best person for the label, and over the next best label for the person."""


@dataclass(frozen=True)
class Vote:
    """One hint that a label is a person (or is not: a negative weight)."""

    label: str
    name: str
    weight: float
    source: Source | None
    at: int


@dataclass(frozen=True)
class Voice:
    """A label that became a person, with the strongest hint."""

    label: str
    name: str
    source: Source
    at: int


def tell_voices(
    turns: Sequence[Turn], labels: frozenset[str], roster: Roster, language: Language
) -> tuple[Voice, ...]:
    """Gives labels names where the votes are clear; every name goes to one label at most.

    Args:
        turns: Of the whole meeting, speakers being labels or names.
        labels: The speakers that are labels.
        roster: Who can be meant.
        language: Of the meeting.
    """
    votes = [v for v in _votes(turns, roster, language) if v.label in labels]
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for vote in votes:
        totals[vote.label, vote.name] += vote.weight
    spoken = {t.speaker for t in turns if t.speaker is not None}
    open_pairs = {pair: total for pair, total in totals.items() if pair[1] not in spoken}
    found: list[Voice] = []
    while (pair := _clearest(open_pairs, LEAST) or _clearest(open_pairs, LEAST_OF_REST)) is not None:
        hints = [v for v in votes if (v.label, v.name) == pair and v.source is not None]
        best = max(hints, key=lambda v: (v.weight, -v.at))
        found.append(Voice(pair[0], pair[1], best.source or "called", best.at))
        open_pairs = {p: t for p, t in open_pairs.items() if p[0] != pair[0] and p[1] != pair[1]}
    return tuple(sorted(found, key=lambda voice: voice.label))


def _clearest(totals: dict[tuple[str, str], float], least: float) -> tuple[str, str] | None:
    for pair, total in sorted(totals.items(), key=lambda item: (-item[1], item[0])):
        rivals = (t for p, t in totals.items() if p != pair and (p[0] == pair[0] or p[1] == pair[1]))
        if total >= least and total >= max(rivals, default=0.0) + MARGIN:
            return pair
    return None


def _votes(turns: Sequence[Turn], roster: Roster, language: Language) -> Iterator[Vote]:
    for turn in turns:
        if turn.speaker is None:
            continue
        if turn.own_department is not None:
            members = [p.name for p in roster.participants if p.department == turn.own_department]
            if len(members) == 1:
                yield _vote(turn.speaker, members[0], "department_speaker", turn.id)
        for call in turn.calls:
            name = call.mention.name
            if name is None or call.mention.how == "department":
                continue
            if _names_in("introduce", turn.text, call.mention, language):
                yield _vote(turn.speaker, name, "introduced", turn.id)
                continue
            yield Vote(turn.speaker, name, SPEAKS_OF, None, turn.id)
            thanked = cue(language, "thanks").search(turn.text[: call.mention.start]) is not None
            roll_call = _names_in("roll_call", turn.text, call.mention, language)
            if call.role == "addressed" or thanked or roll_call:
                yield from _spoken_to(turns, turn, call.mention, thanked)


def _spoken_to(turns: Sequence[Turn], turn: Turn, mention: Mention, thanked: bool) -> Iterator[Vote]:
    """The one who answers is the one called; short thanks go back to who spoke before."""
    name = mention.name or ""
    later = next((t for t in turns[turn.id + 1 : turn.id + 3] if t.speaker != turn.speaker), None)
    earlier = next(
        (t for t in reversed(turns[max(0, turn.id - 2) : turn.id]) if t.speaker != turn.speaker), None
    )
    last = re.search(r"[。.!！?？][^。.!！?？]+[。.!！?？]?$", turn.text[mention.end :]) is None
    if (
        later is not None
        and later.speaker is not None
        and not any(c.mention.name == name for c in later.calls)
    ):
        responds = later.accepts or later.promise is not None or later.refuses
        weight = WEIGHTS["called"] * (1.0 if last or responds else 0.5) * (0.5 if thanked else 1.0)
        yield Vote(later.speaker, name, weight, "called", turn.id)
    if earlier is not None and earlier.speaker is not None and (thanked or mention.start > 0):
        weight = WEIGHTS["replied_to"] * (1.5 if thanked else 0.5)
        yield Vote(earlier.speaker, name, weight, "replied_to", turn.id)


def _names_in(kind: str, text: str, mention: Mention, language: Language) -> bool:
    """Whether the name stands where a pattern of that kind has it."""
    pattern = cue(language, kind).pattern.replace("{name}", re.escape(mention.phrase))
    return any(hit.start() <= mention.start < hit.end() for hit in re.finditer(pattern, text, re.IGNORECASE))


def _vote(label: str, name: str, source: Source, at: int) -> Vote:
    return Vote(label, name, WEIGHTS[source], source, at)

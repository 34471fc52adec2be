"""Where the open items of last time are taken up: by an item's words, by who speaks, and by where the others are.

A score of 1 means that all words of the task are said in one utterance.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import Kind
from pipeline.scribes.rules.lines import Clause, Line
from pipeline.transcript import Language

LEAST_SCORE = {"zh": 0.44, "en": 0.55}
"""An item that fits the best place less was not mentioned."""

NEARNESS = {0: 1.0, 1: 0.9, 2: 0.6, -1: 0.3}
"""How much a word of the task counts by its distance from the place: the item is named, then talked about."""

ITS_WORDS, PROMPTED, NAMED, ANSWERED, REPORTED = 0.3, 0.3, 0.1, 0.2, 0.1
"""What it adds that all the words are said at the place itself, that a clause says nothing but words of the
task ("The bistro sets?"), that the owner is named, that the owner answers, and that people report there."""

REVIEWED, AROUND = 0.8, 15
"""What it adds that all other items too are talked about within some utterances, and within how many: open
items are gone through together, and their subjects come up again later."""


@dataclass(frozen=True, order=True)
class Place:
    """A clause of the meeting: number of its utterance, and which of its clauses."""

    line: int
    clause: int


def find_mentions(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[Place | None, ...]:
    """For every open item the clause in which it is taken up, or None where nobody mentions it."""
    items = meeting.open_actions
    if not lines or not items:
        return (None,) * len(items)
    said = [_grams(line.text, line.language) for line in lines]
    spread = Counter(gram for grams in said for gram in grams)
    rarity = {gram: math.log((len(lines) + 1) / (count + 0.5)) for gram, count in spread.items()}
    scores = [_scores(item, lines, kinds, said, rarity, meeting.participants) for item in items]
    around = [[max(own[max(0, i - AROUND) : i + AROUND + 1]) for i in range(len(lines))] for own in scores]
    together = [sum(near) for near in zip(*around, strict=True)]

    def place(item: OpenAction, own: Sequence[float], near: Sequence[float]) -> Place | None:
        others = max(len(items) - 1, 1)
        best = max(
            (i for i in range(len(lines)) if own[i]),
            key=lambda i: own[i] + REVIEWED * (together[i] - near[i]) / others,
            default=None,
        )
        if best is None or own[best] < LEAST_SCORE[lines[best].language]:
            return None
        return _clause_of(item, best, lines[best])

    return tuple(place(item, own, near) for item, own, near in zip(items, scores, around, strict=True))


def _scores(
    item: OpenAction,
    lines: Sequence[Line],
    kinds: Sequence[Kind],
    said: Sequence[Mapping[str, float]],
    rarity: Mapping[str, float],
    people: Sequence[Participant],
) -> list[float]:
    """How well every utterance fits as the place where an item is taken up; 0 where it has none of its words."""
    never = math.log((len(lines) + 1) / 0.5)
    wanted = {
        gram: weight * rarity.get(gram, never)
        for gram, weight in _grams(item.task, lines[0].language).items()
    }
    total = sum(wanted.values()) or 1.0
    names = _names(item, people)
    known = item.owner is not None and any(line.utterance.speaker == item.owner for line in lines)

    def score(at: int) -> float:
        own = wanted.keys() & said[at].keys()
        if not own:
            return 0.0
        near = dict.fromkeys(wanted, 0.0)
        for offset, weight in NEARNESS.items():
            if 0 <= at + offset < len(lines):
                near.update({g: max(near[g], weight) for g in wanted.keys() & said[at + offset].keys()})
        points = sum(wanted[gram] * weight for gram, weight in near.items()) / total
        points += ITS_WORDS * sum(wanted[gram] for gram in own) / total
        points += PROMPTED * max(
            (_share(c, wanted, rarity, lines[at].language) for c in lines[at].clauses), default=0
        )
        points += NAMED * any(name in lines[at].text for name in names)
        answers = {line.utterance.speaker for line in lines[at : at + 3]}
        # Where the owner is nobody's label, whether the owner answers cannot be known: half of it.
        points += ANSWERED * (item.owner in answers if known else 0.5)
        return points + REPORTED * (kinds[at] == "reports")

    return [score(at) for at in range(len(lines))]


def _share(
    clause: Clause, wanted: Mapping[str, float], rarity: Mapping[str, float], language: Language
) -> float:
    """Share of a clause that consists of words (zh: characters) of the task."""
    said = {
        g: rarity[g]
        for g in _grams(clause.text, language)
        if g in rarity and (language == "en" or len(g) == 1)
    }
    total = sum(said.values())
    return sum(said[gram] for gram in said.keys() & wanted.keys()) / total if total else 0.0


def _clause_of(item: OpenAction, at: int, line: Line) -> Place:
    """The clause of an utterance that has most of an item's words."""
    wanted = _grams(item.task, line.language).keys()
    shared = [len(wanted & _grams(clause.text, line.language).keys()) for clause in line.clauses]
    return Place(at, shared.index(max(shared)) if shared else 0)


def _names(item: OpenAction, people: Sequence[Participant]) -> tuple[str, ...]:
    """What the owner of an item is called."""
    if item.owner is None:
        return ()
    person = next((p for p in people if p.name == item.owner), None)
    full = (item.owner, *(person.aliases if person else ()))
    given = [name[1:] for name in full if len(name) == 3 and not name.isascii()]
    return tuple(dict.fromkeys((*full, *given, *(name.split()[0] for name in full if " " in name))))


def _grams(text: str, language: Language) -> dict[str, float]:
    """Characters and their bigrams (zh) or the beginnings of words (en), each with its weight."""
    plain = "".join(c if c.isalnum() else " " for c in text.casefold())
    if language == "en":
        return {word[:5]: 1.0 if len(word) > 3 else 0.3 for word in plain.split() if len(word) > 2}
    letters = plain.replace(" ", "")
    pairs = {letters[i : i + 2]: 1.0 for i in range(len(letters) - 1)}
    return {**dict.fromkeys(letters, 0.25), **pairs}

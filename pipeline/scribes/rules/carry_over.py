"""What became of the open items of last time: where each was talked about, and what was said of its state."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from pipeline.dates import DuePhrase, find_dues
from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import CarryOver, CarryOverStatus, Evidence, Kind
from pipeline.scribes.rules.lines import Clause, Line
from pipeline.transcript import Language

LEAST_SCORE = {"zh": 0.45, "en": 0.55}
"""An item whose words fit the best place less was not mentioned."""

NAMED, ANSWERED, REPORTED, PROMPTED, REVIEWED = 0.10, 0.20, 0.10, 0.30, 0.80
"""What it adds that the owner is named there, that the owner answers, that the stretch is about reports,
that a clause says nothing but words of the task, and that the other items are talked about around there."""

AROUND = 15
"""Utterances to each side in which the other items count."""

NEARNESS = {0: 1.0, 1: 0.9, 2: 0.6, -1: 0.3}
"""How much a word of the task counts by its distance from the place: the item is named, then talked about."""

AFTER = 7
"""Utterances from the place on in which its state is told."""


@dataclass(frozen=True, order=True)
class Place:
    """A clause of the meeting: number of its utterance, and which of its clauses."""

    line: int
    clause: int


@dataclass(frozen=True)
class Remark:
    """What one utterance says of an item: all of it, or the clauses that belong to the item.

    Attributes:
        line: The utterance.
        clauses: The clauses.
        weight: How much it counts: the owner's word the most, and less the later it comes.
    """

    line: Line
    clauses: tuple[Clause, ...]
    weight: float

    @property
    def text(self) -> str:
        """The words of the clauses, as they stand in the utterance."""
        return self.line.text[self.clauses[0].start : self.clauses[-1].end]


def follow_up(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[CarryOver, ...]:
    """One row for every open item of last time, in their order."""
    places = find_mentions(lines, kinds, meeting)
    rows: list[CarryOver] = []
    for item, place in zip(meeting.open_actions, places, strict=True):
        rows.append(_row(item, _remarks(item, place, places, lines), meeting))
    return tuple(rows)


# Where


def find_mentions(
    lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting
) -> tuple[Place | None, ...]:
    """For every open item the clause in which it is taken up, or None where nobody mentions it."""
    if not lines:
        return (None,) * len(meeting.open_actions)
    language = lines[0].language
    said = [_grams(line.text, language) for line in lines]
    spread = Counter(gram for grams in said for gram in grams)
    rarity = {gram: math.log((len(lines) + 1) / (count + 0.5)) for gram, count in spread.items()}
    rarest = math.log((len(lines) + 1) / 0.5)
    scores = [_scores(item, lines, kinds, said, rarity, rarest, meeting.participants) for item in meeting.open_actions]
    around = [_highest_around(own) for own in scores]
    places: list[Place | None] = []
    for number, (item, own) in enumerate(zip(meeting.open_actions, scores, strict=True)):
        others = [near for other, near in enumerate(around) if other != number]
        total = [
            score + REVIEWED * sum(near[at] for near in others) / max(len(others), 1) if score else 0.0
            for at, score in enumerate(own)
        ]
        best = max(range(len(lines)), key=total.__getitem__)
        found = own[best] >= LEAST_SCORE[language]
        places.append(_clause(item, best, lines) if found else None)
    return tuple(places)


def _scores(
    item: OpenAction,
    lines: Sequence[Line],
    kinds: Sequence[Kind],
    said: Sequence[Mapping[str, float]],
    common: Mapping[str, float],
    rarest: float,
    people: Sequence[Participant],
) -> list[float]:
    """How well every utterance fits as the place where an item is taken up."""
    wanted = _grams(item.task, lines[0].language)
    rarity = {g: w * common.get(g, rarest) for g, w in wanted.items()}
    total = sum(rarity.values()) or 1.0
    names = _names(item, people)

    def score(at: int) -> float:
        near = dict.fromkeys(wanted, 0.0)
        for offset, weight in NEARNESS.items():
            if 0 <= at + offset < len(lines):
                near.update({g: max(near[g], weight) for g in wanted.keys() & said[at + offset].keys()})
        overlap = sum(rarity[g] * weight for g, weight in near.items()) / total
        own = wanted.keys() & said[at].keys()
        if not own:
            return 0.0
        here = sum(rarity[g] for g in own) / total
        prompted = PROMPTED * max(_coverage(c.text, lines[at].language, wanted, common) for c in lines[at].clauses)
        named = NAMED if any(name in lines[at].text for name in names) else 0.0
        speakers = {line.utterance.speaker for line in lines[at : at + 3]}
        answered = ANSWERED if item.owner is not None and item.owner in speakers else 0.0
        return overlap + 0.3 * here + prompted + named + answered + (REPORTED if kinds[at] == "reports" else 0.0)

    return [score(at) for at in range(len(lines))]


def _coverage(clause: str, language: Language, wanted: Mapping[str, float], rarity: Mapping[str, float]) -> float:
    """Share of a clause that consists of words of the task."""
    said = {g: rarity.get(g, 0.0) for g in _grams(clause, language) if language == "en" or len(g) == 1}
    total = sum(said.values())
    return sum(said[g] for g in said.keys() & wanted.keys()) / total if total else 0.0


def _highest_around(scores: Sequence[float]) -> list[float]:
    """For every utterance the best score of an item in its neighbourhood."""
    return [max(scores[max(0, at - AROUND) : at + AROUND + 1]) for at in range(len(scores))]


def _clause(item: OpenAction, at: int, lines: Sequence[Line]) -> Place:
    """The clause of an utterance that has most of an item's words."""
    language = lines[at].language
    wanted = _grams(item.task, language).keys()
    shared = [len(wanted & _grams(clause.text, language).keys()) for clause in lines[at].clauses]
    return Place(at, shared.index(max(shared)) if shared else 0)


def _names(item: OpenAction, people: Sequence[Participant]) -> tuple[str, ...]:
    """What the owner of an item is called."""
    if item.owner is None:
        return ()
    person = next((p for p in people if p.name == item.owner), None)
    full = (item.owner, *(person.aliases if person else ()))
    short = [n[1:] for n in full if len(n) == 3 and not n.isascii()]
    return tuple(dict.fromkeys((*full, *short, *(n.split()[0] for n in full if " " in n))))


def _grams(text: str, language: Language) -> dict[str, float]:
    """Character bigrams and single characters (zh) or the beginnings of words (en), with their weight."""
    plain = "".join(c if c.isalnum() else " " for c in text.casefold())
    if language == "en":
        return {word[:5]: 1.0 for word in plain.split() if len(word) > 2}
    letters = plain.replace(" ", "")
    pairs = {letters[i : i + 2]: 1.0 for i in range(len(letters) - 1)}
    return {**dict.fromkeys(letters, 0.25), **pairs}


# What


def _remarks(
    item: OpenAction, place: Place | None, places: Sequence[Place | None], lines: Sequence[Line]
) -> tuple[Remark, ...]:
    """What is said of an item: from where it is taken up to where the next one is."""
    if place is None:
        return ()
    begin = _begin(place, places, lines)
    nexts = [_begin(other, places, lines) for other in places if other is not None and other > place]
    end = min([Place(place.line + AFTER, 0), *nexts])
    remarks: list[Remark] = []
    for at in range(begin.line, min(end.line, len(lines) - 1) + 1):
        first = begin.clause if at == begin.line else 0
        last = end.clause if at == end.line else len(lines[at].clauses)
        if clauses := lines[at].clauses[first:last]:
            owner = item.owner is not None and lines[at].utterance.speaker == item.owner
            weight = (2.0 if owner else 1.0) / (1 + 0.3 * (at - begin.line))
            remarks.append(Remark(lines[at], clauses, weight))
    return tuple(remarks)


def _begin(place: Place, places: Sequence[Place | None], lines: Sequence[Line]) -> Place:
    """Where the sentence of a place begins, or only its clause if the sentence tells of another item before."""
    clauses = lines[place.line].clauses
    first = place.clause
    while first and not clauses[first - 1].text.endswith(("。", "！", "？", "；", ".", "!", "?", ";", "…")):
        if Place(place.line, first - 1) in places:
            break
        first -= 1
    return Place(place.line, first)


def _row(item: OpenAction, remarks: Sequence[Remark], meeting: Meeting) -> CarryOver:
    row = CarryOver(id=item.id, task=item.task, owner=item.owner, status="not_mentioned", slips=item.slips)
    if not remarks:
        return row
    points, proofs = _weigh(remarks)
    new = _new_date(item, remarks, meeting)
    status = _status(points, dated=new is not None)
    told = [new[0]] if new and status == "redated" else []
    told += proofs.get(status, [])
    told = told or [remarks[min(1, len(remarks) - 1)].line]
    ids = sorted({line.id for line in told})[:3]
    quotes = {remark.line.id: remark.line.text for remark in remarks}
    return row.model_copy(
        update={
            "status": status,
            "new_due_phrase": new[1].phrase if new and status == "redated" else None,
            "slips": item.slips + (status == "redated"),
            "evidence": tuple(Evidence(utterance=i, quote=quotes[i]) for i in ids),
        }
    )


POINTS = {"dropped": 2.5, "struck": 2.0, "pending": 2.0, "wanting": 0.8, "done": 1.7, "past": 0.6}


def _state(clause: Clause, language: Language) -> str | None:
    """The strongest state that a clause tells."""
    for state, pattern in _patterns(language).items():
        if pattern.search(clause.text.rstrip("。！，、；,.!;… ")):
            return state
    return None


def _weigh(remarks: Sequence[Remark]) -> tuple[dict[str, float], dict[str, list[Line]]]:
    points = dict.fromkeys(POINTS, 0.0)
    proofs: dict[str, list[Line]] = {}
    for remark in remarks:
        for clause in remark.clauses:
            asks = clause.text.rstrip().endswith(("?", "？"))
            state = _state(clause, remark.line.language)
            if state is None or (asks and state != "dropped"):
                continue
            points[state] = max(points[state], remark.weight * POINTS[state] * (0.6 if asks else 1.0))
            status = {"struck": "dropped", "wanting": "in_progress", "pending": "in_progress", "past": "done"}.get(
                state, state
            )
            proofs.setdefault(status, []).append(remark.line)
    return points, proofs


def _status(points: dict[str, float], *, dated: bool) -> CarryOverStatus:
    done = max(points["done"], points["past"])
    left = max(points["pending"], points["wanting"])
    if points["dropped"] > 0 or (points["struck"] > 0 and done == 0):
        return "dropped"
    if dated and (left > 0 or points["done"] == 0):
        return "redated"
    if done == 0 and left == 0:
        return "in_progress"
    return "done" if done > left else "in_progress"


def _new_date(item: OpenAction, remarks: Sequence[Remark], meeting: Meeting) -> tuple[Line, DuePhrase] | None:
    """The last deadline said of an item that is later than the one it had."""
    if meeting.held_on is None:
        return None
    found: tuple[Line, DuePhrase] | None = None
    for remark in remarks:
        if found and found[0].utterance.id < remark.line.id - 2:
            break
        for due in find_dues(remark.text, meeting.held_on, remark.line.language):
            if due.on is None or _is_told_as_done(remark, due):
                continue
            if found and found[1].on == due.on and found[0].id != remark.line.id:
                return found if (item.due is None or due.on > item.due) else None
            found = remark.line, due
    if found and found[1].on and (item.due is None or found[1].on > item.due):
        return found
    return None


def _is_told_as_done(remark: Remark, due: DuePhrase) -> bool:
    offset = remark.clauses[0].start
    clause = next((c for c in remark.clauses if c.end > due.start + offset), remark.clauses[-1])
    return _state(clause, remark.line.language) == "done"


@cache
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    source = resources.files("pipeline.scribes.rules.lexicon") / "states.toml"
    table: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))[language]
    return {state: re.compile("|".join(patterns), re.IGNORECASE) for state, patterns in table.items()}

"""What became of the open items of last time: where each was talked about, and what was said of its state."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
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

WEIGHTS = {
    "dropped": 2.5,
    "promised": 3.0,
    "struck": 2.0,
    "refused": 0.0,
    "pending": 2.0,
    "wanting": 0.8,
    "done": 1.7,
    "past": 0.6,
}
"""States of the lexicon, the strongest first: a clause tells the first one it has words of."""

MEANING: dict[str, CarryOverStatus] = {
    "dropped": "dropped",
    "struck": "dropped",
    "promised": "in_progress",
    "pending": "in_progress",
    "wanting": "in_progress",
    "done": "done",
    "past": "done",
}

OWNER, ITSELF, ASKED, FADING = 2.0, 1.5, 0.6, 0.3
"""What it multiplies the points of a clause by that the owner says it, that it names the item, and that it asks;
and how fast they fade from one utterance to the next."""

HAGGLING = 2
"""Utterances from a day that is named to where it is agreed on."""

SURE = 1.0
"""Points from which on an item is done, whatever day is said beside."""


@dataclass(frozen=True, order=True)
class Place:
    """A clause of the meeting: number of its utterance, and which of its clauses."""

    line: int
    clause: int


@dataclass(frozen=True)
class Remark:
    """What one clause says of an item.

    Attributes:
        line: The utterance.
        state: The strongest state that it tells, a key of WEIGHTS, or None.
        points: How much that counts: the owner's word the most, and less the later it comes.
        due: The last day it promises the item for, or None.
    """

    line: Line
    state: str | None
    points: float
    due: DuePhrase | None


def follow_up(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[CarryOver, ...]:
    """One row for every open item of last time, in their order."""
    places = find_mentions(lines, kinds, meeting)
    rows: list[CarryOver] = []
    for item, place in zip(meeting.open_actions, places, strict=True):
        rows.append(_row(item, _remarks(item, place, places, lines, meeting.held_on)))
    return tuple(rows)


SENTENCE_ENDS = ("。", "！", "？", "；", ".", "!", "?", ";", "…")

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
    item: OpenAction,
    place: Place | None,
    places: Sequence[Place | None],
    lines: Sequence[Line],
    held_on: date | None,
) -> tuple[Remark, ...]:
    """What is said of an item, clause by clause: from where it is taken up to where the next one is."""
    if place is None:
        return ()
    begin = _begin(place, places, lines)
    nexts = [_begin(other, places, lines) for other in places if other is not None and other > place]
    end = min([Place(min(place.line + AFTER, len(lines)), 0), *nexts])
    remarks: list[Remark] = []
    for at in range(begin.line, min(end.line + 1, len(lines))):
        first = begin.clause if at == begin.line else 0
        last = end.clause if at == end.line else len(lines[at].clauses)
        clauses = lines[at].clauses[first:last]
        dues = _dues(lines[at], clauses, held_on)
        owner = item.owner is not None and lines[at].utterance.speaker == item.owner
        weight = (OWNER if owner else 1.0) / (1 + FADING * (at - begin.line))
        for number, clause in enumerate(clauses, first):
            state = _state(clause, lines[at].language)
            due = None if state in ("done", "refused") else dues.get(clause)
            if due and due.on and item.due and due.on <= item.due:
                state, due = "promised", None
            points = weight * (ITSELF if Place(at, number) == place else 1.0) * WEIGHTS.get(state or "", 0.0)
            asks = clause.text.endswith(("?", "？"))
            remarks.append(Remark(lines[at], state, points * (ASKED if asks else 1.0), due))
    return tuple(remarks)


def _dues(line: Line, clauses: Sequence[Clause], held_on: date | None) -> dict[Clause, DuePhrase]:
    """The last deadline of each clause that has one; a clause alone may leave open what those before it say."""
    if held_on is None or not clauses:
        return {}
    offset = clauses[0].start
    dues = find_dues(line.text[offset : clauses[-1].end], held_on, line.language)
    return {c: due for due in dues for c in clauses if c.start <= due.start + offset < c.end and due.on}


def _begin(place: Place, places: Sequence[Place | None], lines: Sequence[Line]) -> Place:
    """Where the sentence of a place begins, or only its clause if the sentence tells of another item before."""
    clauses = lines[place.line].clauses
    first = place.clause
    while first and not clauses[first - 1].text.endswith(SENTENCE_ENDS):
        if Place(place.line, first - 1) in places:
            break
        first -= 1
    return Place(place.line, first)


def _state(clause: Clause, language: Language) -> str | None:
    """The strongest state that a clause tells."""
    text = clause.text.rstrip("。！，、；,.!;… ")
    return next((state for state, pattern in _patterns(language).items() if pattern.search(text)), None)


def _row(item: OpenAction, remarks: Sequence[Remark]) -> CarryOver:
    row = CarryOver(id=item.id, task=item.task, owner=item.owner, status="not_mentioned", slips=item.slips)
    if not remarks:
        return row
    told, agreed = _until_settled(remarks)
    status = _status(told, agreed=agreed)
    new = next(r.due for r in reversed(told) if r.due) if status == "redated" else None
    return row.model_copy(
        update={
            "status": status,
            "new_due_phrase": new.phrase if new else None,
            "slips": item.slips + (status == "redated"),
            "evidence": tuple(Evidence(utterance=u.id, quote=u.text) for u in _proofs(told, status, new)),
        }
    )


def _until_settled(remarks: Sequence[Remark]) -> tuple[Sequence[Remark], bool]:
    """The remarks up to where somebody repeats the new day or that the item is dropped, and whether one does."""
    refused = {remark.line.id for remark in remarks if remark.state == "refused"}
    last: Remark | None = None
    for number, remark in enumerate(remarks):
        if last is not None and remark.line.id not in refused and _repeats(remark, last):
            return remarks[: number + 1], True
        if remark.due or remark.state == "dropped":
            last = remark
    return remarks, False


def _repeats(remark: Remark, last: Remark) -> bool:
    if remark.due and last.due:
        same_day = remark.due.on == last.due.on and remark.line is not last.line
        return same_day and remark.line.id - last.line.id <= HAGGLING
    return last.state == "dropped" and MEANING.get(remark.state or "") == "dropped"


def _status(told: Sequence[Remark], *, agreed: bool) -> CarryOverStatus:
    """What the remarks on an item come to: the last word on its date or end, else the weightiest."""
    done = _most(told, "done")
    left = _most(told, "in_progress")
    word = next((r for r in reversed(told) if r.due or MEANING.get(r.state or "") == "dropped"), None)
    if word is not None and word.due is None and (done <= left or any(r.state == "dropped" for r in told)):
        return "dropped"
    if any(r.due for r in told) and (agreed or done < SURE or left >= 0.5 * done):
        return "redated"
    return "done" if done > left else "in_progress"


def _most(told: Sequence[Remark], status: CarryOverStatus) -> float:
    return max((r.points for r in told if MEANING.get(r.state or "") == status), default=0.0)


def _proofs(told: Sequence[Remark], status: CarryOverStatus, new: DuePhrase | None) -> tuple[Line, ...]:
    """The utterances that tell a status: the last three, or the answer where nothing tells it."""
    meaning = "in_progress" if status == "redated" else status
    proofs = {
        r.line.id: r.line
        for r in told
        if MEANING.get(r.state or "") == meaning or (new and r.due and r.due.on == new.on)
    }
    answer = next((r.line for r in told if r.line is not told[0].line), told[0].line)
    return tuple(proofs.values())[-3:] or (answer,)


@cache
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    source = resources.files("pipeline.scribes.rules.lexicon") / "states.toml"
    table: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))[language]
    return {state: re.compile("|".join(table[state]), re.IGNORECASE) for state in WEIGHTS if state in table}

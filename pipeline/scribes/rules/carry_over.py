"""What became of the open items of last time: where each was talked about, and what was said of its state.

An item is looked for by its words, by who speaks, and by where the other items are; what is said from there to
the next item is read clause by clause; the last word on its day or its end counts, else what weighs most.
"""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.dates import DuePhrase, find_dues
from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import CarryOver, CarryOverStatus, Evidence, Kind
from pipeline.scribes.rules.lines import Clause, Line
from pipeline.transcript import Language

# Where. A score of 1 means that all words of the task are said in one utterance.

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

# What.

AFTER = 7
"""Utterances from the place on in which its state is told."""

HAGGLING = 2
"""Utterances from a day that is named to where it is agreed on."""

WEIGHTS = {
    "dropped": 2.5,
    "asked": 0.0,
    "struck": 2.0,
    "refused": 0.0,
    "pending": 2.0,
    "wanting": 0.8,
    "done": 1.7,
    "past": 0.6,
    "promised": 3.0,
}
"""States of a clause with their weight. The first that the lexicon finds counts; "promised" is a day no later
than the one the item was due on."""

MEANING: Mapping[str | None, CarryOverStatus] = {
    "dropped": "dropped",
    "struck": "dropped",
    "pending": "in_progress",
    "wanting": "in_progress",
    "promised": "in_progress",
    "done": "done",
    "past": "done",
}

OWNER, OTHERS, ITSELF, FADING = 2.0, 0.5, 1.5, 0.5
"""What it multiplies the weight of a clause by that the owner says it, that neither owner nor who asks and answers
first says it, and that it names the item; and how fast weights fade from one utterance to the next."""

SURE = 1.0
"""Points from which on an item is done, whatever day somebody says beside."""

SENTENCE_ENDS = ("。", "！", "？", "；", ".", "!", "?", ";", "…")


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
        state: A key of WEIGHTS, or None.
        points: How much that counts.
        due: A day later than the item was due that it is promised for, or None.
    """

    line: Line
    state: str | None
    points: float
    due: DuePhrase | None

    @property
    def status(self) -> CarryOverStatus | None:
        """What the state means for the item."""
        return MEANING.get(self.state)


def follow_up(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[CarryOver, ...]:
    """One row for every open item of last time, in their order; takes time linear in the number of lines."""
    places = find_mentions(lines, kinds, meeting)
    return tuple(
        _row(item, _remarks(item, place, places, lines, meeting))
        for item, place in zip(meeting.open_actions, places, strict=True)
    )


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


def _remarks(
    item: OpenAction,
    place: Place | None,
    places: Sequence[Place | None],
    lines: Sequence[Line],
    meeting: Meeting,
) -> tuple[Remark, ...]:
    """What is said of an item: from where it is taken up to where the next one is."""
    if place is None:
        return ()
    begin = _begin(place, places, lines)
    nexts = [_begin(other, places, lines) for other in places if other is not None and other > place]
    end = min([Place(min(place.line + AFTER, len(lines)), 0), *nexts])
    exchange = {
        item.owner,
        *(line.utterance.speaker for line in lines[max(0, begin.line - 1) : begin.line + 2]),
    }
    remarks: list[Remark] = []
    for at in range(begin.line, min(end.line + 1, len(lines))):
        line = lines[at]
        first = begin.clause if at == begin.line else 0
        clauses = line.clauses[first : end.clause if at == end.line else None]
        speaker = line.utterance.speaker
        dues = _dues(line, clauses, meeting) if speaker in exchange else {}
        weight = (
            OWNER if speaker is not None and speaker == item.owner else 1.0 if speaker in exchange else OTHERS
        )
        weight /= 1 + FADING * (at - begin.line)
        for number, clause in enumerate(clauses, first):
            its = weight * (ITSELF if Place(at, number) == place else 1.0)
            remarks.append(_remark(item, line, clause, dues.get(clause), its))
    return tuple(remarks)


def _begin(place: Place, places: Sequence[Place | None], lines: Sequence[Line]) -> Place:
    """Where the sentence of a place begins, or only its clause if the sentence tells of another item before."""
    clauses = lines[place.line].clauses
    first = place.clause
    while first and not clauses[first - 1].text.endswith(SENTENCE_ENDS):
        if Place(place.line, first - 1) in places:
            break
        first -= 1
    return Place(place.line, first)


def _dues(line: Line, clauses: Sequence[Clause], meeting: Meeting) -> dict[Clause, DuePhrase]:
    """The last deadline of each clause; they are looked up together, as one may need what another says."""
    if meeting.held_on is None or not clauses:
        return {}
    offset = clauses[0].start
    dues = find_dues(
        line.text[offset : clauses[-1].end],
        meeting.held_on,
        line.language,
        cadence_days=meeting.cadence_days,
        next_meeting=meeting.next_meeting,
        country=meeting.country,
    )
    return {c: due for due in dues if due.on for c in clauses if c.start <= due.start + offset < c.end}


def _remark(item: OpenAction, line: Line, clause: Clause, due: DuePhrase | None, weight: float) -> Remark:
    state = _state(clause, item, line.language)
    if state in ("done", "refused"):
        due = None
    if due and due.on and item.due and due.on <= item.due:
        state, due = "promised", None
    return Remark(line, state, weight * WEIGHTS[state] if state else 0.0, due)


def _state(clause: Clause, item: OpenAction, language: Language) -> str | None:
    """The first state that a clause has words of; the task's own words tell none ("cancel", "取消")."""
    text, task = clause.text.rstrip("。！，、；,.!;… "), item.task.casefold()
    for state, pattern in _patterns(language).items():
        for match in pattern.finditer(text):
            words = match.group().casefold()
            if not (words in task if language == "zh" else set(words.split()) <= set(task.split())):
                return state
    return None


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
        same = remark.due.on == last.due.on and remark.line is not last.line
        return same and remark.line.id - last.line.id <= HAGGLING
    return last.state == "dropped" and remark.status == "dropped"


def _status(told: Sequence[Remark], *, agreed: bool) -> CarryOverStatus:
    """What the remarks on an item come to."""
    done = max((r.points for r in told if r.status == "done"), default=0.0)
    left = max((r.points for r in told if r.status == "in_progress"), default=0.0)
    word = next((r for r in reversed(told) if r.due or r.status == "dropped"), None)
    # "Strike it" ends an item that is done as well as one that nobody will do.
    if word and not word.due and (done <= left or any(r.state == "dropped" for r in told)):
        return "dropped"
    if any(r.due for r in told) and (agreed or done < SURE or left >= 0.5 * done):
        return "redated"
    return "done" if done > left else "in_progress"


def _proofs(told: Sequence[Remark], status: CarryOverStatus, new: DuePhrase | None) -> tuple[Line, ...]:
    """The utterances that tell a status: the last three, or the answer where nothing tells it."""
    shown = "in_progress" if status == "redated" else status
    proofs = {r.line.id: r.line for r in told if r.status == shown or (new and r.due and r.due.on == new.on)}
    answer = next((r.line for r in told if r.line is not told[0].line), told[0].line)
    return tuple(proofs.values())[-3:] or (answer,)


@cache
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    source = resources.files("pipeline.scribes.rules.lexicon") / "states.toml"
    table: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))[language]
    return {state: re.compile("|".join(table[state]), re.IGNORECASE) for state in WEIGHTS if state in table}

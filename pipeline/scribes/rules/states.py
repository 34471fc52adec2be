"""What is said of an open item of last time, clause by clause, from where it is taken up to where the next one is."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.dates import DuePhrase, find_dues
from pipeline.meeting import Meeting, OpenAction
from pipeline.minutes import CarryOverStatus
from pipeline.scribes.rules.lines import Clause, Line
from pipeline.scribes.rules.mentions import Place
from pipeline.transcript import Language

AFTER = 7
"""Utterances from the place on in which its state is told."""

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

SENTENCE_ENDS = ("。", "！", "？", "；", ".", "!", "?", ";", "…")


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


def remarks_on(
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


@cache
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    source = resources.files("pipeline.scribes.rules.lexicon") / "states.toml"
    table: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))[language]
    return {state: re.compile("|".join(table[state]), re.IGNORECASE) for state in WEIGHTS if state in table}

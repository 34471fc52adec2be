"""What became of the open items of last time: where each was talked about, and what was said of its state."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.dates import find_due
from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import CarryOver, CarryOverStatus, Evidence, Kind
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.lines import Line
from pipeline.transcript import Language

LEAST_SCORE = {"zh": 0.20, "en": 0.36}
"""An item whose best place scores less was not mentioned."""

NAMED, ANSWERED, REPORTED = 0.08, 0.08, 0.10
"""What it adds that the owner is named there, that the owner answers, that the stretch is about reports."""

NEARNESS = {0: 1.0, 1: 0.9, 2: 0.6, -1: 0.3}
"""How much a word of the task counts by its distance from the place: the item is named, then talked about."""

AFTER = 5
"""Utterances from the place on in which its state is told."""

STATES = ("item_done", "item_pending", "item_dropped")
"""Phrases of the lexicon that tell a state."""


def follow_up(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[CarryOver, ...]:
    """One row for every open item of last time, in their order."""
    places = [find_mention(item, lines, kinds, meeting.participants) for item in meeting.open_actions]
    rows: list[CarryOver] = []
    for item, at in zip(meeting.open_actions, places, strict=True):
        # What is said of one item ends where the next one is taken up.
        later = [other for other in places if other is not None and at is not None and other > at]
        end = min([(at or 0) + AFTER, *later])
        rows.append(_follow(item, () if at is None else lines[at:end], meeting))
    return tuple(rows)


def find_mention(
    item: OpenAction, lines: Sequence[Line], kinds: Sequence[Kind], people: Sequence[Participant]
) -> int | None:
    """The utterance at which an open item is taken up, or None where nobody mentions it."""
    if not lines:
        return None
    language = lines[0].language
    said = [set(_grams(line.text, language)) for line in lines]
    wanted = set(_grams(item.task, language))
    spread = Counter(g for grams in said for g in grams & wanted)
    rarity = {g: math.log((len(lines) + 1) / (spread[g] + 0.5)) for g in wanted}
    total = sum(rarity.values()) or 1.0
    names = _names(item, people)

    def score(at: int) -> float:
        near = {
            gram: max(
                (w for o, w in NEARNESS.items() if 0 <= at + o < len(lines) and gram in said[at + o]),
                default=0,
            )
            for gram in wanted
        }
        overlap = sum(rarity[g] * weight for g, weight in near.items()) / total
        if overlap == 0:
            return 0.0
        own = sum(rarity[g] for g in wanted & said[at]) / total
        named = NAMED if any(name in lines[at].text for name in names) else 0.0
        speakers = {lines[i].utterance.speaker for i in range(at, min(at + 3, len(lines)))}
        answered = ANSWERED if item.owner is not None and item.owner in speakers else 0.0
        return overlap + 0.3 * own + named + answered + (REPORTED if kinds[at] == "reports" else 0.0)

    best = max(range(len(lines)), key=score)
    return best if score(best) >= LEAST_SCORE[language] else None


def _follow(item: OpenAction, stretch: Sequence[Line], meeting: Meeting) -> CarryOver:
    row = CarryOver(id=item.id, task=item.task, owner=item.owner, status="not_mentioned", slips=item.slips)
    if not stretch:
        return row
    new_date = _new_date(stretch, meeting)
    status = _status(stretch, item, dated=new_date is not None)
    return row.model_copy(
        update={
            "status": status,
            "new_due_phrase": new_date if status == "redated" else None,
            "slips": item.slips + (status == "redated"),
            "evidence": tuple(Evidence(utterance=u.id, quote=u.text) for u in stretch[:3]),
        }
    )


def _status(stretch: Sequence[Line], item: OpenAction, *, dated: bool) -> CarryOverStatus:
    """What a stretch says of an item: who owns it counts double, the first lines more than the last."""
    language = stretch[0].language
    points = dict.fromkeys(STATES, 0.0)
    for distance, line in enumerate(stretch):
        weight = (2.0 if line.utterance.speaker == item.owner else 1.0) / (1 + 0.5 * distance)
        if line.is_question:
            continue
        for state in STATES:
            if phrase(state, language).search(line.text):
                points[state] += weight
    if points["item_dropped"] > max(points["item_done"], points["item_pending"]):
        return "dropped"
    if dated and points["item_pending"] >= 0.5 * points["item_done"]:
        return "redated"
    return "done" if points["item_done"] >= points["item_pending"] and points["item_done"] else "in_progress"


def _new_date(stretch: Sequence[Line], meeting: Meeting) -> str | None:
    """The last deadline said in a stretch, as heard."""
    if meeting.held_on is None:
        return None
    said = [find_due(line.text, meeting.held_on, line.language) for line in stretch]
    return next((due.phrase for due in reversed(said) if due.on is not None), None)


def _names(item: OpenAction, people: Sequence[Participant]) -> tuple[str, ...]:
    """What the owner of an item is called."""
    if item.owner is None:
        return ()
    person = next((p for p in people if p.name == item.owner), None)
    full = (item.owner, *(person.aliases if person else ()))
    short = [n[1:] for n in full if len(n) == 3 and not n.isascii()] + [
        n.split()[0] for n in full if " " in n
    ]
    return tuple(dict.fromkeys((*full, *short)))


def _grams(text: str, language: Language) -> Iterator[str]:
    """Character bigrams (zh) or the beginnings of words (en), so that "served" meets "serving"."""
    plain = "".join(c if c.isalnum() else " " for c in text.casefold())
    if language == "en":
        yield from (word[:6] for word in plain.split() if len(word) > 2)
    else:
        letters = plain.replace(" ", "")
        yield from (letters[i : i + 2] for i in range(len(letters) - 1))

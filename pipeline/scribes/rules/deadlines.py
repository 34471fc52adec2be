"""Which of the dates said around an action is its deadline: dates corrected, said later, or of the next task."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipeline.dates import DuePhrase, find_dues
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line
from pipeline.transcript import Language

BEFORE, AFTER = 1, 7
"""Utterances around the first of an action in which its deadline may be said."""

LEAST_CHANCE = 0.35
LESS_LIKELY = 0.1
"""By how much a date that corrects the one before it may be less likely."""

HAGGLING = 2
"""Utterances from one date to the one that corrects it."""

SHORT = 10
"""Chinese characters, or quarters of English ones, of an utterance that is hardly more than its date."""

ANY_DAY = date(2026, 1, 1)
"""Phrases are found against some day when the meeting's is not known; which day they mean is settled later."""


@dataclass(frozen=True)
class Candidate:
    """A date phrase near an action.

    Attributes:
        line: Utterance it was said in.
        due: The phrase.
        nth: How many candidates were said before it.
    """

    line: int
    due: DuePhrase
    nth: int


def find_deadline(
    lines: Sequence[Line],
    ids: Sequence[int],
    begins: Sequence[float],
    held_on: date | None,
    model: LinearModel,
    taken: Collection[int] = (),
) -> Candidate | None:
    """The last date phrase that the model takes for the deadline of the action at ``ids``.

    Args:
        lines: The whole meeting.
        ids: Utterances of the action.
        begins: For every utterance the probability that an action begins there.
        held_on: Day of the meeting.
        model: Tells for a candidate whether it is the deadline (class "yes").
        taken: Utterances of other actions: their dates count only where there is no other.
    """
    near = candidates(lines, min(ids), held_on)
    likely = [
        (candidate, chance)
        for candidate in near
        if (chance := model.probability(deadline_features(lines, ids, candidate, near, begins), "yes"))
        >= LEAST_CHANCE
    ]
    own = [pair for pair in likely if pair[0].line in ids or pair[0].line not in taken]
    return _last_word(own or likely, lines)


def _last_word(likely: Sequence[tuple[Candidate, float]], lines: Sequence[Line]) -> Candidate | None:
    """The likeliest candidate, or what the haggling right after it ended on."""
    found, chances = [c for c, _ in likely], [chance for _, chance in likely]
    best = max(range(len(found)), key=lambda n: chances[n], default=None)
    if best is None:
        return None
    # Haggling follows at once: each date that is still likely and close to the last one replaces it.
    for later in range(best + 1, len(found)):
        close = found[later].line - found[best].line <= HAGGLING
        if close and chances[later] >= chances[best] - LESS_LIKELY and not _hour_only(found[later], lines):
            best = later
    return found[best]


def _hour_only(candidate: Candidate, lines: Sequence[Line]) -> bool:
    """Whether a phrase says a time of day alone ("没问题，中午前"): it keeps the day that was said before."""
    words = candidate.due.phrase or ""
    return bool(phrase("hour_only", lines[candidate.line].language).fullmatch(words))


def candidates(lines: Sequence[Line], first: int, held_on: date | None) -> tuple[Candidate, ...]:
    """All date phrases from the utterance before an action to the seventh after its first."""
    places = range(max(0, first - BEFORE), min(len(lines), first + AFTER + 1))
    phrases = [(at, due) for at in places for due in _phrases(lines[at].text, held_on, lines[at].language)]
    return tuple(Candidate(at, due, nth) for nth, (at, due) in enumerate(phrases))


# Actions stand close together: each utterance is near several of them.
@lru_cache(maxsize=1024)
def _phrases(text: str, held_on: date | None, language: Language) -> tuple[DuePhrase, ...]:
    return find_dues(text, held_on or ANY_DAY, language)


def deadline_features(
    lines: Sequence[Line],
    ids: Sequence[int],
    candidate: Candidate,
    found: Sequence[Candidate],
    begins: Sequence[float],
) -> Iterator[str]:
    """Features of one candidate: where it stands, what its utterance does, what lies between."""
    first, line = min(ids), lines[candidate.line]
    offset = candidate.line - first
    yield f"offset:{offset}"
    yield f"nth:{min(candidate.nth, 4)}"
    yield f"later:{min(sum(1 for c in found if c.nth > candidate.nth), 3)}"
    yield f"resolved:{candidate.due.on is not None}"
    length = len(line.text) if line.language == "zh" else len(line.text) // 4
    yield f"long:{min(length // 6, 6)}"
    yield f"rest:{min((length - len(candidate.due.phrase or '') // (1 if line.language == 'zh' else 4)) // 5, 5)}"
    between = max((begins[at] for at in range(first + 1, candidate.line + 1)), default=0.0)
    yield f"another begins:{int(between * 5)}"
    yield f"offset:{min(max(offset, -1), 3)}:another:{between > 0.4}"
    asked = candidate.line > 0 and lines[candidate.line - 1].is_question
    short = length < SHORT
    yield f"short:{short}:asked:{asked}:offset:{min(max(offset, -1), 4)}:another:{between > 0.4}"
    yield f"short:{short}:nth:{min(candidate.nth, 2)}"
    yield f"same speaker:{line.utterance.speaker == lines[first].utterance.speaker}"
    yield f"asks:{line.is_question}"
    for cue in line.cues:
        yield f"cue:{cue}"
        yield f"cue:{min(max(offset, -1), 2)}:{cue}"
    if candidate.line:
        yield f"asked before:{asked}"
        for cue in lines[candidate.line - 1].cues & {"question", "request", "deadline", "refuse", "past"}:
            yield f"cue before:{cue}"
    if candidate.line + 1 < len(lines):
        for cue in lines[candidate.line + 1].cues & {"accept", "refuse", "deadline", "revoke", "question"}:
            yield f"cue after:{cue}"

"""The dates said around an action, and what a model is told of each to choose the deadline among them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from pipeline.dates import DuePhrase, find_due, find_dues
from pipeline.meeting import Meeting
from pipeline.scribes.rules.features import ngrams
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.words import words_of
from pipeline.transcript import Language

BEFORE, AFTER = 1, 7
"""Utterances around the first of an action in which its deadline may be said."""

READ_BACK = 2
"""Utterances of an action, its last, in which a date counts however late they are: tasks are read back at the end."""

REPLY = 3
"""Utterances from a date to the one that is said instead after an objection."""

SHORT = 10
"""Chinese characters, or quarters of English ones, of an utterance that is hardly more than its date."""

SURELY_ANOTHER = 0.4
"""Probability from which on another action begins between an action and a date."""

ANY_DAY = date(2026, 1, 1)
"""Phrases are found against some day when the meeting's is not known; which day they mean is settled later."""

_WORD = re.compile(r"[a-z']+|[^\sa-z']")


@dataclass(frozen=True)
class Candidate:
    """A date phrase near an action, or words that leave the day open ("as soon as we can").

    Attributes:
        line: Utterance it was said in.
        due: The phrase.
        nth: How many candidates were said before it.
    """

    line: int
    due: DuePhrase
    nth: int


@dataclass(frozen=True)
class Talk:
    """What is known of a meeting when deadlines are chosen.

    Attributes:
        lines: Its utterances.
        begins: For every utterance the probability that an action begins there.
        actions: Utterances of every action.
    """

    lines: Sequence[Line]
    begins: Sequence[float]
    actions: Sequence[tuple[int, ...]]

    @cached_property
    def actions_at(self) -> Mapping[int, Sequence[tuple[int, ...]]]:
        """The actions that every utterance belongs to."""
        found: dict[int, list[tuple[int, ...]]] = {}
        for ids in self.actions:
            for at in ids:
                found.setdefault(at, []).append(ids)
        return found

    def begun(self, first: int, last: int) -> float:
        """How likely an action begins after the one utterance and up to the other."""
        return max(self.begins[first + 1 : last + 1], default=0.0)


@dataclass(frozen=True)
class Clock:
    """What ties date phrases to the calendar, as ``pipeline.dates`` takes it."""

    held_on: date
    cadence_days: int | None
    next_meeting: date | None
    country: str | None


def candidates(lines: Sequence[Line], ids: Sequence[int], meeting: Meeting) -> tuple[Candidate, ...]:
    """All date phrases from the utterance before an action to the seventh after its first, and in its last ones."""
    first = min(ids)
    around = range(max(0, first - BEFORE), min(len(lines), first + AFTER + 1))
    places = sorted({*around, *sorted(ids)[-READ_BACK:]})
    clock = Clock(meeting.held_on or ANY_DAY, meeting.cadence_days, meeting.next_meeting, meeting.country)
    phrases = [(at, due) for at in places for due in _phrases(lines[at].text, lines[at].language, clock)]
    return tuple(Candidate(at, due, nth) for nth, (at, due) in enumerate(phrases))


# Actions stand close together: each utterance is near several of them.
@lru_cache(maxsize=4096)
def _phrases(text: str, language: Language, clock: Clock) -> tuple[DuePhrase, ...]:
    """The dates of an utterance; where it has none, the words that leave the day open."""
    dated = find_dues(
        text,
        clock.held_on,
        language,
        cadence_days=clock.cadence_days,
        next_meeting=clock.next_meeting,
        country=clock.country,
    )
    if dated:
        return dated
    vague = find_due(text, clock.held_on, language)
    start = text.find(vague.phrase) if vague.phrase else -1
    if vague.phrase is None or start < 0:
        return ()
    return (DuePhrase(vague.phrase, None, vague.reason, start, start + len(vague.phrase)),)


def deadline_features(
    talk: Talk, ids: Sequence[int], candidate: Candidate, found: Sequence[Candidate]
) -> Iterator[str]:
    """Features of one candidate among those found around the action at ``ids``."""
    yield from _position(talk, ids, candidate, found)
    yield from _actions_between(talk, ids, candidate)
    yield from _utterance(talk.lines, candidate)
    yield from _words_around(candidate, talk.lines[candidate.line])
    yield from _haggling(candidate, found, talk.lines, min(ids))
    yield from _subject(talk.lines, ids, candidate, found)


def _position(
    talk: Talk, ids: Sequence[int], candidate: Candidate, found: Sequence[Candidate]
) -> Iterator[str]:
    lines, offset = talk.lines, candidate.line - min(ids)
    line, near = lines[candidate.line], min(max(offset, -1), 3)
    another = talk.begun(min(ids), candidate.line)
    asked = candidate.line > 0 and lines[candidate.line - 1].is_question
    short = _length(line.text, line.language) < SHORT
    sure = another > SURELY_ANOTHER
    yield f"offset:{min(offset, 9)}"
    yield f"after the last:{min(max(candidate.line - max(ids), -3), 4)}"
    yield f"inside:{candidate.line in ids}"
    yield f"nth:{min(candidate.nth, 4)}"
    yield f"later:{min(len(found) - 1 - candidate.nth, 3)}"
    yield f"another begins:{int(another * 5)}"
    yield f"offset:{near}:another:{sure}"
    yield f"short:{short}:asked:{asked}:offset:{min(offset, 4)}:another:{sure}"
    yield f"short:{short}:nth:{min(candidate.nth, 2)}"
    yield f"asked before:{asked}"
    yield f"same speaker:{line.utterance.speaker == lines[min(ids)].utterance.speaker}"


def _actions_between(talk: Talk, ids: Sequence[int], candidate: Candidate) -> Iterator[str]:
    """Whether the candidate's utterance belongs to another action, and how many begin on the way to it."""
    first, at = min(ids), candidate.line
    theirs = any(other != tuple(ids) for other in talk.actions_at.get(at, ()))
    begun = [
        place
        for place in range(first, at + 1)
        if any(min(other) == place and other != tuple(ids) for other in talk.actions_at.get(place, ()))
    ]
    between = min(sum(place > first for place in begun), 2)
    yield f"theirs:{theirs}:inside:{at in ids}"
    yield f"begun:{between}"
    yield f"begun:{between}:theirs:{theirs}"
    yield f"begins here:{at in begun}"


def _utterance(lines: Sequence[Line], candidate: Candidate) -> Iterator[str]:
    """What the utterance does, how long it is, and how much of it is no date."""
    line = lines[candidate.line]
    length = _length(line.text, line.language)
    rest = length - _length(candidate.due.phrase or "", line.language)
    yield f"resolved:{candidate.due.on is not None}"
    yield f"long:{min(length // 6, 6)}"
    yield f"rest:{min(rest // 5, 5)}"
    yield f"asks:{line.is_question}"
    for cue in line.cues:
        yield f"cue:{cue}"
    clause = next((c for c in line.clauses if candidate.due.start < c.end), None)
    for cue in clause.cues if clause else ():
        yield f"clause:{cue}"


def _words_around(candidate: Candidate, line: Line) -> Iterator[str]:
    """The words right before and after the phrase, and its own."""
    before, after = line.text[: candidate.due.start], line.text[candidate.due.end :]
    if line.language == "zh":
        yield from (
            f"before:{before[-1:]}",
            f"before:{before[-2:]}",
            f"after:{after[:1]}",
            f"after:{after[:2]}",
        )
    else:
        words = _WORD.findall(before.casefold())
        yield from (f"before:{' '.join(words[-1:])}", f"before:{' '.join(words[-2:])}")
        yield f"after:{' '.join(_WORD.findall(after.casefold())[:1])}"
    for gram in ngrams(candidate.due.phrase or "", line.language):
        yield f"phrase:{gram}"


def _haggling(
    candidate: Candidate, found: Sequence[Candidate], lines: Sequence[Line], first: int
) -> Iterator[str]:
    """Whether a date is objected to, and whether it is what an objection led to."""
    if any(replaces(later, candidate, lines) for later in found):
        yield "objected"
    elif _repeated(candidate, lines[candidate.line + 1 : candidate.line + 3]):
        yield "repeated"
    replaced = next((earlier for earlier in found if replaces(candidate, earlier, lines)), None)
    if replaced:
        yield "replaces"
        yield f"replaces:{min(replaced.line - first, 3)}"


def replaces(later: Candidate, earlier: Candidate, lines: Sequence[Line]) -> bool:
    """Whether a date is said soon after somebody else repeated an earlier one: an objection, and a new date."""
    if not (earlier.nth < later.nth and 0 < later.line - earlier.line <= REPLY) or _same_day(earlier, later):
        return False
    speaker, said = lines[earlier.line].utterance.speaker, _day_words(earlier)
    for line in lines[earlier.line + 1 : later.line + 1]:
        text = line.text if line.id != later.line else line.text[: later.due.start]
        other = line.utterance.speaker is None or line.utterance.speaker != speaker
        if other and said in text.casefold():
            return True
    return False


def concedes(later: Candidate, earlier: Candidate, lines: Sequence[Line]) -> bool:
    """Whether somebody names another day than before, after somebody else has spoken."""
    speaker = lines[earlier.line].utterance.speaker
    if speaker is None or speaker != lines[later.line].utterance.speaker or _same_day(earlier, later):
        return False
    return any(line.utterance.speaker != speaker for line in lines[earlier.line + 1 : later.line])


def _same_day(a: Candidate, b: Candidate) -> bool:
    return a.due.on == b.due.on and (a.due.on is not None or a.due.phrase == b.due.phrase)


def _repeated(candidate: Candidate, lines: Sequence[Line]) -> bool:
    return any(_day_words(candidate) in line.text.casefold() for line in lines)


def _day_words(candidate: Candidate) -> str:
    """A date phrase without what only ties it to its sentence: "by Friday" and "on Friday" are the same day."""
    words = (candidate.due.phrase or "").casefold()
    return re.sub(
        r"^(by|on|before|in|for|at|the|end|of|在|到)\s+|(之前|以前|前|之内|以内|内|晚上|早上|上午|下午)$",
        "",
        words,
    )


def _subject(
    lines: Sequence[Line], ids: Sequence[int], candidate: Candidate, found: Sequence[Candidate]
) -> Iterator[str]:
    """How much of the action's own words stands beside the phrase, and whether no other phrase has more."""
    shares = [_shared(lines, ids, other, found) for other in found]
    own, most = shares[candidate.nth], max(shares)
    yield f"subject:{min(own, 4)}"
    if own and own == most:
        yield "subject:most"
        if shares.count(most) == 1:
            yield "subject:alone most"


def _shared(
    lines: Sequence[Line], ids: Sequence[int], candidate: Candidate, found: Sequence[Candidate]
) -> int:
    """Content words of the action's other utterances in the stretch of talk around the phrase."""
    line = lines[candidate.line]
    same = [c for c in found if c.line == candidate.line]
    at = same.index(candidate)
    begin = same[at - 1].due.end if at else 0
    end = same[at + 1].due.start if at + 1 < len(same) else len(line.text)
    elsewhere = "\n".join(lines[i].text for i in ids if i != candidate.line)
    return len(_content(line.text[begin:end], line.language) & _content(elsewhere, line.language))


@lru_cache(maxsize=4096)
def _content(text: str, language: Language) -> frozenset[str]:
    """Nouns and verbs of a Chinese text, the longer words of an English one."""
    if language == "zh":
        return frozenset(word for word, tag in words_of(text, "zh") if len(word) > 1 and tag[:1] in "nvj")
    return frozenset(word.casefold()[:6] for word, _ in words_of(text, "en") if len(word) > 3)


def says_hour_only(candidate: Candidate, language: Language) -> bool:
    """Whether a phrase says a time of day alone ("没问题，中午前"): it keeps the day that was said before."""
    return bool(phrase("hour_only", language).fullmatch(candidate.due.phrase or ""))


def _length(text: str, language: Language) -> int:
    return len(text) if language == "zh" else len(text) // 4

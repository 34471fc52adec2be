"""Several dates in one utterance: ranges become one, corrections replace, the last word counts."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from pipeline.dates.context import Role, is_correction, is_promised, is_task, judge
from pipeline.dates.grammar import Candidate, find_phrases
from pipeline.dates.resolve import Calendar, Resolved, resolve
from pipeline.dates.spans import After, Day, Festival, MonthDay, Offset, Period, SameDay, Span, Weekday
from pipeline.dates.tokens import Folded

_JOINED = re.compile(r"[ ,，]*(?:到|至|或者是?|或是?|还是|和|跟|、|-|–|—|~|/|to|through|thru|or|and)?[ ]*")
_RANK: dict[Role, int] = {"deadline": 6, "must": 4, "plain": 4, "reason": 2}


@dataclass(frozen=True, slots=True)
class Judged:
    """A date of an utterance, what it resolves to, and the part it plays.

    Attributes:
        candidate: The phrase.
        resolved: Its date.
        role: Deadline or not.
        replaced: A later date of the utterance took its place.
        corrected: It took the place of an earlier one.
    """

    candidate: Candidate
    resolved: Resolved
    role: Role
    replaced: bool = False
    corrected: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a deadline that stands at the end of the utterance."""
        return not self.replaced and self.role in _RANK

    @property
    def rank(self) -> int:
        """How much it speaks for being the deadline; "this week" speaks less than "Friday"."""
        return _RANK.get(self.role, 0) - (self.candidate.weak and self.role not in ("deadline", "must"))


def read_dates(folded: Folded, calendar: Calendar) -> tuple[Judged, ...]:
    """All dates of an utterance in order, each judged in the light of those before it."""
    judged: list[Judged] = []
    previous: Judged | None = None
    for candidate in _join_ranges(folded.text, find_phrases(folded)):
        item = _next(folded.text, candidate, previous, calendar)
        judged.append(item)
        previous = previous if item.role == "no" else item
    last_correction = max((i for i, item in enumerate(judged) if item.corrected), default=0)
    return tuple(
        replace(item, replaced=True) if i < last_correction else item for i, item in enumerate(judged)
    )


def last_word(judged: tuple[Judged, ...]) -> Judged | None:
    """The date that counts: a marked deadline before a plain date before an explaining one; then the last.

    Returns:
        A date that is none, for its reason, where nothing counts; None where no date was said at all.
    """
    standing = [item for item in judged if item.counts]
    if not standing:
        return next((item for item in reversed(judged) if not item.replaced and item.role != "no"), None)
    best = max(item.rank for item in standing)
    return next(item for item in reversed(standing) if item.rank == best)


def _next(text: str, candidate: Candidate, previous: Judged | None, calendar: Calendar) -> Judged:
    if isinstance(candidate.span, After) and not candidate.span.exact and is_promised(text, candidate):
        candidate = replace(candidate, span=replace(candidate.span, exact=True), tail="inside")
    if previous is None:
        resolved = resolve(candidate.span, calendar)
        return Judged(candidate, resolved, _role(text, candidate, resolved))
    corrected = _is_corrected(text, candidate, previous)
    span = _inherit(candidate.span, previous.candidate.span, corrected)
    candidate = candidate if span is candidate.span else replace(candidate, span=span)
    if isinstance(candidate.span, SameDay):
        resolved = _same_day(candidate.span, previous.resolved)
    else:
        resolved = resolve(candidate.span, calendar)
    again = resolved.on is not None and resolved.on == previous.resolved.on
    role = _role(text, candidate, resolved)
    if _is_length_of(previous.candidate, candidate, text):
        role = "no"
    elif again and previous.role == "rejected" and role == "plain" and not is_task(text, candidate):
        role = "rejected"  # "Wednesday's out, I'm booked on Wednesday"
    # "Friday. Actually there's a storm Friday" says why, and takes nothing's place
    elif (corrected and not again) or _is_counted(candidate.span):
        role = "deadline" if role in ("must", "plain") else role
    return Judged(candidate, resolved, role, corrected=corrected and not again and role == "deadline")


def _role(text: str, candidate: Candidate, resolved: Resolved) -> Role:
    return "no" if resolved.rule in ("no_deadline", "unknown_day") else judge(text, candidate, resolved)


def _is_corrected(text: str, candidate: Candidate, previous: Judged) -> bool:
    between = text[max(previous.candidate.end, candidate.start - 60) : candidate.start]
    goes_on = previous.corrected and _refines(previous.candidate.span, candidate.span)
    return goes_on or previous.role == "rejected" or is_correction(between)


def _is_length_of(first: Candidate, second: Candidate, text: str) -> bool:
    """Whether a length only sums up the range before it: "周一到周三，三天内"."""
    return (
        first.ranged and isinstance(second.span, After) and not text[first.end : second.start].strip(" ,，")
    )


def _is_counted(span: Span) -> bool:
    """Whether a day is counted from the one said before ("the day before"), which it takes the place of."""
    return isinstance(span, SameDay) and span.offset != 0


def _refines(first: Span, second: Span) -> bool:
    """Whether a day is only said again or closer: "Tuesday, next Tuesday", "下周，下周二"."""
    match first, second:
        case Weekday(day=one), Weekday(day=other):
            return one == other
        case Period(unit="week", shift=one), Weekday(week=other):
            return one == other
        case _:
            return False


def _inherit(span: Span, previous: Span, corrected: bool) -> Span:
    """A correction keeps what it does not replace: "下周三…不对，周四" is next week's Thursday."""
    match span, previous:
        case Weekday(day=day, week=None), Weekday(day=same, week=week, strict=strict) if week is not None:
            return Weekday(day, week, strict) if corrected or day == same else span
        case Weekday(day=day, week=None), Period(unit="week", shift=week) if week is not None and corrected:
            return span if week == 0 else Weekday(day, week)
        case MonthDay(day=day, month=None, shift=None), MonthDay(day=same) if corrected or day == same:
            return replace(previous, day=span.day, weekday=span.weekday)
        case MonthDay(month=None, shift=None), Period(unit="month", index=month) if (
            corrected and month is not None
        ):
            return replace(span, month=month, year=previous.year, year_shift=previous.year_shift)
        case After(exact=False, count=count, unit=unit), After(exact=True) if corrected:
            return After(count, unit)
        case _:
            return span


def _same_day(span: SameDay, first: Resolved) -> Resolved:
    if first.on is None:
        return Resolved(None, "unknown_day")
    try:
        return Resolved(first.on + timedelta(days=span.offset), "same_day")
    except OverflowError:
        return Resolved(None, "no_such_day")


def _join_ranges(text: str, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """A range such as "周三到周五" or "Wednesday or Thursday" is one phrase, and its end counts."""
    joined: list[Candidate] = []
    for candidate in candidates:
        first = joined[-1] if joined else None
        if first is not None and _is_range(text, first, candidate):
            lead = candidate.lead or first.lead
            span = _inherit(candidate.span, first.span, corrected=True)
            candidate = replace(candidate, start=first.start, span=span, lead=lead, ranged=True)
            joined.pop()
        joined.append(candidate)
    return tuple(joined)


def _is_range(text: str, first: Candidate, second: Candidate) -> bool:
    kinds = (Weekday, MonthDay, Day, Period, Offset, Festival)
    if not isinstance(first.span, kinds) or not isinstance(second.span, kinds) or first.tail:
        return False
    gap = text[first.end : second.start]
    if len(gap) > 12 or _JOINED.fullmatch(gap) is None:
        return False
    if isinstance(first.span, Day) and first.span.offset < 0:
        return False
    if gap.strip(" ,，") == "":
        return (
            isinstance(first.span, Weekday)
            and isinstance(second.span, Weekday)
            and first.span.day < second.span.day
            and second.span.week is None
            and not second.lead
        )
    return True

"""Is a date a deadline here? What stands around it decides: past, period, routine, rejection, start."""

from typing import Literal, cast

from pipeline.dates.around import Around, begins, first_of, has, look_around, without
from pipeline.dates.grammar import Candidate
from pipeline.dates.resolve import Resolved
from pipeline.dates.spans import (
    After,
    Day,
    Festival,
    NextMeeting,
    Open,
    Period,
    SameDay,
    Span,
    Weekday,
    Weekend,
)

Role = Literal["deadline", "must", "plain", "reason", "rejected", "condition", "after", "no"]
"""``deadline``: marked as one; ``must``: of what has to be done; ``plain``: of other work to come;
``reason``: explains another."""


def judge(text: str, candidate: Candidate, resolved: Resolved) -> Role:
    """The part that a date plays in its sentence.

    Args:
        text: The folded utterance.
        candidate: The phrase.
        resolved: Its date.
    """
    around = look_around(text, candidate.start, candidate.end)
    if has("before_routine", around.before) or begins("after_routine", around.after):
        return "no"
    if resolved.rule == "past" and not isinstance(candidate.span, Weekday):
        return "no"
    if _is_rejected(around):
        return "rejected"
    length = isinstance(candidate.span, After)
    if length and (begins("event_after", around.after) or has("before_event", around.head)):
        return "condition"
    if length and has("before_lasting", around.before):
        return "no"
    if not length and (candidate.tail == "after" or (not candidate.ranged and _is_start(around))):
        return "after"
    if _is_modifier(candidate, around):
        due = not candidate.marked and begins("genitive_deadline", around.after)
        return "deadline" if due else "no"
    if around.phrase.startswith(("until", "till")) and has("before_until", around.before):
        return "after"
    if has("before_condition", around.head):
        return "condition"
    if has("private", around.head + around.tail):
        return "no"
    if candidate.lead in ("by", "before") and has("bare_hour", around.phrase):
        return "plain" if _is_hour(candidate, around) else "no"  # an hour yields to any day that is said
    if candidate.lead in ("by", "before") and begins("after_rush", around.after):
        return "reason"  # "Friday, before the weekend rush"
    if candidate.marked:
        return "no" if _has_happened(candidate, resolved, around) else "deadline"
    return _unmarked(candidate, resolved, around)


def is_promised(text: str, candidate: Candidate) -> bool:
    """Whether a bare "three days" is offered or asked for: "三个工作日，够不够", "ten days, tops"."""
    around = look_around(text, candidate.start, candidate.end)
    return has("before_promised", around.before) and begins("promised", around.after)


def is_task(text: str, candidate: Candidate) -> bool:
    """Whether words of work to come stand in its clause."""
    return has("future", look_around(text, candidate.start, candidate.end).clause)


def without_date(text: str) -> tuple[int, int, Open] | None:
    """What is said instead of a date: a condition, a mood, something vague; with its place."""
    found = first_of("without_date", text)
    if found is None:
        return None
    why, start, end = found
    return start, end, Open(cast("Literal['condition', 'mood', 'vague']", why))


def is_correction(between: str) -> bool:
    """Whether the words between two dates take the first one back."""
    return has("correction", between)


def _is_rejected(around: Around) -> bool:
    before = has("before_rejected", around.before) or has("before_denied", around.head)
    return before or begins("after_rejected", around.after)


def _is_start(around: Around) -> bool:
    return begins("after_start", around.after) or has("before_start", around.before)


def _is_modifier(candidate: Candidate, around: Around) -> bool:
    if candidate.lead in ("by", "before") or isinstance(candidate.span, SameDay):
        return False
    if isinstance(candidate.span, Weekend) and around.phrase == "weekend":
        return True  # "weekend footfall"
    if candidate.marked or isinstance(candidate.span, After):
        return begins("modifier", around.after)
    return begins("after_genitive", around.after) or begins("after_noun", around.after)


def _is_hour(candidate: Candidate, around: Around) -> bool:
    """Whether "by two" is a time of the day: nothing changes by two, and something is to be done."""
    if candidate.lead == "by" and has("measure", around.head):
        return False
    if has("before_counted", around.head) or has("negated", around.head):
        return False
    if has("habit", around.sentence) or has("finite_past", without("causative", around.head)):
        return False
    return around.alone or has("future", around.clause) or has("before_fragment", around.head)


def _has_happened(candidate: Candidate, resolved: Resolved, around: Around) -> bool:
    """Whether a marked date is told of the past: "周一之前就弄完了", "it rose within two weeks"."""
    if resolved.rolled and candidate.tail == "inside" and _is_past(around.tail):
        return True  # 十月里退了…
    told = has("finite_past", around.head) and not has("reported", around.head)
    if not told and not begins("happened_after", around.tail):
        return False
    return resolved.rolled or not has("future", around.head + around.tail)


def _unmarked(candidate: Candidate, resolved: Resolved, around: Around) -> Role:
    clause, work = around.clause, has("future", around.clause)
    if has("habit", around.sentence) or has("habit", around.phrase):
        return "no"
    if has("event", clause) or (has("happening", clause) and not work):
        return "no"
    future = around.alone or work or _is_ahead(candidate.span)
    if has("strong_past", clause) or (not future and _is_past(clause)):
        return "no"
    if resolved.rolled and not (future or has("future", around.sentence)):
        return "no"
    if candidate.weak and not around.alone and not _weak_holds(candidate, around):
        return "no"
    if has("before_because", around.head):
        return "reason"
    if begins("settled", around.tail):
        return "deadline"
    return "must" if has("must", clause) else "plain"


def _is_ahead(span: Span) -> bool:
    """Whether the phrase itself says that it is to come ("next week", "明天")."""
    match span:
        case Weekday(week=int(ahead)) | Day(offset=ahead):
            return ahead > 0
        case Period(shift=shift, year_shift=years):
            return (shift or years or 0) > 0
        case NextMeeting():
            return True
        case _:
            return False


def _weak_holds(candidate: Candidate, around: Around) -> bool:
    """Whether "this week", "March" or "下午" stands beside words of work to come."""
    before, after, clause = around.before, around.after, around.clause
    if has("figure", clause) and not has("future", clause):
        return False
    match candidate.span:
        case Period() if has("before_affirmed", before) and begins("affirmed", after):
            return True
        case Period() if has("before_yes", before) and has("nothing", after):
            return True
        case Day() if has("opening_hours", clause):
            return False
        case Period() if has("before_outlook", before):
            return False
        case Period() if begins("after_statement", after) and (
            not after.isascii() or has("before_statement", before) or not before
        ):
            return False
        case Day() if begins("agenda", after) or has("before_agenda", before):
            return False
        case Period() if _is_ahead(candidate.span):
            return True
        case Festival():
            return candidate.lead == "on" and not around.phrase.startswith(("over", "during"))
        case Period(unit="month") if around.phrase.startswith("in "):
            return not _is_past(clause)
        case _:
            future = has("future", clause) or has("future", around.sentence)
            return future and not _is_past(clause.removesuffix("了"))


def _is_past(clause: str) -> bool:
    return has("past", without("causative", clause))

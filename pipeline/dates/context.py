"""Is a date a deadline here? What stands around it decides: past, period, routine, rejection, start."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Literal, cast

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

Role = Literal["deadline", "plain", "reason", "rejected", "condition", "after", "no"]
"""``deadline``: marked as one; ``plain``: a date of future work; ``reason``: explains another."""

_CLAUSE_END = re.compile(r"[，。,！!？?；;…]|\.(?!\d)| (?:and|but|so|then) |然后|但是|不过")
_SENTENCE_END = re.compile(r"[。！!？?；;]|\.(?!\d)")
_NEAR = 40


def judge(text: str, candidate: Candidate, resolved: Resolved) -> Role:
    """The part that a date plays in its sentence.

    Args:
        text: The folded utterance.
        candidate: The phrase.
        resolved: Its date.
    """
    start, end = candidate.start, candidate.end
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    head, tail = before[_last_end(before, _CLAUSE_END) :], after[: _first_end(after, _CLAUSE_END)]
    if _ends("before_routine", before) or _begins("after_routine", after):
        return "no"
    if isinstance(candidate.span, After) and (_begins("event_after", after) or _ends("event_before", head)):
        return "condition"
    if resolved.rule == "past" and not isinstance(candidate.span, Weekday):
        return "no"
    if _ends("before_rejected", before) or _begins("after_rejected", after):
        return "rejected"
    if candidate.tail == "after" and not isinstance(candidate.span, After):
        return "after"
    if (
        not candidate.ranged
        and not isinstance(candidate.span, After)
        and (_begins("after_start", after) or _ends("before_start", before))
    ):
        return "after"
    if _is_modifier(text, candidate, after):
        if not candidate.marked and _begins("genitive_deadline", after):
            return "deadline"
        return "no"
    if candidate.marked:
        in_past_period = resolved.rolled and candidate.tail == "inside" and _is_past(tail)  # 十月里退了…
        return "no" if in_past_period or _begins_past(tail) else "deadline"
    return _unmarked(text, candidate, resolved, head, tail)


def _unmarked(text: str, candidate: Candidate, resolved: Resolved, head: str, tail: str) -> Role:
    clause = head + text[candidate.start : candidate.end] + tail
    if _has("habit", _sentence(text, candidate)) or _has("habit", text[candidate.start : candidate.end]):
        return "no"
    alone = _short(text[: candidate.start]) and _short(text[candidate.end :])
    future = alone or _is_ahead(candidate.span) or _has("future", clause)
    if _has("strong_past", clause) or (not future and _is_past(clause)):
        return "no"
    if resolved.rolled and not (future or _has("future", _sentence(text, candidate))):
        return "no"
    if candidate.weak and not alone and not _weak_holds(text, candidate, clause):
        return "no"
    if _ends("because", head):
        return "reason"
    return "deadline" if _begins("settled", tail) else "plain"


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


def _weak_holds(text: str, candidate: Candidate, clause: str) -> bool:
    """Whether "this week", "March" or "下午" stands beside words of work to come."""
    before, after = (
        text[max(0, candidate.start - _NEAR) : candidate.start],
        text[candidate.end : candidate.end + _NEAR],
    )
    match candidate.span:
        case Period() if _ends("before_outlook", before):
            return False
        case Period() if _begins("after_statement", after) and (
            not after.isascii() or _ends("before_statement", before) or not before
        ):
            return False
        case Day() if _begins("agenda", after) or _ends("before_agenda", before):
            return False
        case Period() if _is_ahead(candidate.span):
            return True
        case Festival():
            return candidate.lead == "on"
        case Period(unit="month") if text.startswith("in ", candidate.start):
            return not _is_past(clause)
        case _:
            pass
    future = _has("future", clause) or _has("future", _sentence(text, candidate))
    return future and not _is_past(clause.removesuffix("了"))


def _is_past(clause: str) -> bool:
    return _has("past", _patterns()["causative"].sub("", clause))


def _sentence(text: str, candidate: Candidate) -> str:
    start, end = candidate.start, candidate.end
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    return before[_last_end(before, _SENTENCE_END) :] + " " + after[: _first_end(after, _SENTENCE_END)]


def _is_modifier(text: str, candidate: Candidate, after: str) -> bool:
    if candidate.lead in ("by", "before") or isinstance(candidate.span, SameDay):
        return False
    if isinstance(candidate.span, Weekend) and text[candidate.start : candidate.core] == "weekend":
        return True  # "weekend footfall"
    if candidate.marked or isinstance(candidate.span, After):
        return _begins("modifier", after)
    return _begins("after_genitive", after) or _begins("after_noun", after)


def _begins_past(tail: str) -> bool:
    return re.match(r".{0,6}(?:已经|早就|就已)", tail) is not None


def is_promised(text: str, candidate: Candidate) -> bool:
    """Whether a bare "three days" is offered or asked for: "三个工作日，够不够", "ten days, tops"."""
    before = text[max(0, candidate.start - _NEAR) : candidate.start]
    return _has("bare_begins", before) and _begins(
        "bare_promised", text[candidate.end : candidate.end + _NEAR]
    )


def without_date(text: str) -> tuple[int, int, Open] | None:
    """What is said instead of a date: a condition, a mood, something vague; with its place."""
    for why, pattern in _without_date():
        if (match := pattern.search(text)) is not None:
            return match.start(), match.end(), Open(cast("Literal['condition', 'mood', 'vague']", why))
    return None


def is_correction(between: str) -> bool:
    """Whether the words between two dates take the first one back."""
    return _has("correction", between)


def _last_end(text: str, pattern: re.Pattern[str]) -> int:
    return max((m.end() for m in pattern.finditer(text)), default=0)


def _first_end(text: str, pattern: re.Pattern[str]) -> int:
    match = pattern.search(text)
    return match.start() if match else len(text)


def _begins(name: str, text: str) -> bool:
    return _patterns()[name].match(text) is not None


def _ends(name: str, text: str) -> bool:
    return _patterns()[name].search(text) is not None


def _has(name: str, text: str) -> bool:
    return _patterns()[name].search(text) is not None


def _short(text: str) -> bool:
    return len(text) < 40 and _patterns()["short"].fullmatch(text) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for name, parts in _tables().items():
        if isinstance(parts, list):
            body = "(?:" + "|".join(f"(?:{part})" for part in cast("list[str]", parts)) + ")"
            found[name] = re.compile(
                body + "$" if name.startswith("before_") or name in ("because", "event_before") else body
            )
    return found


@cache
def _without_date() -> tuple[tuple[str, re.Pattern[str]], ...]:
    tables = cast("dict[str, list[str]]", _tables()["without_date"])
    return tuple(
        (why, re.compile("|".join(f"(?:{part})" for part in parts))) for why, parts in tables.items()
    )


@cache
def _tables() -> dict[str, object]:
    return tomllib.loads((resources.files("pipeline.dates") / "contexts.toml").read_text("utf-8"))

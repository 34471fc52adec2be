"""The minutes of a meeting as one frozen value. "Not said" is None, never "" or "TBD"."""

import datetime
from typing import Literal

from pydantic import Field

from pipeline.meeting import Meeting
from pipeline.transcript import Value

Kind = Literal["purpose", "data", "reports", "issues", "plans", "feedback"]
KINDS: tuple[Kind, ...] = ("purpose", "data", "reports", "issues", "plans", "feedback")

Support = Literal["quoted", "near"]
"""``quoted``: every number, date and name of the claim stands in its quotes; ``near``: the quotes hold, and
what they lack stands in an utterance beside them."""

CarryOverStatus = Literal["done", "in_progress", "redated", "dropped", "not_mentioned"]


class Evidence(Value):
    """Words that prove an item.

    Attributes:
        utterance: Id in the transcript.
        quote: A verbatim part of that utterance's text.
        start: Seconds; None where the transcript has no times.
        end: Seconds; None where the transcript has no times.
    """

    utterance: int
    quote: str
    start: float | None = None
    end: float | None = None


class Due(Value):
    """A deadline: the phrase as heard, the calendar day it means, and why."""

    phrase: str | None = None
    on: datetime.date | None = None
    reason: str | None = None


class Point(Value):
    """One sentence of a section with what proves it."""

    text: str
    evidence: tuple[Evidence, ...] = ()


class Section(Value):
    """One of the six sections.

    Attributes:
        kind: Which of the six.
        status: ``not_mentioned`` when no utterance belongs to it, ``unread`` when none does but part of the
            meeting could not be read.
        summary: Two or three sentences; None when nothing was said.
        points: What was said, sentence by sentence.
        spans: First and last utterance id of each stretch, both inclusive.
        seconds: Time spent on it; None where the transcript has no times.
    """

    kind: Kind
    status: Literal["covered", "not_mentioned", "unread"]
    summary: str | None = None
    points: tuple[Point, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    seconds: float | None = None


class Decision(Value):
    """A choice that the meeting settled."""

    id: str
    text: str
    made_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class Action(Value):
    """A piece of future work that somebody took on.

    Attributes:
        id: ``a1``, ``a2``, …
        task: What is to be done, without its owner and date.
        owner: Participant or department; None when nobody was named or the name is ambiguous.
        owner_phrase: The words that name the owner ("I", "小李", "供应链那边").
        owner_reason: How the owner was found, or why not.
        co_owners: Others who work on it.
        department: Of the owner, where the roster says so.
        due: The deadline.
        priority: ``high`` where it was called urgent.
        section: Where it was said.
        evidence: Utterances that prove task, owner and date.
        support: Set by grounding alone.
    """

    id: str
    task: str
    owner: str | None = None
    owner_phrase: str | None = None
    owner_reason: str | None = None
    co_owners: tuple[str, ...] = ()
    department: str | None = None
    due: Due = Due()
    priority: Literal["high", "normal"] | None = None
    section: Kind | None = None
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class Kpi(Value):
    """A figure of an indicator for a period.

    Attributes:
        id: ``k1``, ``k2``, …
        metric: Name of the indicator.
        value: Decimal string without unit ("3.1", "320").
        unit: As said ("%", "万", "USD"); None for a bare count.
        period: What the figure covers, as said.
        change: Signed change with its unit ("-0.4个百分点").
        basis: What the change compares with: ``yoy`` year over year, ``pop`` period over period.
        target: The target it is held against, as said.
        department: Whose figure it is.
        evidence: Utterances that prove it.
        support: Set by grounding alone.
    """

    id: str
    metric: str
    value: str
    unit: str | None = None
    period: str | None = None
    change: str | None = None
    basis: Literal["yoy", "pop", "target", "benchmark"] | None = None
    target: str | None = None
    department: str | None = None
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class Issue(Value):
    """A problem or risk, and what was settled about it."""

    id: str
    kind: Literal["issue", "risk"] = "issue"
    problem: str
    impact: str | None = None
    solution: str | None = None
    owner: str | None = None
    status: Literal["resolved", "open"] = "open"
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class Report(Value):
    """What one department told: done, problems, next."""

    id: str
    department: str | None = None
    reporter: str | None = None
    done: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class Feedback(Value):
    """Praise, feedback on the meeting or the work, or a suggestion."""

    id: str
    kind: Literal["praise", "feedback", "suggestion"]
    text: str
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class Remark(Value):
    """Something else worth keeping."""

    id: str
    kind: Literal["market", "strategy", "resource", "milestone", "review_date", "announcement"]
    text: str
    evidence: tuple[Evidence, ...] = ()
    support: Support | None = None


class CarryOver(Value):
    """What became of an item of last time.

    Attributes:
        id: Its id among the meeting's open actions.
        task: What was to be done.
        owner: Participant or department.
        status: What was said about it.
        new_due_phrase: The new deadline as heard; None unless it was re-dated.
        new_due: The calendar day of the new deadline.
        slips: How often it was re-dated, this time included.
        evidence: Utterances that tell its state; empty when nobody mentioned it.
    """

    id: str
    task: str
    owner: str | None = None
    status: CarryOverStatus
    new_due_phrase: str | None = None
    new_due: datetime.date | None = None
    slips: int = 0
    evidence: tuple[Evidence, ...] = ()


class Check(Value):
    """Something a good meeting would have had, and this one lacks."""

    kind: str
    severity: Literal["warning", "info"]
    text: str
    about: str | None = None


class Unverified(Value):
    """An item whose evidence did not hold. It never stands among the minutes."""

    field: Literal[
        "purpose",
        "points",
        "decisions",
        "actions",
        "kpis",
        "issues",
        "reports",
        "feedback",
        "remarks",
        "carry_over",
    ]
    text: str
    reason: str
    evidence: tuple[Evidence, ...] = ()


class Cost(Value):
    """What a language model was asked for: answered calls, and tokens in and out of them."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
        )


class StageOrigin(Value):
    """How one stage was made.

    Attributes:
        stage: Its name.
        backend: Name and model of who did it.
        prompt: Name and version of the prompt, such as ``read v1``.
        prompt_sha256: Hash of the prompt's file.
        seconds: How long it took.
        calls: Answers of a language model; None where none was asked.
        tokens_in: Tokens of all questions.
        tokens_out: Tokens of all answers.
    """

    stage: str
    backend: str | None = None
    prompt: str | None = None
    prompt_sha256: str | None = None
    seconds: float | None = None
    calls: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None


class Origin(Value):
    """How the minutes were made."""

    version: str
    stages: tuple[StageOrigin, ...] = ()


class Reading(Value):
    """What a scribe found in a transcript: a kind for every utterance, and all items.

    Owners and dates are still words here (``owner_phrase``, ``due.phrase``): code resolves them afterwards.

    Attributes:
        kinds: One per utterance, in order.
        points: What was said in each section, sentence by sentence, where the scribe notes it while reading.
        unread: First and last id of every stretch that could not be read, both inclusive.
        problems: Sentences about what could not be read; any makes the minutes partial.
    """

    kinds: tuple[Kind, ...]
    purpose: Point | None = None
    points: tuple[tuple[Kind, Point], ...] = ()
    unread: tuple[tuple[int, int], ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    issues: tuple[Issue, ...] = ()
    reports: tuple[Report, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    remarks: tuple[Remark, ...] = ()
    carry_over: tuple[CarryOver, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    problems: tuple[str, ...] = ()


class Composed(Value):
    """The six sections as a scribe wrote them, and sentences about what could not be written."""

    sections: tuple[Section, ...] = Field(min_length=6, max_length=6)
    problems: tuple[str, ...] = ()


class Minutes(Value):
    """The minutes of one meeting."""

    schema_version: Literal[1] = 1
    meeting: Meeting
    sections: tuple[Section, ...] = Field(min_length=6, max_length=6)
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    issues: tuple[Issue, ...] = ()
    reports: tuple[Report, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    remarks: tuple[Remark, ...] = ()
    carry_over: tuple[CarryOver, ...] = ()
    checks: tuple[Check, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    notices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    origin: Origin
    status: Literal["complete", "partial"] = "complete"

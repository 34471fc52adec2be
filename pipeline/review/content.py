"""What people may write, as bounded values that come over the wire as they are."""

import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pipeline.minutes import CarryOverStatus, Kind
from pipeline.transcript import Language, Value

LONGEST_TEXT = 4_000
LONGEST_NAME = 200
LONGEST_LINE = 100_000
"""Characters of one utterance: an hour in one breath, where the source has no turns."""
MOST_NAMES = 50
MOST_TEXTS = 100
MOST_PROOFS = 300
MOST_POINTS = 500
MOST_PEOPLE = 500

# Neither XML nor Postgres takes the other control characters.
_WRITTEN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT, pattern=_WRITTEN)
]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME, pattern=_WRITTEN)
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LINE, pattern=_WRITTEN)
]
Quote = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE)]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
"""Names one thing of the minutes: ``a1``, ``carry_over:p1``, ``section:data`` or ``meeting``."""

# Days so far off that counting weeks from them leaves the calendar are slips of the keyboard.
Day = Annotated[datetime.date, Field(ge=datetime.date(1900, 1, 1), le=datetime.date(2199, 12, 31))]
Texts = Annotated[tuple[Text, ...], Field(max_length=MOST_TEXTS)]
Names = Annotated[tuple[Name, ...], Field(max_length=MOST_NAMES)]

List = Literal["actions", "decisions", "kpis", "issues", "feedback", "remarks", "reports"]
"""The lists of the minutes that people add to."""
LISTS: tuple[List, ...] = ("decisions", "actions", "kpis", "issues", "reports", "feedback", "remarks")


class Proof(Value):
    """An utterance that proves something.

    Attributes:
        utterance: Its id.
        quote: The part of its text that does, whatever its punctuation; None takes all of it.
    """

    utterance: int = Field(ge=0)
    quote: Quote | None = None


Proofs = Annotated[tuple[Proof, ...], Field(min_length=1, max_length=MOST_PROOFS)]


class Statement(Value):
    """One sentence of a section with what proves it."""

    text: Text
    evidence: tuple[Proof, ...] = Field(default=(), max_length=MOST_PROOFS)


class Deadline(Value):
    """The phrase as heard, the day it means, and why where a stage knows it: people give no reason."""

    phrase: Text | None = None
    on: Day | None = None
    reason: Text | None = None


class Attendee(Value):
    """Somebody on the roster."""

    name: Name
    aliases: Names = ()
    title: Name | None = None
    department: Name | None = None


class Topic(Value):
    """One topic of the agenda, with its planned minutes."""

    topic: Text
    minutes: float | None = Field(default=None, ge=0, le=1440)


def _names_differ(people: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    if len({person.name for person in people}) < len(people):
        raise ValueError("two participants have the same name")
    return people


class ActionContent(Value):
    """What an action item says."""

    list: Literal["actions"] = "actions"
    task: Text
    owner: Name | None = None
    co_owners: Names = ()
    department: Name | None = None
    due: Deadline = Deadline()
    priority: Literal["high", "normal"] | None = None
    section: Kind | None = None


class DecisionContent(Value):
    """What a decision says."""

    list: Literal["decisions"] = "decisions"
    text: Text
    made_by: Name | None = None


class KpiContent(Value):
    """What a figure says."""

    list: Literal["kpis"] = "kpis"
    metric: Text
    value: Name
    unit: Name | None = None
    period: Text | None = None
    change: Text | None = None
    basis: Literal["yoy", "pop", "target", "benchmark"] | None = None
    target: Text | None = None
    department: Name | None = None


class IssueContent(Value):
    """What a problem or risk says."""

    list: Literal["issues"] = "issues"
    kind: Literal["issue", "risk"] = "issue"
    problem: Text
    impact: Text | None = None
    solution: Text | None = None
    owner: Name | None = None
    status: Literal["resolved", "open"] = "open"


class ReportContent(Value):
    """What the report of a department says."""

    list: Literal["reports"] = "reports"
    department: Name | None = None
    reporter: Name | None = None
    done: Texts = ()
    problems: Texts = ()
    next: Texts = ()


class FeedbackContent(Value):
    """What praise, feedback or a suggestion says."""

    list: Literal["feedback"] = "feedback"
    kind: Literal["praise", "feedback", "suggestion"]
    text: Text


class RemarkContent(Value):
    """What a remark says."""

    list: Literal["remarks"] = "remarks"
    kind: Literal["market", "strategy", "resource", "milestone", "review_date", "announcement"]
    text: Text


class CarryOverContent(Value):
    """What people may correct about an item of last time."""

    owner: Name | None = None
    status: CarryOverStatus
    new_due: Day | None = None
    new_due_phrase: Text | None = None


class SectionContent(Value):
    """What people may correct about a section."""

    summary: Text | None = None
    points: tuple[Statement, ...] = Field(default=(), max_length=MOST_POINTS)


class MeetingContent(Value):
    """What people may correct about the meeting."""

    title: Name | None = None
    held_on: Day | None = None
    language: Language
    cadence_days: Annotated[int, Field(ge=1, le=366)] | None = None
    next_meeting: Day | None = None
    participants: Annotated[
        tuple[Attendee, ...], Field(max_length=MOST_PEOPLE), AfterValidator(_names_differ)
    ] = ()
    agenda: Annotated[tuple[Topic, ...], Field(max_length=MOST_TEXTS)] = ()


Content = Annotated[
    ActionContent
    | DecisionContent
    | KpiContent
    | IssueContent
    | ReportContent
    | FeedbackContent
    | RemarkContent,
    Field(discriminator="list"),
]
"""What a new item says, by the list it is added to."""

"""What can be found of a meeting: its title, what was said, and every item of its minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.minutes import Minutes
from pipeline.transcript import Transcript

FoundKind = Literal[
    "title",
    "utterance",
    "summary",
    "decision",
    "action",
    "kpi",
    "issue",
    "report",
    "feedback",
    "remark",
    "carry_over",
]


@dataclass(frozen=True)
class Findable:
    """One text that can be found.

    Attributes:
        kind: Of what.
        text: As it is shown; the parts of an item a line each.
        item: Id of the item, number of the utterance, or kind of the section.
        who: Says or owns it.
    """

    kind: FoundKind
    text: str
    item: str | None = None
    who: str | None = None


def findable(title: str, transcript: Transcript | None, minutes: Minutes | None) -> Iterator[Findable]:
    """Everything that can be found of a meeting, in the order in which it is read."""
    yield Findable("title", title)
    if minutes:
        yield from _sections(minutes)
        yield from _settled(minutes)
        yield from _told(minutes)
    for utterance in transcript.utterances if transcript else ():
        yield Findable("utterance", utterance.text, str(utterance.id), utterance.speaker)


def _sections(minutes: Minutes) -> Iterator[Findable]:
    for section in minutes.sections:
        for text in (section.summary, *(point.text for point in section.points)):
            if text:
                yield Findable("summary", text, section.kind)


def _settled(minutes: Minutes) -> Iterator[Findable]:
    for decision in minutes.decisions:
        yield Findable("decision", decision.text, decision.id, decision.made_by)
    for action in minutes.actions:
        who = _joined("、", action.owner, *action.co_owners, action.department)
        yield Findable("action", _joined("\n", action.task, action.due.phrase), action.id, who)
    for item in minutes.carry_over:
        yield Findable("carry_over", item.task, item.id, item.owner)


def _told(minutes: Minutes) -> Iterator[Findable]:
    for kpi in minutes.kpis:
        figure = f"{kpi.value}{kpi.unit or ''}"
        text = _joined(" ", kpi.metric, figure, kpi.period, kpi.change, kpi.target)
        yield Findable("kpi", text, kpi.id, kpi.department)
    for issue in minutes.issues:
        text = _joined("\n", issue.problem, issue.impact, issue.solution)
        yield Findable("issue", text, issue.id, issue.owner)
    for report in minutes.reports:
        who = _joined("、", report.department, report.reporter)
        yield Findable("report", _joined("\n", *report.done, *report.problems, *report.next), report.id, who)
    for feedback in minutes.feedback:
        yield Findable("feedback", feedback.text, feedback.id)
    for remark in minutes.remarks:
        yield Findable("remark", remark.text, remark.id)


def _joined(between: str, *parts: str | None) -> str:
    return between.join(part for part in parts if part)

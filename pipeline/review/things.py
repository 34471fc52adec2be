"""What is reviewed: items, what is left of last time, sections, the meeting; and how an edit names each."""

from collections import Counter
from collections.abc import Iterator
from typing import cast

from pipeline.meeting import Meeting
from pipeline.minutes import (
    Action,
    CarryOver,
    Decision,
    Feedback,
    Issue,
    Kpi,
    Minutes,
    Remark,
    Report,
    Section,
)
from pipeline.review.content import LISTS, List

Item = Action | Decision | Kpi | Issue | Feedback | Remark | Report
"""What can be added, merged, split and rejected."""
Row = Item | CarryOver
Thing = Row | Section | Meeting

MEETING = "meeting"

LIST_OF: dict[type[Item], List] = {
    Action: "actions",
    Decision: "decisions",
    Kpi: "kpis",
    Issue: "issues",
    Report: "reports",
    Feedback: "feedback",
    Remark: "remarks",
}

CLAIMS: dict[type[Thing], tuple[str, ...]] = {
    Action: ("task",),
    Decision: ("text",),
    Kpi: ("metric", "value", "change", "target"),
    Issue: ("problem",),
    Report: ("done", "problems", "next"),
    Feedback: ("text",),
    Remark: ("text",),
}
"""What the quotes of an item carry; the first is what the item is, in words."""


def items_in(minutes: Minutes, field: List) -> tuple[Item, ...]:
    """The items of a list, in order."""
    return cast(tuple[Item, ...], getattr(minutes, field))


def named(minutes: Minutes) -> Iterator[tuple[str, Thing]]:
    """Everything that edits name: items by their ids, all else by names that no item has.

    Items of last time keep the ids of their meeting file: they may be those of new ones, or be given twice.
    """
    yield from named_rows(minutes)
    yield from ((f"section:{section.kind}", section) for section in minutes.sections)
    yield MEETING, minutes.meeting


def named_rows(minutes: Minutes) -> Iterator[tuple[str, Row]]:
    """All items, and what is left of last time, in the order of the lists."""
    for field in LISTS:
        yield from ((item.id, item) for item in items_in(minutes, field))
    seen: Counter[str] = Counter()
    for row in minutes.carry_over:
        seen[row.id] += 1
        again = f":{seen[row.id]}" if seen[row.id] > 1 else ""
        yield f"carry_over:{row.id}{again}", row


def text_field(kind: type[Thing]) -> str | None:
    """The field that says in words what an item is; None where there is none, as for reports."""
    return CLAIMS[kind][0] if kind in CLAIMS and kind is not Report else None


def text_of(item: Row) -> str:
    """What an item is, in words."""
    match item:
        case Report():
            told = (item.department, item.reporter, *item.done, *item.problems, *item.next)
            return " ".join(text for text in told if text)
        case Action() | CarryOver():
            return item.task
        case Kpi():
            return item.metric
        case Issue():
            return item.problem
        case Decision() | Feedback() | Remark():
            return item.text


def first_said(row: Row) -> int | None:
    """The first utterance that proves it; None without evidence."""
    return min((e.utterance for e in row.evidence), default=None)

"""What the practitioners ask of a good meeting, and this one lacks."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from pipeline.meeting import Meeting
from pipeline.minutes import Check, Minutes
from pipeline.transcript import Language

SLIPS_WORTH_SAYING = 2


@dataclass(frozen=True)
class _Finding:
    """A check before it is put into words."""

    kind: str
    severity: Literal["warning", "info"]
    values: tuple[tuple[str, str], ...] = ()
    about: str | None = None


def check(minutes: Minutes, meeting: Meeting) -> Minutes:
    """Adds the checks, in the meeting's language.

    Args:
        minutes: Complete but for the checks.
        meeting: What was known beforehand: whether the date is confirmed.
    """
    language = minutes.meeting.language or "en"
    found = (*_figures(minutes), *_issues(minutes), *_actions(minutes, meeting), *_carry_over(minutes))
    # Where part of the meeting is unread, nobody knows what is missing.
    if minutes.status == "complete":
        found = (
            *_purpose_and_sections(minutes, language),
            *found,
            *_not_mentioned(minutes),
            *_review_and_feedback(minutes),
        )
    return minutes.model_copy(update={"checks": tuple(_worded(f, language) for f in found)})


def _purpose_and_sections(minutes: Minutes, language: Language) -> Iterator[_Finding]:
    for section in minutes.sections:
        if section.kind == "purpose" and section.summary is None:
            yield _Finding("purpose_missing", "warning")
        elif section.status == "not_mentioned" and section.kind != "feedback":
            name = _messages(language)["sections"][section.kind]
            yield _Finding("section_missing", "info", (("section", name),))


def _figures(minutes: Minutes) -> Iterator[_Finding]:
    bare = [k for k in minutes.kpis if k.change is None and k.basis is None and k.target is None]
    if minutes.kpis and len(bare) == len(minutes.kpis):
        yield _Finding("figures_without_comparison", "warning")
        return
    for kpi in bare:
        yield _Finding("figure_without_comparison", "info", (("item", kpi.metric),), kpi.id)


def _issues(minutes: Minutes) -> Iterator[_Finding]:
    for issue in minutes.issues:
        if issue.status == "open" and issue.owner is None:
            yield _Finding("issue_without_owner", "warning", (("item", issue.problem),), issue.id)
        if issue.status == "open" and issue.solution is None:
            yield _Finding("issue_without_solution", "info", (("item", issue.problem),), issue.id)


def _actions(minutes: Minutes, meeting: Meeting) -> Iterator[_Finding]:
    if not meeting.date_confirmed and any(a.due.phrase for a in minutes.actions):
        yield _Finding("date_unconfirmed", "warning")
    for action in minutes.actions:
        if action.owner is None:
            yield _Finding("action_without_owner", "warning", (("item", action.task),), action.id)
        if action.due.on is None:
            yield _Finding("action_without_date", "warning", (("item", action.task),), action.id)


def _carry_over(minutes: Minutes) -> Iterator[_Finding]:
    for item in minutes.carry_over:
        if item.status == "redated" and item.slips >= SLIPS_WORTH_SAYING:
            values = (("item", item.task), ("count", str(item.slips)))
            yield _Finding("carry_over_slipping", "warning", values, item.id)


def _not_mentioned(minutes: Minutes) -> Iterator[_Finding]:
    for item in minutes.carry_over:
        if item.status == "not_mentioned":
            yield _Finding("carry_over_not_mentioned", "warning", (("item", item.task),), item.id)


def _review_and_feedback(minutes: Minutes) -> Iterator[_Finding]:
    if not any(r.kind == "review_date" for r in minutes.remarks) and minutes.meeting.next_meeting is None:
        yield _Finding("review_date_missing", "info")
    if not minutes.feedback:
        yield _Finding("feedback_missing", "info")


def _worded(finding: _Finding, language: Language) -> Check:
    text = _messages(language)[finding.kind].format(**dict(finding.values))
    return Check(kind=finding.kind, severity=finding.severity, text=text, about=finding.about)


@cache
def _messages(language: Language) -> dict[str, Any]:
    source = resources.files("pipeline.stages") / "check.toml"
    return tomllib.loads(source.read_text("utf-8"))[language]

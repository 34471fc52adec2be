"""Errors to plant in perfect minutes; each returns None where a case has nothing to plant it in."""

import datetime
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Literal, TypeVar, cast

from eval.cases import Case
from pipeline.minutes import (
    KINDS,
    Action,
    CarryOver,
    Decision,
    Due,
    Evidence,
    Feedback,
    Issue,
    Kind,
    Kpi,
    Minutes,
    Section,
)

Plant = Callable[[Minutes, Case], Minutes | None]
Item = TypeVar("Item", Action, Decision, Kpi, Issue, Feedback, CarryOver)

ELSEWHERE = {"zh": "卌卌卌卌", "en": "zzyzx qwop"}
DAY = datetime.timedelta(days=1)


def action_missed(minutes: Minutes, case: Case) -> Minutes | None:
    return _without_first(minutes, "actions")


def action_made_up(minutes: Minutes, case: Case) -> Minutes | None:
    extra = Action(id="x", task=_elsewhere(case), evidence=_any_quote(case), support="quoted")
    return minutes.model_copy(update={"actions": (*minutes.actions, extra)})


def action_at_the_wrong_place(minutes: Minutes, case: Case) -> Minutes | None:
    said = case.transcript.utterances
    for action in minutes.actions:
        near = {i + d for a in (action,) for e in a.evidence for i in (e.utterance,) for d in (-1, 0, 1)}
        far = [u for u in said if u.id not in near]
        alike = [a for a in minutes.actions if a is not action and a.task == action.task]
        if far and not alike:
            moved = (Evidence(utterance=far[-1].id, quote=far[-1].text),)
            return _with(minutes, action, evidence=moved)
    return None


def action_about_something_else(minutes: Minutes, case: Case) -> Minutes | None:
    return _with(minutes, minutes.actions[0], task=_elsewhere(case)) if minutes.actions else None


def owner_of_another(minutes: Minutes, case: Case) -> Minutes | None:
    names = [p.name for p in case.meeting.participants]
    if not minutes.actions or len(names) < 2:
        return None
    owners = {a.id: next(n for n in names if n != a.owner) for a in minutes.actions}
    given = tuple(a.model_copy(update={"owner": owners[a.id]}) for a in minutes.actions)
    return minutes.model_copy(update={"actions": given})


def owner_left_out(minutes: Minutes, case: Case) -> Minutes | None:
    owned = next((a for a in minutes.actions if a.owner), None)
    return _with(minutes, owned, owner=None) if owned else None


def due_a_day_late(minutes: Minutes, case: Case) -> Minutes | None:
    dated = next((a for a in minutes.actions if a.due.on), None)
    return _with(minutes, dated, due=Due(on=dated.due.on + DAY)) if dated and dated.due.on else None


def due_left_out(minutes: Minutes, case: Case) -> Minutes | None:
    dated = next((a for a in minutes.actions if a.due.on), None)
    return _with(minutes, dated, due=Due(phrase=dated.due.phrase)) if dated else None


def redated_item_among_the_actions(minutes: Minutes, case: Case) -> Minutes | None:
    row = next((c for c in minutes.carry_over if c.status == "redated" and c.evidence), None)
    if row is None:
        return None
    again = Action(id="x", task=row.task, evidence=row.evidence, support="quoted")
    return minutes.model_copy(update={"actions": (*minutes.actions, again)})


def decision_missed(minutes: Minutes, case: Case) -> Minutes | None:
    return _without_first(minutes, "decisions")


def decision_made_up(minutes: Minutes, case: Case) -> Minutes | None:
    extra = Decision(id="x", text=_elsewhere(case), evidence=_any_quote(case), support="quoted")
    return minutes.model_copy(update={"decisions": (*minutes.decisions, extra)})


def kpi_missed(minutes: Minutes, case: Case) -> Minutes | None:
    return _without_first(minutes, "kpis")


def kpi_made_up(minutes: Minutes, case: Case) -> Minutes | None:
    extra = Kpi(id="x", metric=_elsewhere(case), value="98765.4", evidence=_any_quote(case), support="quoted")
    return minutes.model_copy(update={"kpis": (*minutes.kpis, extra)})


def kpi_of_another_value(minutes: Minutes, case: Case) -> Minutes | None:
    return _with_each(minutes, minutes.kpis, value="98765.4")


def kpi_of_another_unit(minutes: Minutes, case: Case) -> Minutes | None:
    return _with_each(minutes, minutes.kpis, unit="parsecs")


def kpi_of_another_period(minutes: Minutes, case: Case) -> Minutes | None:
    return _with_each(minutes, minutes.kpis, period=_elsewhere(case))


def kpi_of_another_name(minutes: Minutes, case: Case) -> Minutes | None:
    return _with(minutes, minutes.kpis[0], metric=_elsewhere(case)) if minutes.kpis else None


def issue_missed(minutes: Minutes, case: Case) -> Minutes | None:
    return _without_first(minutes, "issues")


def issue_made_up(minutes: Minutes, case: Case) -> Minutes | None:
    extra = Issue(id="x", problem=_elsewhere(case), evidence=_any_quote(case), support="quoted")
    return minutes.model_copy(update={"issues": (*minutes.issues, extra)})


def issue_state_turned(minutes: Minutes, case: Case) -> Minutes | None:
    if not minutes.issues:
        return None
    issue = minutes.issues[0]
    turned: Literal["open", "resolved"] = "open" if issue.status == "resolved" else "resolved"
    return _with(minutes, issue, status=turned)


def feedback_missed(minutes: Minutes, case: Case) -> Minutes | None:
    return _without_first(minutes, "feedback")


def feedback_made_up(minutes: Minutes, case: Case) -> Minutes | None:
    extra = Feedback(
        id="x", kind="praise", text=_elsewhere(case), evidence=_any_quote(case), support="quoted"
    )
    return minutes.model_copy(update={"feedback": (*minutes.feedback, extra)})


def feedback_of_another_kind(minutes: Minutes, case: Case) -> Minutes | None:
    if not minutes.feedback:
        return None
    first = minutes.feedback[0]
    return _with(minutes, first, kind="suggestion" if first.kind != "suggestion" else "praise")


def open_item_of_another_state(minutes: Minutes, case: Case) -> Minutes | None:
    if not minutes.carry_over:
        return None
    first = minutes.carry_over[0]
    return _with(minutes, first, status="dropped" if first.status != "dropped" else "done")


def open_item_not_told(minutes: Minutes, case: Case) -> Minutes | None:
    return minutes.model_copy(update={"carry_over": minutes.carry_over[1:]}) if minutes.carry_over else None


def open_item_redated_to_another_day(minutes: Minutes, case: Case) -> Minutes | None:
    row = next((c for c in minutes.carry_over if c.new_due), None)
    return _with(minutes, row, new_due=row.new_due + DAY) if row and row.new_due else None


def label_of_another_kind(minutes: Minutes, case: Case) -> Minutes | None:
    """One label for the whole meeting."""
    if len(case.gold.sections) < 2:
        return None
    last = len(case.transcript.utterances) - 1
    return _with_spans(minutes, {"plans": ((0, last),)})


def border_moved_by_one(minutes: Minutes, case: Case) -> Minutes | None:
    sections = case.gold.sections
    for n, (a, b) in enumerate(pairwise(sections)):
        # Both stretches stay long enough to keep their borders apart.
        if min(a.last - a.first, b.last - b.first) >= 6:
            moved = [(s.kind, s.first, s.last) for s in sections]
            moved[n], moved[n + 1] = (a.kind, a.first, a.last - 1), (b.kind, b.first - 1, b.last)
            spans: dict[Kind, tuple[tuple[int, int], ...]] = {
                k: tuple((i, j) for kind, i, j in moved if kind == k) for k in KINDS
            }
            return _with_spans(minutes, spans)
    return None


def two_kinds_swapped(minutes: Minutes, case: Case) -> Minutes | None:
    spans: dict[Kind, tuple[tuple[int, int], ...]] = {s.kind: s.spans for s in minutes.sections}
    spans["data"], spans["reports"] = spans["reports"], spans["data"]
    return _with_spans(minutes, spans)


def quote_reworded(minutes: Minutes, case: Case) -> Minutes | None:
    if not minutes.actions:
        return None
    first = minutes.actions[0]
    evidence = tuple(e.model_copy(update={"quote": e.quote + _elsewhere(case)}) for e in first.evidence)
    return _with(minutes, first, evidence=evidence)


def support_missing(minutes: Minutes, case: Case) -> Minutes | None:
    return _with(minutes, minutes.decisions[0], support=None) if minutes.decisions else None


def summaries_left_out(minutes: Minutes, case: Case) -> Minutes | None:
    empty = tuple(s.model_copy(update={"summary": None, "points": ()}) for s in minutes.sections)
    return minutes.model_copy(update={"sections": empty})


def summary_with_more_than_the_facts(minutes: Minutes, case: Case) -> Minutes | None:
    longer = tuple(
        s.model_copy(update={"summary": f"{s.summary} {_elsewhere(case)}"}) if s.summary else s
        for s in minutes.sections
    )
    return minutes.model_copy(update={"sections": longer})


def _without_first(minutes: Minutes, field: str) -> Minutes | None:
    """Without the first item, where another one is left: without any, rates over found items are gone too."""
    rows = _rows(minutes, field)
    return minutes.model_copy(update={field: rows[1:]}) if len(rows) > 1 else None


def _with(minutes: Minutes, item: Item, **update: object) -> Minutes:
    """The minutes with one item changed."""
    changed = item.model_copy(update=update)
    field = next(f for f in type(minutes).model_fields if item in _rows(minutes, f))
    rows = tuple(changed if row is item else row for row in _rows(minutes, field))
    return minutes.model_copy(update={field: rows})


def _with_each(minutes: Minutes, kpis: tuple[Kpi, ...], **update: object) -> Minutes | None:
    changed = tuple(k.model_copy(update=update) for k in kpis)
    return minutes.model_copy(update={"kpis": changed}) if kpis else None


def _with_spans(minutes: Minutes, spans: Mapping[Kind, tuple[tuple[int, int], ...]]) -> Minutes:
    sections: tuple[Section, ...] = tuple(
        s.model_copy(update={"spans": spans.get(s.kind, ())}) for s in minutes.sections
    )
    return minutes.model_copy(update={"sections": sections})


def _rows(minutes: Minutes, field: str) -> tuple[object, ...]:
    value: object = getattr(minutes, field)
    return cast(tuple[object, ...], value) if isinstance(value, tuple) else ()


def _any_quote(case: Case) -> tuple[Evidence, ...]:
    first = case.transcript.utterances[0]
    return (Evidence(utterance=first.id, quote=first.text),)


def _elsewhere(case: Case) -> str:
    return ELSEWHERE[case.transcript.language]

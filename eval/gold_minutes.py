"""Minutes that say exactly what a gold says: what perfect minutes score, and a second reading as a result."""

from collections.abc import Sequence

from eval.cases import Case
from eval.scorers.summaries import facts_of
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
    Origin,
    Point,
    Section,
)


def minutes_of_gold(case: Case) -> Minutes:
    """The gold of a case in the form of minutes; every item is quoted with whole utterances."""

    def quotes(ids: Sequence[int]) -> tuple[Evidence, ...]:
        return tuple(Evidence(utterance=i, quote=case.transcript.utterances[i].text) for i in ids)

    gold = case.gold
    tasks = {item.id: item.task for item in case.meeting.open_actions}
    return Minutes(
        meeting=case.meeting,
        sections=tuple(_section(case, kind) for kind in KINDS),
        actions=tuple(
            Action(
                id=f"a{n}",
                task=a.task,
                owner=a.owner,
                due=Due(phrase=a.due_phrase, on=a.due),
                evidence=quotes(a.evidence),
                support="quoted",
            )
            for n, a in enumerate(gold.actions, 1)
        ),
        decisions=tuple(
            Decision(id=f"d{n}", text=d.text, evidence=quotes(d.evidence), support="quoted")
            for n, d in enumerate(gold.decisions, 1)
        ),
        kpis=tuple(
            Kpi(
                id=f"k{n}",
                metric=k.metric,
                value=k.value,
                period=k.period,
                change=k.change,
                evidence=quotes(k.evidence),
                support="quoted",
            )
            for n, k in enumerate(gold.kpis, 1)
        ),
        issues=tuple(
            Issue(
                id=f"i{n}",
                problem=i.problem,
                solution=i.solution,
                status=i.status,
                evidence=quotes(i.evidence),
                support="quoted",
            )
            for n, i in enumerate(gold.issues, 1)
        ),
        feedback=tuple(
            Feedback(id=f"f{n}", kind=f.kind, text=f.text, evidence=quotes(f.evidence), support="quoted")
            for n, f in enumerate(gold.feedback, 1)
        ),
        carry_over=tuple(
            CarryOver(
                id=c.id,
                task=tasks.get(c.id, ""),
                status=c.status,
                new_due=c.new_due,
                evidence=quotes(c.evidence),
            )
            for c in gold.carry_over
        ),
        origin=Origin(version="0"),
    )


def _section(case: Case, kind: Kind) -> Section:
    facts = facts_of(case.gold)[kind]
    spans = tuple((s.first, s.last) for s in case.gold.sections if s.kind == kind)
    return Section(
        kind=kind,
        status="covered" if spans else "not_mentioned",
        summary=" ".join(facts) or None,
        points=tuple(Point(text=fact) for fact in facts),
        spans=spans,
    )

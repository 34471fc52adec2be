"""Minutes that say exactly what a case's gold says."""

from collections.abc import Sequence

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
    Kpi,
    Minutes,
    Origin,
    Section,
)


def minutes_of_gold(case: Case) -> Minutes:
    def quotes(ids: Sequence[int]) -> tuple[Evidence, ...]:
        return tuple(Evidence(utterance=i, quote=case.transcript.utterances[i].text) for i in ids)

    gold = case.gold
    tasks = {item.id: item.task for item in case.meeting.open_actions}
    return Minutes(
        meeting=case.meeting,
        sections=tuple(
            Section(
                kind=kind,
                status="covered",
                spans=tuple((s.first, s.last) for s in gold.sections if s.kind == kind),
            )
            for kind in KINDS
        ),
        actions=tuple(
            Action(id=f"a{n}", task=a.task, owner=a.owner, due=Due(on=a.due), evidence=quotes(a.evidence))
            for n, a in enumerate(gold.actions)
        ),
        decisions=tuple(
            Decision(id=f"d{n}", text=d.text, evidence=quotes(d.evidence))
            for n, d in enumerate(gold.decisions)
        ),
        kpis=tuple(
            Kpi(id=f"k{n}", metric=k.metric, value=k.value, evidence=quotes(k.evidence))
            for n, k in enumerate(gold.kpis)
        ),
        issues=tuple(
            Issue(id=f"i{n}", problem=i.problem, evidence=quotes(i.evidence))
            for n, i in enumerate(gold.issues)
        ),
        feedback=tuple(
            Feedback(id=f"f{n}", kind=f.kind, text=f.text, evidence=quotes(f.evidence))
            for n, f in enumerate(gold.feedback)
        ),
        carry_over=tuple(
            CarryOver(id=c.id, task=tasks.get(c.id, ""), status=c.status, new_due=c.new_due)
            for c in gold.carry_over
        ),
        origin=Origin(version="0"),
    )

"""A stand-in for a language model: it answers every question about a sample meeting with what its gold says.

It reads nothing. It shows what becomes of a perfect answer on its way into the minutes, and, changed on purpose, of
a wrong one.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from eval.cases import Case, GoldAction, GoldRow
from tests.loopback_llm import Question

BASES = {"同比": "yoy", "环比": "pop", "target": "target", "benchmark": "benchmark", None: None}
LISTS = (
    "decisions", "actions", "kpis", "issues", "feedback", "reports", "remarks", "carry_over", "changes", "points",
)  # fmt: skip


def gold_answers(
    case: Case, change: Callable[[dict[str, Any]], None] | None = None
) -> Callable[[Question], str]:
    """What to give to ``LoopbackModel``; ``change`` spoils the answer of each window."""

    def answer(question: Question) -> str:
        if '"summaries"' in json.dumps(question.schema or {}):
            return json.dumps({"summaries": []})
        first, last = span_of(question)
        found = window_answer(case, first, last)
        if change is not None:
            change(found)
        return json.dumps(found, ensure_ascii=False)

    return answer


def span_of(question: Question) -> tuple[int, int]:
    """First and last utterance that a question wants read."""
    asked = re.search(r"<transcript>\n(.*)\n</transcript>", question.messages[1].text, re.DOTALL)
    assert asked is not None
    ids = [int(line.split()[0]) for line in asked[1].splitlines()]
    return ids[0], ids[-1]


def window_answer(case: Case, first: int, last: int) -> dict[str, Any]:
    """The gold of a window: items whose last proof stands in it."""
    gold = case.gold

    def proof(row: GoldRow) -> dict[str, Any]:
        quote = case.transcript.utterances[row.evidence[-1]].text[:30]
        return {"ids": list(row.evidence)[:5], "quote": quote}

    def here(rows: Sequence[Any]) -> list[Any]:
        return [row for row in rows if row.evidence and first <= max(row.evidence) <= last]

    answer: dict[str, Any] = {name: [] for name in LISTS}
    return answer | {
        "sections": [
            {"kind": s.kind, "first": max(first, s.first), "last": min(last, s.last)}
            for s in gold.sections
            if s.first <= last and s.last >= first
        ],
        "purpose": None,
        "decisions": [{"text": d.text, "made_by": None, **proof(d)} for d in here(gold.decisions)],
        "actions": [_action(a) | proof(a) for a in here(gold.actions)],
        "kpis": [
            {
                "metric": k.metric, "value": k.value, "period": k.period, "change": k.change,
                "basis": BASES[k.basis], "target": None, "department": None, **proof(k),
            }
            for k in here(gold.kpis)
        ],
        "issues": [
            {
                "kind": "issue", "problem": i.problem, "solution": i.solution, "status": i.status, "owner": None,
                **proof(i),
            }
            for i in here(gold.issues)
        ],
        "feedback": [{"kind": f.kind, "text": f.text, **proof(f)} for f in here(gold.feedback)],
        "carry_over": [
            {"id": c.id, "status": c.status, "new_due_words": None, **proof(c)} for c in here(gold.carry_over)
        ],
    }  # fmt: skip


def _action(action: GoldAction) -> dict[str, Any]:
    return {
        "task": action.task,
        "owner": action.owner,
        "owner_words": None,
        "due_words": action.due_phrase if action.due else None,
        "urgent": False,
    }

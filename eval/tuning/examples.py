"""Worked examples: a few lines of a sample meeting, and the items that its gold finds in them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.cases import Case, GoldRow
from eval.tuning.mistakes import words
from pipeline.scribes.llm.windows import written

LINES = 14
"""Utterances of an example."""

MOST_TOKENS = 900
"""What an example may add to every question."""

QUOTED = 24
"""Characters of an utterance that are quoted."""


@dataclass(frozen=True)
class Stretch:
    """Utterances ``first`` to ``last`` of a meeting, both inclusive, and how much is to be learnt from them."""

    case: Case
    first: int
    last: int
    worth: tuple[int, int]


def examples(cases: Sequence[Case], count: Callable[[str], int], most: int) -> tuple[str, ...]:
    """Texts to be appended to a system part, richest first, each of another meeting.

    Args:
        cases: The meetings, of one language.
        count: Tokens of a text.
        most: How many examples are wanted.
    """
    best = (max(_stretches(case), key=lambda s: (s.worth, -s.first), default=None) for case in cases)
    found = sorted((s for s in best if s and s.worth[0] > 1), key=lambda s: s.worth, reverse=True)
    fitting = (text for text in map(worked, found) if count(text) <= MOST_TOKENS)
    return tuple(text for _, text in zip(range(most), fitting, strict=False))


def worked(stretch: Stretch) -> str:
    """The stretch and its items as a model would have to answer, ready to stand in a prompt file."""
    said = stretch.case.transcript.utterances[stretch.first : stretch.last + 1]
    intro = words(stretch.case.transcript.language)["example"]["intro"]
    lines = "\n".join(map(written, said))
    answer = json.dumps(_items(stretch), ensure_ascii=False)
    # In a prompt file a lone $ begins an input.
    return f"{intro}\n{lines}\n→ {answer}".replace("$", "$$")


def _stretches(case: Case) -> Iterator[Stretch]:
    """Every stretch of the meeting that cuts no item in two."""
    gold = case.gold
    rows = [[r.evidence for r in rows] for rows in (gold.actions, gold.decisions, gold.kpis, gold.issues)]
    for first in range(max(1, len(case.transcript.utterances) - LINES + 1)):
        last = min(first + LINES, len(case.transcript.utterances)) - 1
        inside = [sum(_within(ids, first, last) for ids in kind) for kind in rows]
        cut = any(_meets(ids, first, last) and not _within(ids, first, last) for kind in rows for ids in kind)
        if not cut:
            yield Stretch(case, first, last, (sum(map(bool, inside)), sum(inside)))


def _within(ids: Sequence[int], first: int, last: int) -> bool:
    return bool(ids) and first <= min(ids) and max(ids) <= last


def _meets(ids: Sequence[int], first: int, last: int) -> bool:
    return any(first <= i <= last for i in ids)


def _items(stretch: Stretch) -> dict[str, list[dict[str, object]]]:
    gold = stretch.case.gold

    def proof(row: GoldRow) -> dict[str, object]:
        quote = stretch.case.transcript.utterances[row.evidence[0]].text[:QUOTED]
        return {"ids": list(row.evidence), "quote": quote}

    def here(row: GoldRow) -> bool:
        return _within(row.evidence, stretch.first, stretch.last)

    return {
        "decisions": [{**proof(d), "text": d.text} for d in filter(here, gold.decisions)],
        "actions": [
            {**proof(a), "task": a.task, "owner": a.owner, "due_words": a.due_phrase if a.due else None}
            for a in filter(here, gold.actions)
        ],
        "kpis": [
            {**proof(k), "metric": k.metric, "value": k.value, "period": k.period}
            for k in filter(here, gold.kpis)
        ],
        "issues": [
            {**proof(i), "problem": i.problem, "solution": i.solution, "status": i.status}
            for i in filter(here, gold.issues)
        ],
    }

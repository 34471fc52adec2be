"""Scores of extracted items: found or not, and over the found ones whether owner and date are right."""

from collections.abc import Sequence

from eval.cases import Gold
from eval.scorers.counts import Matches, Rate
from eval.scorers.matching import SAME_TEXT, Item, evidence_meets, match, text_f1
from pipeline.meeting import Meeting
from pipeline.minutes import Action, Evidence, Minutes
from pipeline.transcript import Language


def score_items(minutes: Minutes, gold: Gold, meeting: Meeting) -> dict[str, Matches]:
    """Counts by field: decisions, actions, kpis, issues, feedback."""
    language = _language(meeting)
    pairs: dict[str, tuple[Sequence[Item], Sequence[Item]]] = {
        "decisions": (
            [Item(d.text, _ids(d.evidence)) for d in minutes.decisions],
            [Item(d.text, d.evidence) for d in gold.decisions],
        ),
        "actions": (
            [_item(a) for a in counted_actions(minutes, gold, meeting)],
            [Item(a.task, a.evidence) for a in gold.actions],
        ),
        "kpis": (
            [Item(k.metric, _ids(k.evidence), k.value + (k.unit or "")) for k in minutes.kpis],
            [Item(k.metric, k.evidence, k.value) for k in gold.kpis],
        ),
        "issues": (
            [Item(i.problem, _ids(i.evidence)) for i in minutes.issues],
            [Item(i.problem, i.evidence) for i in gold.issues],
        ),
        "feedback": (
            [Item(f.text, _ids(f.evidence)) for f in minutes.feedback],
            [Item(f.text, f.evidence) for f in gold.feedback],
        ),
    }
    return {
        field: Matches(len(match(predicted, expected, language)), len(predicted), len(expected))
        for field, (predicted, expected) in pairs.items()
    }


def counted_actions(minutes: Minutes, gold: Gold, meeting: Meeting) -> tuple[Action, ...]:
    """The predicted actions without those that repeat a re-dated open item (neither hit nor mistake)."""
    tasks = {o.id: o.task for o in meeting.open_actions}
    redated = [(tasks.get(c.id, ""), c.evidence) for c in gold.carry_over if c.status == "redated"]
    language = _language(meeting)

    def repeats(action: Action) -> bool:
        return any(
            evidence_meets(_ids(action.evidence), evidence)
            and text_f1(action.task, task, language) >= SAME_TEXT
            for task, evidence in redated
        )

    return tuple(a for a in minutes.actions if not repeats(a))


def matched_actions(minutes: Minutes, gold: Gold, meeting: Meeting) -> tuple[tuple[Action, int], ...]:
    """Predicted actions with the index of the gold action each of them matches."""
    counted = counted_actions(minutes, gold, meeting)
    expected = [Item(a.task, a.evidence) for a in gold.actions]
    pairs = match([_item(a) for a in counted], expected, _language(meeting))
    return tuple((counted[p], e) for p, e in pairs)


def score_owners(minutes: Minutes, gold: Gold, meeting: Meeting) -> Rate:
    """Over matched actions: the same participant, or both null."""
    pairs = matched_actions(minutes, gold, meeting)
    return Rate(sum(action.owner == gold.actions[e].owner for action, e in pairs), len(pairs))


def score_dues(minutes: Minutes, gold: Gold, meeting: Meeting) -> Rate:
    """Over matched actions: the same ISO date, or both null."""
    pairs = matched_actions(minutes, gold, meeting)
    return Rate(sum(action.due.on == gold.actions[e].due for action, e in pairs), len(pairs))


def score_carry_over(minutes: Minutes, gold: Gold) -> Rate:
    """Over the open items of last time: the right status, and the right new date of a re-dated one."""
    told = {c.id: c for c in minutes.carry_over}
    right = sum(
        (found := told.get(row.id)) is not None
        and found.status == row.status
        and (row.status != "redated" or found.new_due == row.new_due)
        for row in gold.carry_over
    )
    return Rate(right, len(gold.carry_over))


def _item(action: Action) -> Item:
    return Item(action.task, _ids(action.evidence))


def _ids(evidence: tuple[Evidence, ...]) -> tuple[int, ...]:
    return tuple(e.utterance for e in evidence)


def _language(meeting: Meeting) -> Language:
    return meeting.language or "en"

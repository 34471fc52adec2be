"""Minutes laid beside the gold, field by field: which items are the same, which are missed, which are extra."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eval.cases import Case, Gold
from eval.scorers.counts import Matches
from eval.scorers.matching import SAME_TEXT, Item, evidence_meets, match, normalized, plain_value, text_f1
from pipeline.minutes import Action, Evidence, Minutes
from pipeline.transcript import Language

ITEM_FIELDS = ("actions", "decisions", "kpis", "issues", "feedback")
"""Fields whose items are found or missed; the open items of last time, ``carry_over``, are given."""

MORE_THAN_HALF = 0.5


@dataclass(frozen=True)
class Pairs:
    """One field of a case.

    Attributes:
        said: The items of the minutes.
        gold: The correct ones.
        pairs: Index pairs (said, gold) of those that are the same, one to one.
        language: Of the meeting.
    """

    said: tuple[Item, ...]
    gold: tuple[Item, ...]
    pairs: tuple[tuple[int, int], ...]
    language: Language

    @property
    def counts(self) -> Matches:
        """How many were found, told, and to be found."""
        return Matches(len(self.pairs), len(self.said), len(self.gold))

    @property
    def missed(self) -> tuple[int, ...]:
        """Indexes of gold items that are not in the minutes."""
        found = {g for _, g in self.pairs}
        return tuple(i for i in range(len(self.gold)) if i not in found)

    @property
    def extra(self) -> tuple[int, ...]:
        """Indexes of items in the minutes that are not in the gold."""
        found = {s for s, _ in self.pairs}
        return tuple(i for i in range(len(self.said)) if i not in found)

    def wrong(self, said: int, gold: int) -> tuple[str, ...]:
        """Names of the details in which two paired items differ."""
        told = self.said[said].details
        return tuple(
            name
            for name, right in self.gold[gold].details.items()
            if not _same_detail(name, told.get(name), right, self.language)
        )


def pair(minutes: Minutes, case: Case) -> dict[str, Pairs]:
    """Pairs the items of every field, and the open items of last time by their ids."""
    language, gold = case.transcript.language, gold_items(case.gold)
    said = said_items(minutes, case)
    paired = {
        field: Pairs(said[field], gold[field], match(said[field], gold[field], language), language)
        for field in ITEM_FIELDS
    }
    return {**paired, "carry_over": _carried(minutes, case)}


def said_items(minutes: Minutes, case: Case) -> Mapping[str, tuple[Item, ...]]:
    """The items of the minutes by field, as the matching sees them."""
    return {
        "actions": tuple(
            Item(a.task, _ids(a.evidence), details={"owner": a.owner, "due": _day(a.due.on)})
            for a in counted_actions(minutes, case)
        ),
        "decisions": tuple(Item(d.text, _ids(d.evidence)) for d in minutes.decisions),
        "kpis": tuple(
            _figure(k.metric, _ids(k.evidence), k.value + (k.unit or ""), k.period) for k in minutes.kpis
        ),
        "issues": tuple(
            Item(i.problem, _ids(i.evidence), details={"status": i.status}) for i in minutes.issues
        ),
        "feedback": tuple(Item(f.text, _ids(f.evidence), details={"kind": f.kind}) for f in minutes.feedback),
    }


def gold_items(gold: Gold) -> Mapping[str, tuple[Item, ...]]:
    """The correct items by field, as the matching sees them."""
    return {
        "actions": tuple(
            Item(a.task, a.evidence, details={"owner": a.owner, "due": _day(a.due)}) for a in gold.actions
        ),
        "decisions": tuple(Item(d.text, d.evidence) for d in gold.decisions),
        "kpis": tuple(_figure(k.metric, k.evidence, k.value, k.period) for k in gold.kpis),
        "issues": tuple(Item(i.problem, i.evidence, details={"status": i.status}) for i in gold.issues),
        "feedback": tuple(Item(f.text, f.evidence, details={"kind": f.kind}) for f in gold.feedback),
    }


def counted_actions(minutes: Minutes, case: Case) -> tuple[Action, ...]:
    """The actions of the minutes without those that repeat a re-dated open item (neither hit nor mistake)."""
    tasks = {o.id: o.task for o in case.meeting.open_actions}
    redated = [(tasks.get(c.id, ""), c.evidence) for c in case.gold.carry_over if c.status == "redated"]

    def repeats(action: Action) -> bool:
        return any(
            evidence_meets(_ids(action.evidence), evidence)
            and text_f1(action.task, task, case.transcript.language) >= SAME_TEXT
            for task, evidence in redated
        )

    return tuple(a for a in minutes.actions if not repeats(a))


def _carried(minutes: Minutes, case: Case) -> Pairs:
    tasks = {o.id: o.task for o in case.meeting.open_actions}
    rows = case.gold.carry_over
    told = {c.id: c for c in minutes.carry_over}
    known = [(row, told[row.id]) for row in rows if row.id in told]
    said = tuple(
        Item(c.task, _ids(c.evidence), details={"status": c.status, "new_due": _day(c.new_due)})
        for _, c in known
    )
    gold = tuple(
        # A new date counts for a re-dated item alone.
        Item(
            tasks.get(r.id, r.id),
            r.evidence,
            details={
                "status": r.status,
                **({"new_due": _day(r.new_due)} if r.status == "redated" else {}),
            },
        )
        for r in rows
    )
    pairs = tuple((at, rows.index(row)) for at, (row, _) in enumerate(known))
    return Pairs(said, gold, pairs, case.transcript.language)


def _figure(metric: str, evidence: tuple[int, ...], value: str, period: str | None) -> Item:
    return Item(metric, evidence, value, {"value": plain_value(value), "period": period})


def _same_detail(name: str, said: str | None, gold: str | None, language: Language) -> bool:
    if name != "period" or said is None or gold is None:
        return said == gold
    # "at 30 November" is "30 November"; "last week" is not "this week".
    return normalized(said) == normalized(gold) or text_f1(said, gold, language) > MORE_THAN_HALF


def _ids(evidence: tuple[Evidence, ...]) -> tuple[int, ...]:
    return tuple(e.utterance for e in evidence)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

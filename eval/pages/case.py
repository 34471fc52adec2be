"""What the page of one case shows: its transcript with marks, and gold and result item by item."""

from collections.abc import Iterator
from dataclasses import dataclass

from eval.outcomes import Outcome
from eval.report import CaseResult
from eval.score import COSTS
from eval.scorers.items import holds
from eval.scorers.matching import Item, text_recall
from eval.scorers.pairing import Pairs
from eval.scorers.sections import kinds_of
from eval.scorers.summaries import COVERED, facts_of, told_in
from eval.table import LABELS
from pipeline.minutes import KINDS, Evidence, Kind, Support

TITLES = {**LABELS, "carry_over": "open items"}
NOTHING = "–"


@dataclass(frozen=True)
class Detail:
    """One detail of an item; ``wrong`` where it differs from the other side's."""

    name: str
    value: str
    wrong: bool


@dataclass(frozen=True)
class Side:
    """An item as gold or result."""

    text: str
    evidence: tuple[int, ...]
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class PairRow:
    """A gold item, the item of the result that it was paired with, or one of them alone."""

    anchor: str
    name: str
    state: str
    said_state: str
    gold: Side | None
    result: Side | None
    unsupported: bool


@dataclass(frozen=True)
class FieldView:
    """All items of one field."""

    title: str
    counts: str
    rows: tuple[PairRow, ...]


@dataclass(frozen=True)
class Mark:
    """A sign beside an utterance that an item rests on."""

    anchor: str
    name: str
    state: str


@dataclass(frozen=True)
class LineView:
    """One utterance with its labels and marks."""

    id: int
    speaker: str | None
    text: str
    gold: Kind
    said: Kind
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Fact:
    """A fact of the gold, and whether any summary tells it."""

    text: str
    told: bool


@dataclass(frozen=True)
class SectionView:
    """A section's summary beside the facts it should tell."""

    kind: Kind
    summary: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class CaseView:
    """Everything on the page."""

    id: str
    title: str
    language: str
    held_on: str | None
    scores: tuple[tuple[str, str], ...]
    lines: tuple[LineView, ...]
    fields: tuple[FieldView, ...]
    sections: tuple[SectionView, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Of all sections."""
        return tuple(fact for section in self.sections for fact in section.facts)

    @property
    def told(self) -> int:
        """How many of them are told."""
        return sum(fact.told for fact in self.facts)


def case_view(result: CaseResult) -> CaseView:
    """Lays a case's result beside its gold."""
    case = result.case
    fields = tuple(_field(name, pairs, result) for name, pairs in result.paired.items())
    return CaseView(
        id=case.id,
        title=case.meeting.title or case.id,
        language=case.transcript.language,
        held_on=case.meeting.held_on.isoformat() if case.meeting.held_on else None,
        scores=tuple(_scores(result)),
        lines=tuple(_lines(result, fields)),
        fields=fields,
        sections=tuple(_sections(result)),
    )


def _scores(result: CaseResult) -> Iterator[tuple[str, str]]:
    for name, matches in result.scores.items.items():
        if matches.f1 is not None:
            yield TITLES[name], f"{matches.f1:.2f}"
    for name, rate in result.scores.rates.items():
        if rate.rate is not None:
            yield TITLES[name], f"{rate.rate:,.1f}" if name in COSTS else f"{rate.rate:.2f}"


def _field(name: str, pairs: Pairs, result: CaseResult) -> FieldView:
    said = {g: s for s, g in pairs.pairs}
    unsupported = _unsupported(name, result)
    rows = [_row(name, f"g{g}", pairs, said.get(g), g, unsupported) for g in range(len(pairs.gold))]
    rows += [_row(name, f"x{s}", pairs, s, None, unsupported) for s in pairs.extra]
    rows.sort(key=_first)
    counts = f"{len(pairs.pairs)} of {len(pairs.gold)} found, {len(pairs.extra)} not in the gold"
    return FieldView(TITLES[name], counts, tuple(rows))


def _row(
    name: str, number: str, pairs: Pairs, said: int | None, gold: int | None, unsupported: frozenset[str]
) -> PairRow:
    wrong = pairs.wrong(said, gold) if said is not None and gold is not None else ()
    if gold is None:
        state, told = "extra", "not in the gold"
    else:
        found = Outcome(field=name, text="", found=said is not None, wrong=wrong)
        state = "right" if found.right else "wrong" if found.found else "missed"
        told = found.state
    result = pairs.said[said] if said is not None else None
    return PairRow(
        anchor=f"{name}-{number}",
        name=TITLES[name],
        state=state,
        said_state=told,
        gold=_side(pairs.gold[gold], wrong) if gold is not None else None,
        result=_side(result, wrong) if result else None,
        unsupported=result is not None and result.text in unsupported,
    )


def _side(item: Item, wrong: tuple[str, ...]) -> Side:
    details = tuple(
        Detail(name.replace("_", " "), (item.value if name == "value" else value) or NOTHING, name in wrong)
        for name, value in item.details.items()
    )
    return Side(item.text, item.evidence, details)


def _first(row: PairRow) -> int:
    """Items stand in the order they were said; those that nobody mentioned last."""
    side = row.gold if row.gold and row.gold.evidence else row.result
    return min(side.evidence, default=10**9) if side else 10**9


def _unsupported(field: str, result: CaseResult) -> frozenset[str]:
    """Texts of the items of a field whose evidence does not hold."""
    heard, minutes = result.heard or result.case.transcript, result.minutes
    items: dict[str, list[tuple[str, tuple[Evidence, ...], Support | None]]] = {
        "actions": [(a.task, a.evidence, a.support) for a in minutes.actions],
        "decisions": [(d.text, d.evidence, d.support) for d in minutes.decisions],
        "kpis": [(k.metric, k.evidence, k.support) for k in minutes.kpis],
        "issues": [(i.problem, i.evidence, i.support) for i in minutes.issues],
        "feedback": [(f.text, f.evidence, f.support) for f in minutes.feedback],
    }
    rows = items.get(field, [])
    return frozenset(text for text, evidence, support in rows if not holds(evidence, support, heard))


def _lines(result: CaseResult, fields: tuple[FieldView, ...]) -> Iterator[LineView]:
    marks: dict[int, list[Mark]] = {}
    for row in (row for field in fields for row in field.rows):
        side = row.gold or row.result
        for utterance in side.evidence if side else ():
            marks.setdefault(utterance, []).append(Mark(row.anchor, row.name, row.state))
    told = kinds_of(result.told, len(result.case.transcript.utterances))
    for u, gold, said in zip(result.case.transcript.utterances, result.case.gold.kinds, told, strict=True):
        yield LineView(u.id, u.speaker, u.text, gold, said, tuple(marks.get(u.id, ())))


def _sections(result: CaseResult) -> Iterator[SectionView]:
    language, sections = result.case.transcript.language, {s.kind: s for s in result.minutes.sections}
    said = [sentence for section in sections.values() for sentence in told_in(section)]
    for kind in KINDS:
        facts = tuple(
            Fact(text, any(text_recall(text, sentence, language) >= COVERED for sentence in said))
            for text in facts_of(result.case.gold)[kind]
        )
        yield SectionView(kind, sections[kind].summary, facts)

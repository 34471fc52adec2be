"""Rows of an answer as items of a reading: same words, evidence with its quotes, a figure divided from its unit."""

from pipeline.meeting import OpenAction
from pipeline.minutes import (
    Action,
    CarryOver,
    Decision,
    Due,
    Evidence,
    Feedback,
    Issue,
    Kpi,
    Point,
    Remark,
    Report,
)
from pipeline.people.lexicon import sentence
from pipeline.quantities import find_quantities
from pipeline.quoting import find_verbatim
from pipeline.scribes.llm.answers import (
    Change,
    Found,
    FoundAction,
    FoundCarryOver,
    FoundDecision,
    FoundFeedback,
    FoundIssue,
    FoundKpi,
    FoundPoint,
    FoundRemark,
    FoundReport,
    FoundText,
)
from pipeline.transcript import Language, Transcript

NO_DUE = {"zh": "没有说期限", "en": "no deadline said"}

Proof = tuple[Evidence, ...]


def proof_of(found: Found, transcript: Transcript) -> Proof:
    """The named lines, the quoted one with its quote.

    A quote that stands in none of them is kept with every line: grounding then finds it in none, and the item leaves
    the minutes.
    """
    utterances = transcript.utterances
    ids = [i for i in sorted(set(found.ids)) if i < len(utterances)]
    quoted = next((i for i in ids if find_verbatim(found.quote, utterances[i].text)), None)
    if quoted is None:
        return tuple(Evidence(utterance=i, quote=found.quote) for i in (ids or found.ids[:1]))
    return tuple(Evidence(utterance=i, quote=found.quote if i == quoted else utterances[i].text) for i in ids)


def decision_of(found: FoundDecision, number: str, proof: Proof) -> Decision:
    """A decision."""
    return Decision(id=number, text=found.text, made_by=found.made_by, evidence=proof)


def action_of(found: FoundAction, number: str, proof: Proof, language: Language) -> Action:
    """An action, owner and date still to be resolved; where the model found none, with a reason that says so."""
    return Action(
        id=number,
        task=found.task,
        owner=found.owner,
        owner_phrase=found.owner_words,
        owner_reason=None if found.owner else sentence(language, "nobody"),
        due=Due(phrase=found.due_words, reason=None if found.due_words else NO_DUE[language]),
        priority="high" if found.urgent else None,
        evidence=proof,
    )


def issue_of(found: FoundIssue, number: str, proof: Proof) -> Issue:
    """An issue or risk."""
    return Issue(
        id=number,
        kind=found.kind,
        problem=found.problem,
        solution=found.solution,
        status=found.status,
        owner=found.owner,
        evidence=proof,
    )


def kpi_of(found: FoundKpi, number: str, proof: Proof) -> Kpi:
    """A figure of an indicator."""
    value, unit = _figure(found.value)
    return Kpi(
        id=number,
        metric=found.metric,
        value=value,
        unit=unit,
        period=found.period,
        change=found.change,
        basis=found.basis,
        target=found.target,
        department=found.department,
        evidence=proof,
    )


def report_of(found: FoundReport, number: str, proof: Proof) -> Report:
    """What one department told."""
    return Report(
        id=number,
        department=found.department,
        reporter=found.reporter,
        done=tuple(found.done),
        problems=tuple(found.problems),
        next=tuple(found.next),
        evidence=proof,
    )


def feedback_of(found: FoundFeedback, number: str, proof: Proof) -> Feedback:
    """Praise, feedback or a suggestion."""
    return Feedback(id=number, kind=found.kind, text=found.text, evidence=proof)


def remark_of(found: FoundRemark, number: str, proof: Proof) -> Remark:
    """Something else worth keeping."""
    return Remark(id=number, kind=found.kind, text=found.text, evidence=proof)


def point_of(found: FoundPoint | FoundText, proof: Proof) -> Point:
    """One sentence of a section."""
    return Point(text=found.text, evidence=proof)


def carry_over_of(opened: OpenAction, found: FoundCarryOver | None, proof: Proof) -> CarryOver:
    """What became of an open item; None where nobody mentioned it."""
    redated = found is not None and found.status == "redated"
    return CarryOver(
        id=opened.id,
        task=opened.task,
        owner=opened.owner,
        status=found.status if found else "not_mentioned",
        new_due_phrase=found.new_due_words if found and redated else None,
        slips=opened.slips + redated,
        evidence=proof,
    )


def changed(action: Action, change: Change, more: Proof) -> Action:
    """An action with another date, another owner, or both."""
    handed_over = change.change == "reassigned" or change.owner is not None
    owner, words = (change.owner, change.owner_words) if handed_over else (action.owner, action.owner_phrase)
    return action.model_copy(
        update={
            "due": Due(phrase=change.due_words) if change.due_words else action.due,
            "owner": owner,
            "owner_phrase": words,
            "owner_reason": None if owner else action.owner_reason,
            "evidence": united(action.evidence, more),
        }
    )


def united(old: Proof, new: Proof) -> Proof:
    """The evidence of both, in the order it was said."""
    by_id = {e.utterance: e for e in (*new, *old)}
    return tuple(by_id[i] for i in sorted(by_id))


def _figure(text: str) -> tuple[str, str | None]:
    """Value and unit of a figure as a model wrote it; what is more than one number and its unit stays whole."""
    bare = text.strip().lstrip("+-−").strip()
    found = find_quantities(bare)
    if len(found) != 1 or _compact(found[0].text) != _compact(bare):
        return text.strip(), None
    sign = "-" if text.strip()[0] in "-−" else ""
    return sign + found[0].value, found[0].unit


def _compact(text: str) -> str:
    return "".join(text.split()).replace(",", "").casefold()

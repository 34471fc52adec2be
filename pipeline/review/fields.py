"""The fields people may change, what each takes, and how it is read from and written into the minutes."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import to_json, to_jsonable_python

from pipeline.errors import InputError
from pipeline.meeting import AgendaItem, Meeting, Participant
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
    Section,
)
from pipeline.review.content import (
    ActionContent,
    Attendee,
    CarryOverContent,
    Content,
    Deadline,
    DecisionContent,
    FeedbackContent,
    IssueContent,
    KpiContent,
    List,
    MeetingContent,
    Proof,
    Proofs,
    RemarkContent,
    ReportContent,
    SectionContent,
    Statement,
    Topic,
)
from pipeline.review.edits import FieldValue
from pipeline.review.things import CLAIMS, LIST_OF, Item, Thing
from pipeline.transcript import Value

Some = TypeVar("Some", bound=Thing)
Prove = Callable[[Sequence[Proof]], tuple[Evidence, ...]]
"""Looks quotes and times of proofs up in the transcript."""

EVIDENCE = "evidence"

_CONTENT: dict[type[Thing], type[Value]] = {
    Action: ActionContent,
    Decision: DecisionContent,
    Kpi: KpiContent,
    Issue: IssueContent,
    Report: ReportContent,
    Feedback: FeedbackContent,
    Remark: RemarkContent,
    CarryOver: CarryOverContent,
    Section: SectionContent,
    Meeting: MeetingContent,
}
_KINDS: dict[List, type[Item]] = {field: kind for kind, field in LIST_OF.items()}


def fields_of(kind: type[Thing]) -> tuple[str, ...]:
    """The fields of a kind of thing that people may change; of a deadline both parts as one."""
    return tuple(name for name in _adapters(kind) if "." not in name)


def read(thing: Thing, field: str) -> JsonValue:
    """The value of a field as an edit carries it."""
    whole, _, part = field.partition(".")
    value = getattr(thing, whole)
    if whole == EVIDENCE:
        return _proofs(value)
    if whole == "points":
        return [{"text": point.text, "evidence": _proofs(point.evidence)} for point in value]
    return to_jsonable_python(getattr(value, part) if part else value)


def checked(ref: str, kind: type[Thing], field: str, value: FieldValue) -> Any:
    """A value in the type that the field takes.

    Raises:
        InputError: There is no such field, or it takes something else.
    """
    adapter = _adapters(kind).get(field)
    if adapter is None:
        raise InputError(f"“{ref}” has no field “{field}” that can be changed.")
    try:
        return adapter.validate_json(to_json(value), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([field, *(str(part) for part in first["loc"])])
        why = first["msg"].removeprefix("Value error, ")
        raise InputError(f"“{place}” of “{ref}” cannot be that: {why[:1].lower()}{why[1:]}.") from error


def written(thing: Some, field: str, value: Any, prove: Prove) -> Some:
    """A thing with another value, one that ``checked`` gave, in one of its fields.

    A reason tells how code came to an owner or a day, and ``support`` whether the quotes carry the words:
    neither outlives a change by hand.
    """
    whole, _, part = field.partition(".")
    stored = _stored(value, prove)
    if part:
        stored = getattr(thing, whole).model_copy(update={part: stored, "reason": None})
    update: dict[str, object] = {whole: stored}
    if isinstance(thing, Action) and whole == "owner":
        update["owner_reason"] = None
    if isinstance(thing, Meeting) and whole == "held_on":
        # Who writes the day down has confirmed it.
        update["date_source"] = "given" if value is not None else None
    if type(thing) in CLAIMS and whole in (*CLAIMS[type(thing)], EVIDENCE):
        update["support"] = None
    return thing.model_copy(update=update)


def content_of(item: Item) -> Content:
    """What an item says, without its id and proof.

    Raises:
        ValidationError: It says more than a person may write.
    """
    kind = type(item)
    said = {name: read(item, name) for name in fields_of(kind) if name != EVIDENCE}
    return _contents().validate_json(to_json({**said, "list": LIST_OF[kind]}))


def item_of(content: Content, ref: str, evidence: tuple[Evidence, ...]) -> Item:
    """A new item that says so."""
    named = {name: getattr(content, name) for name in type(content).model_fields if name != "list"}
    said = {name: _stored(value, lambda _: ()) for name, value in named.items()}
    return _KINDS[content.list].model_validate({**said, "id": ref, "evidence": evidence})


@cache
def _contents() -> TypeAdapter[Content]:
    return TypeAdapter(Content)


@cache
def _adapters(kind: type[Thing]) -> dict[str, TypeAdapter[Any]]:
    """What each field of a kind of thing takes."""
    hints = get_type_hints(_CONTENT[kind], include_extras=True)
    takes = {name: hints[name] for name in _CONTENT[kind].model_fields if name != "list"}
    if kind is Action:
        due = get_type_hints(Deadline, include_extras=True)
        takes |= {"due.on": due["on"], "due.phrase": due["phrase"]}
    if kind not in (Section, Meeting):
        takes[EVIDENCE] = Proofs
    return {name: TypeAdapter(hint) for name, hint in takes.items()}


def _proofs(evidence: Sequence[Evidence]) -> list[JsonValue]:
    """Evidence as an edit carries it: its times are the transcript's."""
    return [{"utterance": e.utterance, "quote": e.quote} for e in evidence]


def _stored(value: Any, prove: Prove) -> Any:
    """A value as the minutes keep it."""
    match value:
        case Deadline():
            return Due(phrase=value.phrase, on=value.on, reason=value.reason)
        case Statement():
            return Point(text=value.text, evidence=prove(value.evidence))
        case Attendee():
            return Participant(
                name=value.name, aliases=value.aliases, title=value.title, department=value.department
            )
        case Topic():
            return AgendaItem(topic=value.topic, minutes=value.minutes)
        case tuple():
            parts = cast(tuple[Any, ...], value)
            if parts and isinstance(parts[0], Proof):
                return prove(parts)
            return tuple(_stored(part, prove) for part in parts)
        case _:
            return value

"""The stages ran again on a corrected transcript: what they say differently is offered, never done."""

from collections.abc import Iterator

from pydantic import JsonValue, ValidationError
from pydantic_core import to_jsonable_python

from pipeline.errors import InputError
from pipeline.minutes import Action, Due, Minutes
from pipeline.review.alignment import align
from pipeline.review.content import LISTS, List, Proof
from pipeline.review.edits import Add, Change, Mark
from pipeline.review.fields import EVIDENCE, checked, content_of, fields_of, read
from pipeline.review.lineage import Lineage
from pipeline.review.review import Review
from pipeline.review.things import Item, Thing, items_in, named, text_field
from pipeline.transcript import Value


class Proposal(Value):
    """Something the stages see otherwise now.

    Attributes:
        edit: Carries it out; who does not want it records a ``Decline`` of this edit.
        now: What the review says: a value, the state of an item that would be rejected, None for a new item.
        proposed: What the stages say.
        touched: Whether a person wrote what would be changed, or accepted the item.
        reason: Why the stages say so, where they tell.
    """

    edit: Change | Mark | Add
    now: JsonValue
    proposed: JsonValue
    touched: bool
    reason: str | None = None


def propose(draft: Minutes, fresh: Minutes, review: Review) -> tuple[Proposal, ...]:
    """What a new run says that neither the draft nor the review does.

    Three sides: the draft is where both come from, the new run is one, the review the other. Where the new run says
    what the draft said, it has nothing to say against a person. Facts of the meeting are given to a run: they are
    not proposed. Rejected items are left alone, and so is what people added or split off themselves. What is
    longer than a person may write is not offered.

    Args:
        draft: The minutes that the review began with.
        fresh: What the stages make of the review's transcript and facts; ids may have shifted.
        review: What people made of the draft.

    Returns:
        Changes of sections, then for every list changes, rejections and new items, then what was left open last
        time. Declined ones are left out.
    """
    lineage = Lineage(review)
    found = (
        *_of_same_name(draft, fresh, lineage, "section:"),
        *(proposal for field in LISTS for proposal in _of_list(field, draft, fresh, lineage)),
        *_of_same_name(draft, fresh, lineage, "carry_over:"),
    )
    declined = [_wish(edit) for edit in review.declined]
    return tuple(proposal for proposal in found if _wish(proposal.edit) not in declined)


def _of_same_name(draft: Minutes, fresh: Minutes, lineage: Lineage, prefix: str) -> Iterator[Proposal]:
    """Changes of what both runs call by the same name: sections, and what was left open last time."""
    said = dict(named(fresh))
    for ref, before in named(draft):
        if ref.startswith(prefix) and ref in said:
            yield from _changes(ref, before, said[ref], lineage)


def _of_list(field: List, draft: Minutes, fresh: Minutes, lineage: Lineage) -> Iterator[Proposal]:
    # What was proposed once and taken is the stages' own, as the draft is.
    before = (*items_in(draft, field), *lineage.taken(field))
    after = items_in(fresh, field)
    pairs = dict(align(before, after))
    known = {old.id for at, old in enumerate(before) if at in pairs}
    for at, old in enumerate(before):
        for ref in lineage.heirs(old.id):
            if at in pairs:
                yield from _changes(ref, old, after[pairs[at]], lineage)
            elif ref == old.id and not lineage.sources(ref) & known:
                yield from _rejection(ref, lineage)
    new = [item for at, item in enumerate(after) if at not in pairs.values()]
    theirs = {at for _, at in align(lineage.own(field), new)}
    for at, item in enumerate(new):
        if at not in theirs:
            yield from _addition(item)


def _rejection(ref: str, lineage: Lineage) -> Iterator[Proposal]:
    state = lineage.state(ref)
    if state != "rejected":
        edit = Mark(item=ref, state="rejected", proposed=True)
        yield Proposal(edit=edit, now=state, proposed="rejected", touched=lineage.touched(ref))


def _addition(item: Item) -> Iterator[Proposal]:
    try:
        proofs = tuple(Proof(utterance=e.utterance, quote=e.quote) for e in item.evidence)
        edit = Add(content=content_of(item), evidence=proofs, proposed=True)
    except ValidationError:
        return
    yield Proposal(edit=edit, now=None, proposed=to_jsonable_python(edit.content), touched=False)


def _changes(ref: str, old: Thing, new: Thing, lineage: Lineage) -> Iterator[Proposal]:
    """Fields in which a new run differs from the old one and from what the review says."""
    ours = lineage.things[ref]
    if lineage.state(ref) == "rejected":
        return
    for field in fields_of(type(ours)):
        if not _is_of_the_stages(ref, field, ours, new, lineage):
            continue
        touched = lineage.wrote(ref, field)
        before, after, now = (_essence(thing, field) for thing in (old, new, ours))
        if after in (before, now) or (touched and _same_deadline(new, ours, field)):
            continue
        if (edit := _change(ref, ours, field, read(new, field))) is not None:
            yield Proposal(
                edit=edit,
                now=read(ours, field),
                proposed=read(new, field),
                touched=touched or lineage.state(ref) == "accepted",
                reason=_reason(new, field),
            )


def _is_of_the_stages(ref: str, field: str, ours: Thing, new: Thing, lineage: Lineage) -> bool:
    """Whether a field is one that a new run may speak about, and not what people made by joining and splitting."""
    if field == text_field(type(ours)):
        return not lineage.is_part(ref)
    if field == EVIDENCE:
        return not lineage.sources(ref)
    if field == "department" and isinstance(ours, Action) and isinstance(new, Action):
        return ours.owner == new.owner  # else it is another's, or follows from the owner that is proposed
    return True


def _essence(thing: Thing, field: str) -> JsonValue:
    """What must differ for a proposal: why a day was found is nothing by itself, why none was is."""
    if field == "due" and isinstance(thing, Action) and thing.due.on is not None:
        return _without_reason(thing.due)
    return read(thing, field)


def _same_deadline(new: Thing, ours: Thing, field: str) -> bool:
    """Whether two deadlines differ at most in their reasons."""
    if field != "due" or not isinstance(new, Action) or not isinstance(ours, Action):
        return False
    return _without_reason(new.due) == _without_reason(ours.due)


def _without_reason(due: Due) -> JsonValue:
    return [due.phrase, to_jsonable_python(due.on)]


def _change(ref: str, ours: Thing, field: str, value: JsonValue) -> Change | None:
    """The edit that writes a value; None where no person could write it."""
    try:
        edit = Change.model_validate(
            {"item": ref, "field": field, "before": read(ours, field), "after": value, "proposed": True}
        )
        checked(ref, type(ours), field, edit.after)
    except (ValidationError, InputError):
        return None
    return edit


def _reason(new: Thing, field: str) -> str | None:
    if not isinstance(new, Action):
        return None
    return {"due": new.due.reason, "owner": new.owner_reason}.get(field)


def _wish(edit: Change | Mark | Add) -> JsonValue:
    """What an edit would bring about, however it is quoted and whatever it is to replace."""
    match edit:
        case Change():
            return [edit.item, edit.field, to_jsonable_python(edit.after)]
        case Mark():
            return [edit.item, edit.state]
        case Add():
            said: list[JsonValue] = [proof.utterance for proof in edit.evidence]
            return [to_jsonable_python(edit.content), said]

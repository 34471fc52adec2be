"""Each edit, carried out on the desk."""

from pipeline.errors import InputError
from pipeline.review.desk import Desk
from pipeline.review.edits import (
    Add,
    Change,
    Correct,
    Decline,
    Entry,
    Mark,
    Merge,
    Reassign,
    Rename,
    Split,
    Undo,
)
from pipeline.review.fields import EVIDENCE, checked, item_of, written
from pipeline.review.joining import missing_taken, split_into, united
from pipeline.review.review import Gone, Made, Standing
from pipeline.review.things import LIST_OF, CarryOver, Item, text_field
from pipeline.transcript import Utterance


def carry_out(entry: Entry, desk: Desk) -> None:
    """Does what an entry says; an undo is done by leaving out what it names.

    Raises:
        InputError: It names what is not there, or a field takes something else.
    """
    match entry.edit:
        case Change() as edit:
            _change(edit, entry, desk)
        case Mark() as edit:
            _mark(edit, entry, desk)
        case Add() as edit:
            _add(edit, entry, desk)
        case Merge() as edit:
            _merge(edit, entry, desk)
        case Split() as edit:
            _split(edit, entry, desk)
        case Correct() as edit:
            # The words' times are those of what was misheard.
            _reline(edit.utterance, "text", {"text": edit.after, "words": ()}, entry, desk)
        case Reassign() as edit:
            _reline(edit.utterance, "speaker", {"speaker": edit.after}, entry, desk)
        case Rename() as edit:
            _rename(edit, desk)
        case Decline() as edit:
            desk.declined.append(edit.edit)
        case Undo():
            pass


def made_refs(entry: Entry, prefix: str) -> tuple[str, ...]:
    """Ids of the items that an entry makes."""
    match entry.edit:
        case Add():
            return (f"{prefix}{entry.number}",)
        case Split(texts=texts):
            return tuple(f"{prefix}{entry.number}-{part}" for part in range(1, len(texts) + 1))
        case _:
            return ()


def _change(edit: Change, entry: Entry, desk: Desk) -> None:
    thing = desk.thing(edit.item)
    value = checked(edit.item, type(thing), edit.field, edit.after)
    desk.things[edit.item] = written(thing, edit.field, value, desk.prove)
    desk.touch(edit.item, edit.field, entry)


def _mark(edit: Mark, entry: Entry, desk: Desk) -> None:
    thing = desk.thing(edit.item)
    if not isinstance(thing, CarryOver):
        desk.item(edit.item)
    elif edit.state == "rejected":
        raise InputError(f"“{edit.item}” was left open last time: change its status instead of rejecting it.")
    desk.standings[edit.item] = Standing(
        item=edit.item, state=edit.state, reason=edit.reason, by=entry.by, at=entry.at
    )


def _add(edit: Add, entry: Entry, desk: Desk) -> None:
    (ref,) = made_refs(entry, desk.prefix)
    item = item_of(edit.content, ref, desk.prove(edit.evidence))
    desk.insert(item)
    desk.made.append(Made(first=item, proposed=edit.proposed))
    desk.standings[ref] = Standing(item=ref, state="accepted", by=entry.by, at=entry.at)


def _merge(edit: Merge, entry: Entry, desk: Desk) -> None:
    kept = _not_rejected(edit.item, desk)
    if len({edit.item, *edit.others}) <= len(edit.others):
        raise InputError(f"“{edit.item}” cannot be merged with itself, nor with another item twice.")
    for ref in edit.others:
        other = _not_rejected(ref, desk)
        if type(other) is not type(kept):
            lists = f"{LIST_OF[type(kept)]} and {LIST_OF[type(other)]}"
            raise InputError(f"“{edit.item}” and “{ref}” cannot be merged: one is of the {lists}.")
        taken = missing_taken(kept, other)
        for field in (*taken, EVIDENCE):
            desk.touch(edit.item, field, entry)
        evidence = united(kept.evidence, other.evidence)
        kept = kept.model_copy(update={**taken, "evidence": evidence})
        desk.put_in_place(ref, ())
        desk.gone[ref] = Gone(was=other, into=(edit.item,), number=entry.number, by=entry.by, at=entry.at)
    desk.things[edit.item] = kept


def _split(edit: Split, entry: Entry, desk: Desk) -> None:
    item = _not_rejected(edit.item, desk)
    refs = made_refs(entry, desk.prefix)
    parts = split_into(item, refs, edit.texts)
    desk.put_in_place(edit.item, parts)
    desk.gone[edit.item] = Gone(was=item, into=refs, number=entry.number, by=entry.by, at=entry.at)
    standing = desk.standing(edit.item)
    changed = [field for ref, field in desk.touches if ref == edit.item]
    for part in parts:
        desk.made.append(Made(first=part, proposed=False))
        desk.standings[part.id] = standing.model_copy(update={"item": part.id})
        for field in changed:
            touch = desk.touches[edit.item, field]
            desk.touches[part.id, field] = touch.model_copy(update={"thing": part.id})
        desk.touch(part.id, text_field(type(part)) or "", entry)


def _not_rejected(ref: str, desk: Desk) -> Item:
    item = desk.item(ref)
    if desk.standing(ref).state == "rejected":
        raise InputError(f"“{ref}” was rejected: take that back before it is merged or split.")
    return item


def _reline(utterance: int, field: str, update: dict[str, object], entry: Entry, desk: Desk) -> None:
    desk.line(utterance)
    desk.lines[utterance] = desk.lines[utterance].model_copy(update=update)
    desk.touch(f"utterance:{utterance}", field, entry)


def _rename(edit: Rename, desk: Desk) -> None:
    if edit.before not in desk.names:
        raise InputError(f"Nobody in the transcript is called “{edit.before}”.")

    def renamed(line: Utterance) -> Utterance:
        return line.model_copy(update={"speaker": edit.after}) if line.speaker == edit.before else line

    desk.lines = [renamed(line) for line in desk.lines]

"""Two people at once: does an edit run against one that its author had not seen?"""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue
from pydantic_core import to_json, to_jsonable_python

from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.review.desk import made_prefix
from pipeline.review.edits import (
    Change,
    Correct,
    Edit,
    Entry,
    Mark,
    Merge,
    Reassign,
    Rename,
    Split,
    Undo,
)
from pipeline.review.fields import checked, read
from pipeline.review.fold import fold
from pipeline.review.places import ALL, MARK, Place, last_meeting, places
from pipeline.review.review import Review
from pipeline.review.undoing import in_effect, may_be_undone, root_of
from pipeline.transcript import Transcript, Value


class Conflict(Value):
    """Why an edit was not taken: nothing of it is lost, its author decides anew.

    Attributes:
        what: ``changed``: somebody else has written there; ``gone``: the thing is not there any more;
            ``built_on``: a later edit builds on what was to be undone, and would have to be undone first.
        thing: An item, section or the meeting, ``utterance:12`` or ``speaker:S1``.
        field: Which of its fields; None for the thing as a whole.
        now: What it reads now.
        wanted: What it was to read.
        number: Of the entry that stands against it.
        by: Who made that entry.
        at: When.
    """

    what: Literal["changed", "gone", "built_on"]
    thing: str
    field: str | None
    now: JsonValue = None
    wanted: JsonValue = None
    number: int
    by: str
    at: datetime.datetime


Reads = Callable[[Review], JsonValue]


@dataclass(frozen=True)
class _Concern:
    """A place an edit is about, what a review reads there, and what it is to read.

    A line's speaker stands at another place too: among all lines of that speaker, which may be renamed.
    """

    thing: str
    field: str
    reads: Reads
    wanted: JsonValue = None
    also: Place | None = None

    @property
    def places(self) -> frozenset[Place]:
        return frozenset(place for place in ((self.thing, self.field), self.also) if place)


def conflict(
    draft: Minutes, transcript: Transcript, entries: Sequence[Entry], edit: Edit, made_against: int
) -> Conflict | None:
    """Whether an edit runs against what was done since its author last looked.

    It does where a later entry touched the same field and the field reads differently since, or where the thing
    is gone. Two people who want the same are no conflict, nor are two fields of one item. An undo runs against
    entries in effect that build on what it would take back.

    An edit without a conflict becomes an entry, and ``fold`` with that entry tells whether it can be carried out.

    Args:
        draft: As the stages made it.
        transcript: What it was made of.
        entries: All so far.
        edit: What somebody wants to do.
        made_against: Number of the last entry they had seen.

    Raises:
        InputError: The edit is about what was not there when it was made, or read differently then.
    """
    last = entries[-1].number if entries else 0
    if made_against > last:
        raise InputError(f"This edit was made against edit {made_against}; the last one is {last}.")
    by_number = {entry.number: entry for entry in entries}
    if isinstance(edit, Undo):
        return _built_on(edit, entries, by_number, made_prefix(draft))
    seen = fold(draft, transcript, [entry for entry in entries if entry.number <= made_against])
    concerns = tuple(_concerns(edit, seen))
    later = [entry for entry in entries if entry.number > made_against]
    if not later:
        return None
    now = fold(draft, transcript, entries)
    prefix = made_prefix(draft)
    for concern in concerns:
        met = last_meeting(concern.places, later, prefix, by_number)
        if met is not None and (found := _runs_against(concern, seen, now, met[0])) is not None:
            return found
    return None


def _runs_against(concern: _Concern, seen: Review, now: Review, against: Entry) -> Conflict | None:
    gone = seen.find(concern.thing) is not None and now.find(concern.thing) is None
    value = None if gone else concern.reads(now)
    if not gone and value in (concern.reads(seen), concern.wanted):
        return None
    return Conflict(
        what="gone" if gone else "changed",
        thing=concern.thing,
        field=None if concern.field == ALL else concern.field,
        now=value,
        wanted=concern.wanted,
        number=against.number,
        by=against.by,
        at=against.at,
    )


def _concerns(edit: Edit, seen: Review) -> Iterator[_Concern]:
    """What an edit is about, as its author saw it.

    Raises:
        InputError: It was not there, or read differently.
    """
    match edit:
        case Change(item=item, field=field, before=before, after=after):
            value = checked(item, type(seen.thing(item)), field, after)
            concern = _Concern(item, field, lambda r: read(r.thing(item), field), to_jsonable_python(value))
            yield _as_seen(concern, seen, to_jsonable_python(before))
        case Mark(item=item, state=state):
            seen.standing(item)
            yield _Concern(item, MARK, lambda r: r.standing(item).state, state)
        case Merge(item=item, others=others):
            yield _unrejected(item, seen)
            yield from (_as_it_was(ref, seen) for ref in others)
        case Split(item=item):
            yield _as_it_was(item, seen)
        case Correct(utterance=utterance, before=before, after=after):
            concern = _Concern(f"utterance:{utterance}", "text", lambda r: r.line(utterance).text, after)
            yield _as_seen(concern, seen, before)
        case Reassign(utterance=utterance, before=before, after=after):
            line = f"utterance:{utterance}"
            among = (f"speaker:{before}", f"#{utterance}") if before else None
            speaks = _Concern(line, "speaker", lambda r: r.line(utterance).speaker, after, among)
            yield _as_seen(speaks, seen, before)
        case Rename(before=before, after=after):
            yield _Concern(f"speaker:{before}", ALL, _called(before, seen), after)
        case _:
            return


def _as_seen(concern: _Concern, seen: Review, before: JsonValue) -> _Concern:
    if concern.reads(seen) != before:
        raise InputError(f"“{concern.field}” of “{concern.thing}” did not read {to_json(before).decode()}.")
    return concern


def _unrejected(item: str, seen: Review) -> _Concern:
    seen.standing(item)
    return _Concern(item, MARK, lambda r: "rejected" if r.standing(item).state == "rejected" else None)


def _as_it_was(item: str, seen: Review) -> _Concern:
    """All that an item says, and that it is not rejected: it goes, and nobody's work on it may go with it."""
    rejected = _unrejected(item, seen).reads

    def reads(review: Review) -> JsonValue:
        return rejected(review) or to_jsonable_python(review.thing(item))

    return _Concern(item, ALL, reads)


def _called(name: str, seen: Review) -> Reads:
    """What a speaker is called: another name only where no line has the old one any more."""
    theirs = [u.id for u in seen.transcript.utterances if u.speaker == name]
    if not theirs:
        raise InputError(f"Nobody in the transcript is called “{name}”.")

    def reads(review: Review) -> JsonValue:
        names = [review.line(utterance).speaker for utterance in theirs]
        return name if name in names else names[0]

    return reads


def _built_on(
    edit: Undo, entries: Sequence[Entry], by_number: Mapping[int, Entry], prefix: str
) -> Conflict | None:
    """The last entry in effect that builds on what an undo, or an undo of an undo, would change."""
    holding = in_effect(entries)
    may_be_undone(edit.number, by_number, holding)
    root = root_of(by_number[edit.number], by_number)
    touched = places(root, prefix, by_number)
    later = [
        entry
        for entry in entries
        if entry.number > root.number and entry.number in holding and not isinstance(entry.edit, Undo)
    ]
    met = last_meeting(touched, later, prefix, by_number)
    if met is None:
        return None
    against, (thing, field) = met
    return Conflict(
        what="built_on",
        thing=thing,
        field=None if field == ALL else field,
        number=against.number,
        by=against.by,
        at=against.at,
    )

"""Minutes under review, as they read after everything people did to them."""

import datetime

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.minutes import Check, Minutes
from pipeline.review.content import LISTS, List
from pipeline.review.edits import Add, Change, Mark, State
from pipeline.review.things import Item, Thing, items_in, named
from pipeline.transcript import Transcript, Utterance, Value


class Standing(Value):
    """What people think of one item.

    Attributes:
        item: Which.
        state: Who adds an item has accepted it; the parts of a split one stand as it did.
        reason: Why it was rejected, where that was said.
        by: Who marked it; None while nobody has.
        at: When.
        edited: Whether a person changed what it says, or a proposal to change it was agreed to.
    """

    item: str
    state: State = "unreviewed"
    reason: str | None = None
    by: str | None = None
    at: datetime.datetime | None = None
    edited: bool = False


class Touch(Value):
    """The last change in effect of one field of one thing, ``utterance:12`` being one too."""

    thing: str
    field: str
    number: int
    by: str
    at: datetime.datetime


class Gone(Value):
    """An item that others stand for now.

    Attributes:
        was: How it read last.
        into: The item that took it in, or the parts it was split into.
        number: Of the entry.
        by: Who did it.
        at: When.
    """

    was: Item
    into: tuple[str, ...]
    number: int
    by: str
    at: datetime.datetime


class Made(Value):
    """An item that is not the draft's: added or split off, as it read at first."""

    first: Item
    proposed: bool


class Review(Value):
    """The state that entries add up to.

    Attributes:
        minutes: As they now read. Rejected items are still among them; the checks are those of the draft, see
            ``with_checks``.
        transcript: As it now reads.
        standings: One an item, in the order of the minutes, then one for each that is left of last time.
        touches: What people changed, field by field.
        gone: Items that were merged or split.
        made: Items that people added or split off, also those that are gone since.
        declined: Proposals that nobody wants to see again.
        misquoted: Things that quote words which their corrected line no longer has.
        revision: Number of the last entry; 0 without any.
        undone: Numbers of the entries that are not in effect, undone undos too.
        depends: What reads differently from what the draft was made of: ``transcript`` or facts of the meeting,
            such as ``held_on``. Unless it is empty, minuting has something new to say.
    """

    minutes: Minutes
    transcript: Transcript
    standings: tuple[Standing, ...]
    touches: tuple[Touch, ...] = ()
    gone: tuple[Gone, ...] = ()
    made: tuple[Made, ...] = ()
    declined: tuple[Change | Mark | Add, ...] = ()
    misquoted: tuple[str, ...] = ()
    revision: int = 0
    undone: tuple[int, ...] = ()
    depends: tuple[str, ...] = ()

    def thing(self, ref: str) -> Thing:
        """What an edit names: an item, what is left of last time, a section, the meeting.

        Raises:
            InputError: There is none of that name, or not any more.
        """
        found = self.find(ref)
        if found is None:
            raise InputError(_missing(ref, self.gone))
        return found

    def find(self, ref: str) -> Thing | None:
        """What an edit names; None where there is none of that name."""
        return next((thing for name, thing in named(self.minutes) if name == ref), None)

    def standing(self, item: str) -> Standing:
        """What people think of an item.

        Raises:
            InputError: There is none of that name, or not any more.
        """
        for standing in self.standings:
            if standing.item == item:
                return standing
        self.thing(item)
        raise InputError(f"“{item}” is no item that is accepted or rejected.")

    def line(self, utterance: int) -> Utterance:
        """A line of the transcript as it now reads.

        Raises:
            InputError: There is none of that number.
        """
        if utterance >= len(self.transcript.utterances):
            raise InputError(f"The transcript has no line #{utterance}.")
        return self.transcript.utterances[utterance]

    def final(self) -> Minutes:
        """The minutes without the rejected items, for exports."""
        rejected = {s.item for s in self.standings if s.state == "rejected"}
        left: dict[List, tuple[Item, ...]] = {
            field: tuple(item for item in items_in(self.minutes, field) if item.id not in rejected)
            for field in LISTS
        }
        checks = tuple(check for check in self.minutes.checks if named_in(check) not in rejected)
        return self.minutes.model_copy(update={**left, "checks": checks})

    def with_checks(self, checks: tuple[Check, ...]) -> "Review":
        """The same review with checks that were made anew, of ``final()``."""
        return self.model_copy(update={"minutes": self.minutes.model_copy(update={"checks": checks})})


def named_in(check: Check) -> str | None:
    """The item that a check is about, as edits name it."""
    return f"carry_over:{check.about}" if check.kind.startswith("carry_over") else check.about


def changed_facts(before: Meeting, after: Meeting) -> tuple[str, ...]:
    """Facts that the minutes depend on and that differ; a title does not change what was meant."""
    # A day that was only the file's and is confirmed now lets deadlines be worked out.
    facts = ("language", "held_on", "cadence_days", "next_meeting", "participants", "agenda")
    differ = {name for name in facts if getattr(before, name) != getattr(after, name)}
    if before.date_source != after.date_source:
        differ.add("held_on")
    return tuple(name for name in facts if name in differ)


def _missing(ref: str, gone: tuple[Gone, ...]) -> str:
    went = next((g for g in gone if g.was.id == ref), None)
    if went is None:
        return f"There is nothing called “{ref}” in these minutes."
    return f"“{ref}” is not there any more: it became {', '.join(went.into)} in edit {went.number}."

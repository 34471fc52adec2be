"""What people do to minutes, as events that are only ever added to: none is changed, none is taken out."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StrictInt, model_validator

from pipeline.review.content import (
    LONGEST_LINE,
    MOST_NAMES,
    MOST_PEOPLE,
    MOST_POINTS,
    MOST_PROOFS,
    MOST_TEXTS,
    Attendee,
    Content,
    Deadline,
    Line,
    Name,
    Proof,
    Proofs,
    Ref,
    Statement,
    Text,
    Topic,
)
from pipeline.transcript import Value

State = Literal["unreviewed", "accepted", "rejected"]

_Plain = Annotated[str, Field(max_length=LONGEST_LINE)]
FieldValue = (
    _Plain
    | StrictInt
    | Deadline
    | Annotated[tuple[_Plain, ...], Field(max_length=MOST_TEXTS)]
    | Annotated[tuple[Proof, ...], Field(max_length=MOST_PROOFS)]
    | Annotated[tuple[Statement, ...], Field(max_length=MOST_POINTS)]
    | Annotated[tuple[Attendee, ...], Field(max_length=MOST_PEOPLE)]
    | Annotated[tuple[Topic, ...], Field(max_length=MOST_TEXTS)]
    | None
)
"""The value of any field as JSON has it: days are ``YYYY-MM-DD``. What a field takes is checked against it."""


class Change(Value):
    """One field of one thing reads differently.

    Attributes:
        item: An item, a section or the meeting.
        field: Its name, such as ``owner``, ``due.on`` (the day alone) or ``due`` (phrase and day together).
        before: What it read, as its author saw it.
        after: What it reads now.
        proposed: Whether a run of the stages proposed it and a person agreed.
    """

    kind: Literal["change"] = "change"
    item: Ref
    field: Annotated[str, Field(min_length=1, max_length=40)]
    before: FieldValue
    after: FieldValue
    proposed: bool = False


class Mark(Value):
    """An item is right, wrong, or to be looked at again.

    Attributes:
        item: An item; what is left of last time cannot be rejected, its status says what became of it.
        state: What holds from now on.
        reason: Why it was rejected; None elsewhere.
        proposed: Whether a run of the stages proposed it and a person agreed.
    """

    kind: Literal["mark"] = "mark"
    item: Ref
    state: State
    reason: Text | None = None
    proposed: bool = False

    @model_validator(mode="after")
    def _reasons_are_of_rejections(self) -> Self:
        if self.reason is not None and self.state != "rejected":
            raise ValueError("only a rejection has a reason")
        return self


class Add(Value):
    """A new item, proved by chosen utterances. Who adds it has accepted it."""

    kind: Literal["add"] = "add"
    content: Content
    evidence: Proofs
    proposed: bool = False


class Merge(Value):
    """An item takes in others of its list: they go, their evidence stays."""

    kind: Literal["merge"] = "merge"
    item: Ref
    others: Annotated[tuple[Ref, ...], Field(min_length=1, max_length=MOST_NAMES)]


class Split(Value):
    """An item becomes several, one a text, each with all of its evidence."""

    kind: Literal["split"] = "split"
    item: Ref
    texts: Annotated[tuple[Text, ...], Field(min_length=2, max_length=MOST_NAMES)]


class Correct(Value):
    """An utterance was misheard: its text is another."""

    kind: Literal["correct"] = "correct"
    utterance: int = Field(ge=0)
    before: _Plain
    after: Line


class Reassign(Value):
    """One utterance was said by somebody else; None: nobody knows by whom."""

    kind: Literal["reassign"] = "reassign"
    utterance: int = Field(ge=0)
    before: _Plain | None
    after: Name | None


class Rename(Value):
    """A speaker has another name, in all lines at once."""

    kind: Literal["rename"] = "rename"
    before: Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]
    after: Name


class Decline(Value):
    """A proposal is not wanted: it is not made again with the same value."""

    kind: Literal["decline"] = "decline"
    edit: Annotated[Change | Mark | Add, Field(discriminator="kind")]


class Undo(Value):
    """An earlier edit does not hold. Undoing an undo brings back what it took away."""

    kind: Literal["undo"] = "undo"
    number: int = Field(ge=1)


Edit = Annotated[
    Change | Mark | Add | Merge | Split | Correct | Reassign | Rename | Decline | Undo,
    Field(discriminator="kind"),
]


class Entry(Value):
    """An edit on record.

    Attributes:
        number: Counts from 1; every entry's is higher than those before it.
        by: Who made it.
        at: When.
        made_against: Number of the last entry its author had seen; 0: none.
        edit: What was done.
    """

    number: int = Field(ge=1)
    by: Name
    at: AwareDatetime
    made_against: int = Field(ge=0)
    edit: Edit

"""Minutes under review: what people do to them, who runs against whom, and what a new run of the stages proposes.

Edits are events that are only ever added to. ``fold`` carries them out on the draft; ``conflict`` tells whether a new
one runs against what its author had not seen; ``propose`` lays what the stages say after a correction beside
what people made of the draft, and offers the differences as ordinary edits. All of it is pure: who and when are
arguments, where entries are kept is somebody else's matter.
"""

from pipeline.review.conflicts import Conflict, conflict
from pipeline.review.content import Attendee, Content, Deadline, Proof, Statement, Topic
from pipeline.review.edits import (
    Add,
    Change,
    Correct,
    Decline,
    Edit,
    Entry,
    FieldValue,
    Mark,
    Merge,
    Reassign,
    Rename,
    Split,
    State,
    Undo,
)
from pipeline.review.fields import fields_of, read
from pipeline.review.fold import fold
from pipeline.review.proposals import Proposal, propose
from pipeline.review.queue import share_reviewed, unreviewed
from pipeline.review.review import Gone, Made, Review, Standing, Touch

__all__ = [
    "Add",
    "Attendee",
    "Change",
    "Conflict",
    "Content",
    "Correct",
    "Deadline",
    "Decline",
    "Edit",
    "Entry",
    "FieldValue",
    "Gone",
    "Made",
    "Mark",
    "Merge",
    "Proof",
    "Proposal",
    "Reassign",
    "Rename",
    "Review",
    "Split",
    "Standing",
    "State",
    "Statement",
    "Topic",
    "Touch",
    "Undo",
    "conflict",
    "fields_of",
    "fold",
    "propose",
    "read",
    "share_reviewed",
    "unreviewed",
]

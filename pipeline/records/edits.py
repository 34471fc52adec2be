"""Minutes under review: the first draft, and every edit anybody made to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.records.columns import now
from pipeline.records.tables import Confirmation, Draft, EditRow, MeetingRow, RefusedEdit
from pipeline.review import Conflict, Edit, Entry, Proposal, Review, conflict, fold, propose
from pipeline.stages.check import check

_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)


class NoMinutes(InputError):  # noqa: N818 - a state of the meeting
    """The minutes of the meeting are not made yet."""


class Unready(InputError):  # noqa: N818 - a state of the meeting
    """The present state of the minutes does not allow it."""


class Refused(InputError):  # noqa: N818 - the outcome, as its sender sees it
    """An edit ran against one that its author had not seen; both are kept.

    Attributes:
        conflict: What stands against it.
    """

    def __init__(self, conflict: Conflict) -> None:
        super().__init__("Somebody changed this in the meantime: decide between both values.")
        self.conflict = conflict


@dataclass(frozen=True)
class Author:
    """Who edits."""

    user_id: int
    display: str


def first_draft(session: Session, meeting_id: str) -> Draft:
    """The minutes that edits are applied to.

    Raises:
        NoMinutes: There are none yet.
    """
    draft = session.get(Draft, (meeting_id, 1))
    if draft is None:
        raise NoMinutes("The minutes of this meeting are not made yet.")
    return draft


def entries(session: Session, meeting_id: str, after: int = 0) -> tuple[Entry, ...]:
    """The edits of a meeting with numbers above ``after``, in order."""
    query = (
        select(EditRow)
        .where(EditRow.meeting_id == meeting_id, EditRow.number > after)
        .order_by(EditRow.number)
    )
    return tuple(_entry(row) for row in session.scalars(query))


def reviewed(session: Session, meeting_id: str) -> Review:
    """The minutes as they now read, with checks of what they now say.

    Raises:
        NoMinutes: There are none yet.
    """
    draft = first_draft(session, meeting_id)
    review = fold(draft.minutes, draft.transcript, entries(session, meeting_id))
    return review.with_checks(check(review.final(), review.minutes.meeting).checks)


def record(
    session: Session, meeting: MeetingRow, edits: Sequence[Edit], made_against: int, author: Author
) -> tuple[Entry, ...]:
    """Adds edits, all or none.

    Args:
        session: A transaction in which the meeting's row is locked.
        meeting: Whose minutes are edited.
        edits: In the order in which they were made.
        made_against: The revision that their author saw.
        author: Who made them.

    Raises:
        NoMinutes: There are none yet.
        Unready: They are final.
        InputError: An edit names what is not there, or gives a field what it does not take.
        Refused: One of them runs against a later edit.
    """
    if meeting.state == "final":
        raise Unready("These minutes are confirmed: reopen them to go on editing.")
    draft = first_draft(session, meeting.id)
    before = entries(session, meeting.id)
    stale = made_against < meeting.revision
    known = list(before)
    for edit in edits:
        # Edits of one request build on each other; against others' they are all held as of what their author saw.
        seen = made_against if stale else _last(known)
        against = conflict(draft.minutes, draft.transcript, before if stale else known, edit, seen)
        if against is not None:
            raise Refused(against)
        number = _last(known) + 1
        known.append(Entry(number=number, by=author.display, at=now(), made_against=made_against, edit=edit))
    # What cannot be carried out is no edit: it raises here, before anything is kept.
    review = fold(draft.minutes, draft.transcript, known)
    added = tuple(known[len(before) :])
    session.add_all(_row(meeting.id, entry, author.user_id) for entry in added)
    meeting.revision = review.revision
    meeting.changed_at = now()
    _show_facts(meeting, review)
    return added


def refuse(session: Session, meeting_id: str, edits: Sequence[Edit], made_against: int, by: str) -> None:
    """Keeps what was not taken, so that nothing that anybody wrote is lost."""
    session.add_all(
        RefusedEdit(meeting_id=meeting_id, made_against=made_against, by=by, edit=to_jsonable_python(edit))
        for edit in edits
    )


def proposals(session: Session, meeting_id: str, review: Review) -> tuple[Proposal, ...]:
    """What the newest run of the stages says that the review does not; nothing where there was one run alone."""
    newest = session.scalar(
        select(Draft).where(Draft.meeting_id == meeting_id).order_by(Draft.number.desc()).limit(1)
    )
    if newest is None or newest.number == 1:
        return ()
    return propose(first_draft(session, meeting_id).minutes, newest.minutes, review)


def confirm(session: Session, meeting: MeetingRow, verb: Literal["confirm", "reopen"], by: str) -> None:
    """Declares the minutes final as they now read, or takes that back.

    Raises:
        Unready: They are final already, or are not.
    """
    wanted, made = ("review", "final") if verb == "confirm" else ("final", "review")
    if meeting.state != wanted:
        raise Unready(
            "Only minutes under review can be confirmed."
            if verb == "confirm"
            else "These minutes are not confirmed."
        )
    session.add(Confirmation(meeting_id=meeting.id, revision=meeting.revision, verb=verb, by=by))
    meeting.state = made
    meeting.changed_at = now()


def confirmations(session: Session, meeting_id: str) -> tuple[Confirmation, ...]:
    """When the minutes were confirmed and reopened, in order."""
    query = select(Confirmation).where(Confirmation.meeting_id == meeting_id).order_by(Confirmation.id)
    return tuple(session.scalars(query))


def refused(session: Session, meeting_id: str) -> tuple[RefusedEdit, ...]:
    """Edits that ran against later ones, in order."""
    query = select(RefusedEdit).where(RefusedEdit.meeting_id == meeting_id).order_by(RefusedEdit.id)
    return tuple(session.scalars(query))


def _last(known: Sequence[Entry]) -> int:
    return known[-1].number if known else 0


def _show_facts(meeting: MeetingRow, review: Review) -> None:
    """Lists and exports go by the row: it follows the edits of the meeting's facts."""
    facts = review.minutes.meeting
    meeting.title = facts.title or meeting.title
    meeting.held_on = facts.held_on


def _entry(row: EditRow) -> Entry:
    edit = _EDIT.validate_python(row.edit)
    return Entry(number=row.number, by=row.by, at=row.at, made_against=row.made_against, edit=edit)


def _row(meeting_id: str, entry: Entry, user_id: int) -> EditRow:
    return EditRow(
        meeting_id=meeting_id,
        number=entry.number,
        made_against=entry.made_against,
        user_id=user_id,
        by=entry.by,
        at=entry.at,
        edit=to_jsonable_python(entry.edit),
    )

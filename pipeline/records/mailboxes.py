"""Where people are written to."""

from collections import Counter

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from pipeline.errors import UsageError
from pipeline.records.tables import Contact, MeetingRow, Member, User
from pipeline.sending import Place, place_of


def mailboxes(session: Session, meeting: MeetingRow) -> dict[str, Place]:
    """Mailboxes by name: those kept for the meeting's series, else those of accounts that may see the meeting.

    People choose themselves how their account is called and where it is written to: one that may not see the
    meeting gets nothing of it, whatever its name, and a name that two of them bear is nobody's.
    """
    users = select(User.display, User.email).where(User.email.is_not(None), User.active, _may_see(meeting))
    contacts = select(Contact.name, Contact.email).where(Contact.series_id == meeting.series_id)
    accounts = [(name, email or "") for name, email in session.execute(users)]
    bearers = Counter(name for name, _ in accounts)
    known = [(name, email) for name, email in accounts if bearers[name] == 1]
    found: dict[str, Place] = {}
    for name, email in (*known, *session.execute(contacts)):
        place = _mailbox(email)
        if place is not None:
            found[name] = place
    return found


def _may_see(meeting: MeetingRow) -> ColumnElement[bool]:
    members = select(Member.user_id).where(Member.series_id == meeting.series_id)
    theirs = User.id == meeting.owner_id if meeting.series_id is None else User.id.in_(members)
    return or_(User.role == "admin", theirs)


def _mailbox(email: str) -> Place | None:
    """An address that no letter can go to counts for none."""
    try:
        place = place_of(email)
    except UsageError:
        return None
    return place if place.channel == "mail" else None

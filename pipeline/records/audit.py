"""The audit log: who did what, without the text of meetings."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.tables import Audit


def note(
    session: Session,
    who: str,
    verb: str,
    about: str | None = None,
    *,
    address: str | None = None,
    detail: str | None = None,
) -> None:
    """Writes one line of the log, in the transaction of what it tells of.

    Args:
        session: Of the deed.
        who: Name of the account, or of the program.
        verb: Such as ``meeting.delete``.
        about: Id of what it was done to.
        address: The request's origin.
        detail: Anything else that is no text of a meeting.
    """
    session.add(Audit(who=who, verb=verb, about=about, address=address, detail=detail))


def page(
    session: Session,
    *,
    before: int | None = None,
    who: str | None = None,
    verb: str | None = None,
    about: str | None = None,
    most: int = 100,
) -> tuple[Audit, ...]:
    """Lines of the log, newest first.

    Args:
        session: For reading.
        before: Only lines older than the one with this id.
        who: Only of this account.
        verb: Only this deed.
        about: Only what was done to this.
        most: So many at most.
    """
    query = select(Audit).order_by(Audit.id.desc()).limit(most)
    for column, wanted in ((Audit.who, who), (Audit.verb, verb), (Audit.about, about)):
        if wanted is not None:
            query = query.where(column == wanted)
    return tuple(session.scalars(query if before is None else query.where(Audit.id < before)))


def forget(session: Session, days: int) -> None:
    """Deletes the lines that are older than so many days."""
    session.execute(delete(Audit).where(Audit.at < now() - timedelta(days=days)))

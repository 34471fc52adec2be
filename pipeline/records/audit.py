"""The audit log: who did what, without the text of meetings."""

from sqlalchemy.orm import Session

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

"""Log-ins that were tried, counted in the audit log: all machines of the service see the same count."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.tables import Audit

WINDOW = timedelta(minutes=15)
TRIED, REFUSED, LIMITED, DONE = "login.try", "login.refused", "login.limited", "login"
_COUNTED = (TRIED, REFUSED)


def begin(session: Session, who: str, account: str, address: str) -> Audit:
    """Writes a try down before the password is looked at: of a hundred tries at once each sees the others.

    Args:
        session: Of this line alone; it is committed before ``seconds_to_wait`` counts.
        who: The account's name; ``?`` where there is none: people type passwords into the wrong field.
        account: Stands for the name that was typed, and cannot be turned back into it.
        address: Where it came from, of IPv6 the network.
    """
    line = Audit(who=who, verb=TRIED, about=account, address=address)
    session.add(line)
    session.flush()
    return line


def end(session: Session, line_id: int, verb: str) -> None:
    """Says how a try ended: ``REFUSED``, ``LIMITED`` or ``DONE``."""
    line = session.get(Audit, line_id)
    if line is not None:
        line.verb = verb


def seconds_to_wait(session: Session, account: str, address: str, allowed: int) -> float | None:
    """How long somebody has to wait before they may try again; None when they may.

    A log-in that worked takes the account's count back, never the address's: who has one account could
    otherwise try others for ever.

    Args:
        session: Any.
        account: As in ``begin``.
        address: As in ``begin``.
        allowed: Failures in a quarter of an hour.
    """
    since = now() - WINDOW
    failed = select(Audit.at).where(Audit.verb.in_(_COUNTED), Audit.at > since)
    worked = select(func.max(Audit.id)).where(Audit.verb == DONE, Audit.about == account).scalar_subquery()
    newest_first = failed.order_by(Audit.id.desc()).limit(allowed)
    of_account = newest_first.where(Audit.about == account, Audit.id > func.coalesce(worked, 0))
    of_address = newest_first.where(Audit.address == address)
    waits = [
        wait
        for moments in (session.scalars(of_account).all(), session.scalars(of_address).all())
        if (wait := _wait(moments, allowed)) is not None
    ]
    return max(waits, default=None)


def _wait(moments: Sequence[datetime], allowed: int) -> float | None:
    """Seconds until the oldest of the allowed failures is forgotten."""
    if len(moments) < allowed:
        return None
    return max(0.0, (moments[-1] + WINDOW - now()).total_seconds())

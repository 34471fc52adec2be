"""Chores that one of all processes does now and then."""

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Chore


def take_turn(site: Site, name: str, every: timedelta) -> bool:
    """Whether a chore is due, and this process is the one to do it.

    Args:
        site: Of the service.
        name: Of the chore.
        every: So long it is not due again.
    """
    with site.database.reading() as session:
        last = session.scalar(select(Chore.at).where(Chore.name == name))
    if last is not None and last > now() - every:
        return False
    try:
        with site.database.session() as session:
            if last is None:
                session.add(Chore(name=name, at=now()))
                return True
            mine = Chore.name == name, Chore.at == last
            taken = session.execute(update(Chore).where(*mine).values(at=now()))
            return cast(CursorResult[Any], taken).rowcount == 1
    except IntegrityError:
        return False

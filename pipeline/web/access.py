"""Who is asking, and what they may: the one place that decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Member, Role, Series
from pipeline.web.problems import Problem, not_found

Right = Literal["read", "write", "send", "admin"]
"""What a request needs; tokens carry some of them as scopes."""
RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"read"}),
    "editor": frozenset({"read", "write", "send"}),
    "admin": frozenset({"read", "write", "send", "admin"}),
}


@dataclass(frozen=True)
class Asker:
    """Somebody who sent a request.

    Attributes:
        user_id: Their row.
        name: They log in with.
        display: As others see them: in histories and mails.
        role: Of the account.
        rights: What the role allows, and of a token also its scopes.
        via: How they are known; ``local`` is the one user of a service bound to this machine.
        address: The request's origin.
    """

    user_id: int
    name: str
    display: str
    role: Role
    rights: frozenset[Right]
    via: Literal["local", "session", "token"]
    address: str | None


def the_site(request: Request) -> Site:
    """The service that answers."""
    return request.app.state.site


def asker_of(request: Request) -> Asker:
    """Who sent the request; ``protection`` found out before the route is reached.

    Raises:
        Problem: 401: nobody that is known.
    """
    asker = getattr(request.state, "asker", None)
    if asker is None:
        raise Problem(401, "Log in, or send a token.", headers={"WWW-Authenticate": "Bearer"})
    return asker


def allowed(right: Right) -> Callable[[Request], Asker]:
    """A dependency that lets in who has the right."""

    def check(request: Request) -> Asker:
        asker = asker_of(request)
        if right not in asker.rights:
            raise Problem(403, "Your account, or this token, may not do that.")
        return asker

    return check


def series_for(session: Session, asker: Asker, series_id: int) -> Series:
    """A series that the asker is a member of; admins see all.

    Raises:
        Problem: 404: there is none, or it is not for them.
    """
    found = session.scalar(select(Series).where(Series.id == series_id, sees_series(asker)))
    if found is None:
        raise not_found("series")
    return found


def sees_series(asker: Asker) -> ColumnElement[bool]:
    """The condition on ``Series`` for those that somebody may see."""
    if asker.role == "admin":
        return true()
    return Series.id.in_(select(Member.series_id).where(Member.user_id == asker.user_id))


Here = Annotated[Site, Depends(the_site)]
Known = Annotated[Asker, Depends(asker_of)]
"""Somebody, whatever they may."""
Reading = Annotated[Asker, Depends(allowed("read"))]
Writing = Annotated[Asker, Depends(allowed("write"))]
Sending = Annotated[Asker, Depends(allowed("send"))]
Administering = Annotated[Asker, Depends(allowed("admin"))]


def sees(asker: Asker) -> ColumnElement[bool]:
    """The condition on ``MeetingRow`` for the meetings that somebody may see.

    Those of the series they are a member of, and of their own those that belong to no series; admins see all.
    """
    if asker.role == "admin":
        return true()
    theirs = select(Member.series_id).where(Member.user_id == asker.user_id)
    return or_(
        MeetingRow.series_id.in_(theirs),
        MeetingRow.series_id.is_(None) & (MeetingRow.owner_id == asker.user_id),
    )


def meeting_for(session: Session, asker: Asker, meeting_id: str, *, lock: bool = False) -> MeetingRow:
    """A meeting that the asker may see.

    Args:
        session: Of the request.
        asker: Who asks.
        meeting_id: As it came.
        lock: Whether others wait with changes to it until this transaction ends.

    Raises:
        Problem: 404: there is none, or it is not for them.
    """
    query = select(MeetingRow).where(MeetingRow.id == meeting_id, sees(asker))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise not_found("meeting")
    return found

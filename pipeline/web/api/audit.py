"""The audit log, for admins."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from pipeline.records import audit
from pipeline.transcript import Value
from pipeline.web.access import Here, allowed
from pipeline.web.fields import MOST_ID, Line

router = APIRouter(tags=["audit"])


class AuditLine(Value):
    """Who did what; nothing of what was said in a meeting.

    Attributes:
        who: Name of the account, of the program, or ? for somebody unknown.
        about: Id of what it was done to.
        address: Where the request came from.
    """

    id: int
    at: datetime
    who: str
    verb: str
    about: str | None
    address: str | None
    detail: str | None


class AuditPage(Value):
    """Lines, newest first; ``before`` asks for the next page, None when there is none."""

    lines: tuple[AuditLine, ...]
    before: int | None


@router.get("/audit", dependencies=[Depends(allowed("admin"))])
def log(
    site: Here,
    before: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None,
    who: Line | None = None,
    verb: Line | None = None,
    about: Line | None = None,
    most: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPage:
    """Who did what, newest first."""
    with site.database.reading() as session:
        found = audit.page(session, before=before, who=who, verb=verb, about=about, most=most)
    lines = tuple(
        AuditLine(
            id=line.id,
            at=line.at,
            who=line.who,
            verb=line.verb,
            about=line.about,
            address=line.address,
            detail=line.detail,
        )
        for line in found
    )
    return AuditPage(lines=lines, before=lines[-1].id if len(lines) == most else None)

"""Keys for programs: made by people who are logged in, and never able to do more than they."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from pipeline.records import audit, keys
from pipeline.records.columns import now
from pipeline.records.tables import Token, User
from pipeline.transcript import Value
from pipeline.web.access import Here, Known, Reading, Right
from pipeline.web.fields import Id, Line
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["tokens"])
MOST_DAYS = 3650


class TokenInfo(Value):
    """A token, without the key itself.

    Attributes:
        scopes: What it was made for; what its account may no longer do, it may not either.
        used_at: When it was used last, give or take a minute.
    """

    id: int
    name: str
    user: str
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


class NewToken(Value):
    """A token to be made."""

    name: Line
    scopes: tuple[Right, ...] = Field(min_length=1, max_length=4)
    days: int | None = Field(default=90, ge=1, le=MOST_DAYS, description="None: it never ends.")


class MadeToken(TokenInfo):
    """A new token, with the key: it is shown this once and kept nowhere."""

    key: str


@router.get("/tokens")
def tokens(
    site: Here, asker: Reading, everybody: Annotated[bool, Query(description="For admins.")] = False
) -> tuple[TokenInfo, ...]:
    """One's own tokens, or everybody's."""
    if everybody and "admin" not in asker.rights:
        raise Problem(403, "Only admins see other people's tokens.")
    with site.database.reading() as session:
        found = keys.tokens(session, None if everybody else asker.user_id)
        return tuple(_info(token, user) for token, user in found)


@router.post("/tokens", status_code=201)
def make(new: NewToken, site: Here, asker: Known) -> MadeToken:
    """Make a token for oneself."""
    if asker.via == "token":
        raise Problem(403, "A token makes no tokens: log in.")
    if not set(new.scopes) <= asker.rights:
        raise Problem(403, "A token cannot do what its account may not.")
    ends = None if new.days is None else now() + timedelta(days=new.days)
    with site.database.session() as session:
        user = session.get(User, asker.user_id)
        if user is None:
            raise not_found("account")
        token, key = keys.make_token(session, user, new.name, tuple(sorted(set(new.scopes))), ends)
        scopes = ", ".join(token.scopes)
        audit.note(session, asker.name, "token.make", str(token.id), address=asker.address, detail=scopes)
        return MadeToken(**_info(token, user).model_dump(), key=key)


@router.delete("/tokens/{token_id}", status_code=204, responses=documented(404))
def revoke(token_id: Id, site: Here, asker: Known) -> None:
    """Make a token useless, at once; admins anybody's."""
    if asker.via == "token" and "admin" not in asker.rights:
        raise Problem(403, "A token ends no tokens: log in.")
    with site.database.session() as session:
        token = session.get(Token, token_id)
        if token is None or (token.user_id != asker.user_id and "admin" not in asker.rights):
            raise not_found("token")
        audit.note(session, asker.name, "token.revoke", str(token_id), address=asker.address)
        session.delete(token)


def _info(token: Token, user: User) -> TokenInfo:
    return TokenInfo(
        id=token.id,
        name=token.name,
        user=user.name,
        scopes=token.scopes,
        created_at=token.created_at,
        used_at=token.used_at,
        expires_at=token.expires_at,
    )

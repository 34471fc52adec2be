"""Log-ins of browsers and tokens of programs: 256 random bits each, of which only a digest is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.tables import Login, Token, User

KEY_BYTES = 32
TOKEN_MARK = "lh_"
"""What every token begins with, so that scanners for leaked secrets can know it."""
_NOTED_EVERY = timedelta(minutes=1)
"""That a key was used is written down so often at most: not every request becomes a write."""


@dataclass(frozen=True)
class Holder:
    """Whose key it is.

    Attributes:
        user: The account, which is active.
        scopes: Of a token; None for a log-in, which may do what its account may.
        stale: Whether its use should be noted again.
    """

    user: User
    scopes: tuple[str, ...] | None
    stale: bool


def digest(key: str) -> str:
    """What is kept of a key. It is random and long: a slow hash would add nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


def start_login(session: Session, user: User, hours: float) -> str:
    """Begins a session of a browser, and throws away those that have ended.

    Returns:
        The cookie's value, which is kept nowhere.
    """
    session.execute(delete(Login).where(Login.expires_at <= now()))
    key = secrets.token_urlsafe(KEY_BYTES)
    session.add(Login(digest=digest(key), user_id=user.id, expires_at=now() + timedelta(hours=hours)))
    return key


def login_holder(session: Session, key: str) -> Holder | None:
    """Who is logged in with a cookie; None when nobody is (any more)."""
    query = select(Login, User).join(User, User.id == Login.user_id)
    found = session.execute(
        query.where(Login.digest == digest(key), Login.expires_at > now(), User.active)
    ).first()
    if found is None:
        return None
    login, user = found
    return Holder(user, None, now() - login.seen_at > _NOTED_EVERY)


def note_login(session: Session, key: str, hours: float) -> None:
    """Moves the end of a log-in on: it was used."""
    session.execute(
        update(Login)
        .where(Login.digest == digest(key))
        .values(seen_at=now(), expires_at=now() + timedelta(hours=hours))
    )


def end_login(session: Session, key: str) -> None:
    """Logs one browser out."""
    session.execute(delete(Login).where(Login.digest == digest(key)))


def end_logins(session: Session, user_id: int) -> None:
    """Logs somebody out everywhere."""
    session.execute(delete(Login).where(Login.user_id == user_id))


def make_token(
    session: Session, user: User, name: str, scopes: tuple[str, ...], expires_at: datetime | None
) -> tuple[Token, str]:
    """Makes a key for a program.

    Args:
        session: Of the deed.
        user: Whose it is.
        name: What it is for.
        scopes: What it may do; the caller has seen to it that the user may, too.
        expires_at: When it ends; None for never.

    Returns:
        Its row, and the key, which is kept nowhere.
    """
    key = TOKEN_MARK + secrets.token_urlsafe(KEY_BYTES)
    token = Token(digest=digest(key), user_id=user.id, name=name, scopes=scopes, expires_at=expires_at)
    session.add(token)
    session.flush()
    return token, key


def token_holder(session: Session, key: str) -> Holder | None:
    """Whose token it is; None when it is none (any more)."""
    query = select(Token, User).join(User, User.id == Token.user_id)
    fresh = or_(Token.expires_at.is_(None), Token.expires_at > now())
    found = session.execute(query.where(Token.digest == digest(key), fresh, User.active)).first()
    if found is None:
        return None
    token, user = found
    return Holder(user, token.scopes, token.used_at is None or now() - token.used_at > _NOTED_EVERY)


def note_token(session: Session, key: str) -> None:
    """Remembers that a token was used."""
    session.execute(update(Token).where(Token.digest == digest(key)).values(used_at=now()))


def tokens(session: Session, user_id: int | None) -> tuple[tuple[Token, User], ...]:
    """The tokens of somebody, or everybody's, oldest first."""
    query = select(Token, User).join(User, User.id == Token.user_id).order_by(Token.id)
    if user_id is not None:
        query = query.where(Token.user_id == user_id)
    return tuple((token, user) for token, user in session.execute(query))

"""Accounts: who may use the service, in which role."""

import re
import unicodedata
from typing import cast, get_args

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import UsageError
from pipeline.records.keys import end_logins
from pipeline.records.tables import Role, User

LOCAL = "local"
"""The one user of a service that this machine alone can reach."""
ROLES: tuple[Role, ...] = get_args(Role)
_NAME = re.compile(r"[^\W_][\w.@+-]{0,99}")


class NameTaken(UsageError):  # noqa: N818 - as the tree of errors names its leaves
    """There is an account of that name already."""


def as_name(text: str) -> str:
    """The name that an account goes by: whoever types it in capitals or full width means the same one."""
    return unicodedata.normalize("NFKC", text).strip().casefold()[:200]


def add(
    session: Session,
    name: str,
    role: Role,
    *,
    display: str | None = None,
    email: str | None = None,
    password: str | None = None,
    subject: str | None = None,
) -> User:
    """Makes an account.

    Args:
        session: Of the deed.
        name: To log in with: letters, digits and ``. _ - + @``.
        role: What it may do.
        display: As others see it; the name where it is not given.
        email: Where it is written to.
        password: A hash, as ``passwords`` makes it; None for somebody who logs in elsewhere.
        subject: Who it is to the OpenID provider.

    Raises:
        UsageError: The name cannot be one, or is taken.
    """
    known = as_name(name)
    if not _NAME.fullmatch(known) or known == LOCAL:
        raise UsageError(f"“{name}” cannot be the name of an account: use letters, digits and . _ - + @.")
    user = User(
        name=known,
        display=display or name.strip(),
        email=email,
        role=role,
        password=password,
        subject=subject,
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise NameTaken(f"There is an account “{known}” already.") from error
    return user


def local_user(session: Session) -> User:
    """The user of a service without log-in, made when it is asked for first."""
    found = named(session, LOCAL)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            user = User(name=LOCAL, display=LOCAL, role="admin")
            session.add(user)
            return user
    except IntegrityError:  # another process was faster
        return session.scalars(select(User).where(User.name == LOCAL)).one()


def named(session: Session, name: str) -> User | None:
    """The account of a name, or None."""
    return session.scalar(select(User).where(User.name == as_name(name)))


def of_subject(session: Session, subject: str) -> User | None:
    """Who an OpenID provider means, or None."""
    return session.scalar(select(User).where(User.subject == subject))


def everyone(session: Session) -> tuple[User, ...]:
    """All accounts, by name."""
    return tuple(session.scalars(select(User).order_by(User.name)))


def somebody_can_log_in(session: Session) -> bool:
    """Whether there is an account with a password."""
    can = exists().where(User.password.is_not(None), User.active, User.name != LOCAL)
    return bool(session.scalar(select(can)))


def role_of(user: User) -> Role:
    """The role, as the type that the table's text stands for."""
    return cast(Role, user.role)


def set_password(session: Session, user: User, password: str) -> None:
    """Gives a new password (its hash); whoever is logged in with the old one no longer is."""
    user.password = password
    end_logins(session, user.id)


def set_active(session: Session, user: User, active: bool) -> None:
    """Locks an account or opens it again; what is locked is logged out at once, and its tokens are dead."""
    user.active = active
    if not active:
        end_logins(session, user.id)


def remove(session: Session, user: User) -> None:
    """Deletes an account with its log-ins, tokens and memberships; its meetings stay."""
    session.delete(user)

"""Accounts, for admins."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import StringConstraints
from sqlalchemy.orm import Session

from pipeline.records import audit, passwords, people
from pipeline.records.people import NameTaken
from pipeline.records.tables import Role, User
from pipeline.transcript import Value
from pipeline.web.access import Administering, Asker, Here, allowed
from pipeline.web.fields import Email, Id, Line
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["users"])

Password = Annotated[str, StringConstraints(max_length=passwords.MOST)]


class Account(Value):
    """An account, without its secrets.

    Attributes:
        has_password: Whether one can log in with name and password.
        has_oidc: Whether an OpenID provider vouches for it.
    """

    id: int
    name: str
    display: str
    email: str | None
    role: Role
    active: bool
    has_password: bool
    has_oidc: bool
    created_at: datetime


class NewAccount(Value):
    """An account to be made; without a password nobody can log in yet."""

    name: Line
    role: Role
    display: Line | None = None
    email: Email | None = None
    password: Password | None = None


class AccountChange(Value):
    """What is to change; what is left out stays."""

    role: Role | None = None
    active: bool | None = None
    display: Line | None = None
    email: Email | None = None
    password: Password | None = None


@router.get("/users", dependencies=[Depends(allowed("admin"))])
def accounts(site: Here) -> tuple[Account, ...]:
    """All accounts, by name."""
    with site.database.reading() as session:
        return tuple(_account(user) for user in people.everyone(session))


@router.post("/users", status_code=201, responses=documented(409))
def add(new: NewAccount, site: Here, asker: Administering) -> Account:
    """Make an account."""
    kept = _hashed(new.password, new.name)
    try:
        with site.database.session() as session:
            user = people.add(
                session, new.name, new.role, display=new.display, email=new.email, password=kept
            )
            audit.note(session, asker.name, "user.add", user.name, address=asker.address, detail=new.role)
            return _account(user)
    except NameTaken as error:
        raise Problem(409, str(error)) from error


@router.patch("/users/{user_id}", responses=documented(404, 409))
def change(user_id: Id, wanted: AccountChange, site: Here, asker: Administering) -> Account:
    """Change an account: its role, its password, whether it is open at all."""
    with site.database.reading() as session:
        name = _user(session, user_id).name
    kept = _hashed(wanted.password, name)
    with site.database.session() as session:
        user = _user(session, user_id)
        if (wanted.role is not None and wanted.role != user.role) or wanted.active is False:
            _refuse_own(asker, user)
        _apply(session, user, wanted, kept)
        audit.note(
            session,
            asker.name,
            "user.change",
            user.name,
            address=asker.address,
            detail=", ".join(sorted(wanted.model_fields_set)),
        )
        return _account(user)


@router.delete("/users/{user_id}", status_code=204, responses=documented(404, 409))
def remove(user_id: Id, site: Here, asker: Administering) -> None:
    """Delete an account with its log-ins and tokens; its meetings stay."""
    with site.database.session() as session:
        user = _user(session, user_id)
        _refuse_own(asker, user)
        audit.note(session, asker.name, "user.remove", user.name, address=asker.address)
        people.remove(session, user)


def _apply(session: Session, user: User, wanted: AccountChange, kept: str | None) -> None:
    if wanted.role is not None:
        user.role = wanted.role
    if wanted.display is not None:
        user.display = wanted.display
    if "email" in wanted.model_fields_set:
        user.email = wanted.email
    if kept is not None:
        people.set_password(session, user, kept)
    if wanted.active is not None:
        people.set_active(session, user, wanted.active)


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None or user.name == people.LOCAL:
        raise not_found("account")
    return user


def _hashed(password: str | None, name: str) -> str | None:
    """Hashed before the transaction: it takes its time, and others want to write."""
    if password is None:
        return None
    passwords.check_new(password, name)
    return passwords.hashed(password)


def _refuse_own(asker: Asker, user: User) -> None:
    """Keeps the last admin from locking the service: each needs another to lose the role."""
    if user.id == asker.user_id:
        raise Problem(409, "Nobody takes away their own account or role: another admin has to.")


def _account(user: User) -> Account:
    return Account(
        id=user.id,
        name=user.name,
        display=user.display,
        email=user.email,
        role=people.role_of(user),
        active=user.active,
        has_password=user.password is not None,
        has_oidc=user.subject is not None,
        created_at=user.created_at,
    )

"""Logging in and out, and what one may know and change of oneself."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field, StringConstraints

from pipeline.records import audit, passwords, people
from pipeline.records.site import Site
from pipeline.records.tables import Role, User
from pipeline.transcript import Value
from pipeline.web import logins
from pipeline.web.access import RIGHTS, Asker, Here, Known, Right
from pipeline.web.desk import AtDesk, Desk
from pipeline.web.fields import Email, Line
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["log-in"])

Typed = Annotated[str, StringConstraints(max_length=passwords.MOST)]


class Ways(Value):
    """How to get in.

    Attributes:
        local: Nobody has to: the service is this machine's own.
        oidc: Whether an OpenID provider can be used, at ``/login/oidc``.
    """

    local: bool
    oidc: bool


class Credentials(Value):
    """What is typed to log in."""

    name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
    password: Typed


class NewPassword(Value):
    """A change of one's own password."""

    old: Typed
    new: Typed


class Change(Value):
    """What one changes of oneself; what is left out stays."""

    display: Line | None = None
    email: Email | None = None


class Me(Value):
    """Who is asking, and what they may."""

    name: str
    display: str
    email: str | None
    role: Role
    rights: tuple[Right, ...] = Field(description="Of a token those that are among its scopes.")


@router.get("/login")
def ways_in(desk: AtDesk) -> Ways:
    """How to get in."""
    return Ways(local=desk.local, oidc=desk.provider is not None)


@router.post("/login", responses=documented(409))
async def log_in(
    credentials: Credentials, site: Here, desk: AtDesk, request: Request, response: Response
) -> Me:
    """Log in with name and password; the answer carries a cookie that no script can read."""
    if desk.local:
        raise Problem(409, "Nobody logs in here: the service is this machine's own.")
    user = await _checked(request, site, desk, credentials.name, credentials.password)
    await asyncio.to_thread(logins.begin, request, response, site, user)
    role = people.role_of(user)
    return _me(user, role, RIGHTS[role])


@router.post("/logout", status_code=204)
def log_out(site: Here, asker: Known, request: Request, response: Response) -> None:
    """Log this browser out."""
    logins.end(request, response, site, asker.name)


@router.get("/me")
def me(site: Here, asker: Known) -> Me:
    """Who is asking, and what they may."""
    with site.database.reading() as session:
        user = session.get(User, asker.user_id)
        if user is None:
            raise not_found("account")
        return _me(user, asker.role, asker.rights)


@router.patch("/me")
def change_me(change: Change, site: Here, asker: Known) -> Me:
    """Change how others see you and where you are written to."""
    _refuse_tokens(asker)
    with site.database.session() as session:
        user = session.get(User, asker.user_id)
        if user is None:
            raise not_found("account")
        if "display" in change.model_fields_set and change.display:
            user.display = change.display
        if "email" in change.model_fields_set:
            user.email = change.email
        audit.note(session, asker.name, "user.change", user.name, address=asker.address)
        return _me(user, asker.role, asker.rights)


@router.put("/me/password", status_code=204, responses=documented(409))
async def change_password(
    change: NewPassword, site: Here, desk: AtDesk, asker: Known, request: Request, response: Response
) -> None:
    """Change your password; all other browsers are logged out."""
    if asker.via != "session":
        raise Problem(409, "Log in with your password to change it.")
    passwords.check_new(change.new, asker.name)
    await _checked(request, site, desk, asker.name, change.old)
    await asyncio.to_thread(_replace_password, request, response, site, asker, change.new)


async def _checked(request: Request, site: Site, desk: Desk, name: str, password: str) -> User:
    """The account of a name and password, found out by one of the few threads that do nothing else.

    However many try at once, the threads that answer everybody else stay free.
    """
    address = request.client.host if request.client else None
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(
            desk.password_threads, logins.check_password, site, name, password, address
        )
    except Problem:
        desk.metrics.login_refused()
        raise


def _replace_password(request: Request, response: Response, site: Site, asker: Asker, new: str) -> None:
    kept = passwords.hashed(new)
    with site.database.session() as session:
        user = session.get(User, asker.user_id)
        if user is None:
            raise not_found("account")
        people.set_password(session, user, kept)
        audit.note(session, asker.name, "user.password", user.name, address=asker.address)
    logins.begin(request, response, site, user)


def _refuse_tokens(asker: Asker) -> None:
    if asker.via == "token":
        raise Problem(403, "A token cannot do that: log in.")


def _me(user: User, role: Role, rights: frozenset[Right]) -> Me:
    return Me(name=user.name, display=user.display, email=user.email, role=role, rights=tuple(sorted(rights)))

"""``lihui users``: accounts of a service that people log in to."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from pipeline.records.tables import Role, User

users = typer.Typer(name="users", help="Accounts of a service that people log in to.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name to log in with.")]
WHO = "command"
"""Who did it, for the audit log: whoever may run commands here may do anything."""


@users.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, editor or admin.")] = "editor",
    display: Annotated[str | None, typer.Option(help="As others see them, such as “Anna Berg”.")] = None,
    email: Annotated[str | None, typer.Option(help="Where they are written to.")] = None,
) -> None:
    """Make an account; the password is asked for, or read as a line from stdin."""
    from pipeline.records import audit, people

    chosen = _role(role)
    kept = _ask_password(name)
    with _tables() as session:
        user = people.add(session, name, chosen, display=display, email=email, password=kept)
        audit.note(session, WHO, "user.add", user.name, detail=chosen)
        typer.echo(f"{user.name} can log in as {chosen}.")


@users.command("list")
def show() -> None:
    """Show all accounts."""
    from pipeline.records import people

    with _tables() as session:
        for user in people.everyone(session):
            state = "open" if user.active else "closed"
            way = "password" if user.password else "OpenID" if user.subject else "no log-in"
            typer.echo(f"{user.name:<24} {user.role:<7} {state:<7} {way:<9} {user.display}")


@users.command()
def disable(name: Name) -> None:
    """Close an account: it is logged out at once, and its tokens are dead."""
    _open_or_close(name, active=False)


@users.command()
def enable(name: Name) -> None:
    """Open a closed account again."""
    _open_or_close(name, active=True)


@users.command()
def remove(name: Name) -> None:
    """Delete an account with its log-ins and tokens; its meetings stay."""
    from pipeline.records import audit, people

    with _tables() as session:
        user = _found(session, name)
        audit.note(session, WHO, "user.remove", user.name)
        people.remove(session, user)
        typer.echo(f"{user.name} is removed.")


@users.command()
def password(name: Name) -> None:
    """Give a new password, asked for or read as a line from stdin; old log-ins end."""
    from pipeline.records import audit, people

    with _tables() as session:
        _found(session, name)
    kept = _ask_password(name)
    with _tables() as session:
        user = _found(session, name)
        people.set_password(session, user, kept)
        audit.note(session, WHO, "user.password", user.name)
        typer.echo(f"{user.name} has a new password.")


@users.command()
def role(name: Name, role: Annotated[str, typer.Argument(help="viewer, editor or admin.")]) -> None:
    """Change what an account may do."""
    from pipeline.records import audit

    chosen = _role(role)
    with _tables() as session:
        user = _found(session, name)
        user.role = chosen
        audit.note(session, WHO, "user.role", user.name, detail=chosen)
        typer.echo(f"{user.name} is {chosen} now.")


def _open_or_close(name: str, *, active: bool) -> None:
    from pipeline.records import audit, people

    with _tables() as session:
        user = _found(session, name)
        people.set_active(session, user, active)
        audit.note(session, WHO, "user.enable" if active else "user.disable", user.name)
        typer.echo(f"{user.name} is {'open' if active else 'closed'}.")


@contextmanager
def _tables() -> "Generator[Session]":
    from pipeline.records.database import Database
    from pipeline.settings import database_url, load_settings

    database = Database(database_url(load_settings()))
    database.upgrade()
    try:
        with database.session() as session:
            yield session
    finally:
        database.close()


def _found(session: "Session", name: str) -> "User":
    from pipeline.records import people

    user = people.named(session, name)
    if user is None:
        raise UsageError(f"There is no account “{name}”: `lihui users list` shows all.")
    return user


def _role(text: str) -> "Role":
    from pipeline.records.people import ROLES

    for known in ROLES:
        if text == known:
            return known
    raise UsageError(f"“{text}” is no role: write {', '.join(ROLES)}.")


def _ask_password(name: str) -> str:
    """The hash of a password that was typed twice, or came as a line from another program."""
    from pipeline.records import passwords

    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    passwords.check_new(typed, name)
    return passwords.hashed(typed)

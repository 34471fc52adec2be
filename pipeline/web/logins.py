"""Logging in with name and password, and what a log-in begins."""

import hashlib
import hmac

from fastapi import Request, Response

from pipeline.records import attempts, audit, keys, passwords, people
from pipeline.records.attempts import DONE, LIMITED, REFUSED
from pipeline.records.site import Site
from pipeline.records.tables import User
from pipeline.web.cookies import LOGIN_COOKIE
from pipeline.web.desk import the_desk
from pipeline.web.hosts import network
from pipeline.web.problems import Problem
from pipeline.web.rates import too_many


def check_password(site: Site, name: str, password: str, address: str | None) -> User:
    """The account of a name and password. Takes its time: never called on the event loop.

    Whether there is such an account makes no difference: to the work, the count or the answer.

    Args:
        site: With the tables.
        name: As typed.
        password: As typed.
        address: Where it came from.

    Raises:
        Problem: 401: they do not belong together; 429: too many tries.
    """
    account, origin = _stand_in(site, name), network(address)
    allowed = site.settings.serve.login_tries
    with site.database.reading() as session:
        _refuse_if_too_many(attempts.seconds_to_wait(session, account, origin, allowed))
        user = people.named(session, name)
    with site.database.session() as session:
        line = attempts.begin(session, user.name if user else "?", account, origin).id
    with site.database.session() as session:
        # With its own line it may just be one more than allowed.
        wait = attempts.seconds_to_wait(session, account, origin, allowed + 1)
        if wait is not None:
            attempts.end(session, line, LIMITED)
    _refuse_if_too_many(wait)
    kept = user.password if user is not None and user.active else None
    right = passwords.matches(kept, password)
    with site.database.session() as session:
        attempts.end(session, line, DONE if right else REFUSED)
    if user is None or kept is None or not right:
        raise Problem(401, "Name or password is wrong.")
    if passwords.is_outdated(kept):
        _hash_again(site, user, kept, password)
    return user


def begin(request: Request, response: Response, site: Site, user: User) -> None:
    """Logs a browser in: always under a new key, so that nobody can have slipped it one beforehand.

    Args:
        request: With the cookie of an earlier log-in, perhaps.
        response: Gets the new one.
        site: With the tables.
        user: Who it is, as just read from the tables.

    Raises:
        Problem: 401: meanwhile the account was closed, or its password changed.
    """
    cookies = the_desk(request).cookies
    earlier = cookies.read(request, LOGIN_COOKIE)
    with site.database.session() as session:
        row = session.get(User, user.id)
        if row is None or not row.active or row.password != user.password:
            raise Problem(401, "Name or password is wrong.")
        if earlier is not None:
            keys.end_login(session, earlier)
        key = keys.start_login(session, user, site.settings.serve.session_hours)
    cookies.set(response, LOGIN_COOKIE, key)


def end(request: Request, response: Response, site: Site, who: str) -> None:
    """Logs a browser out: the key is dead, not only forgotten by the browser."""
    cookies = the_desk(request).cookies
    key = cookies.read(request, LOGIN_COOKIE)
    if key is not None:
        with site.database.session() as session:
            keys.end_login(session, key)
            audit.note(session, who, "logout")
    cookies.clear(response, LOGIN_COOKIE)


def _refuse_if_too_many(seconds: float | None) -> None:
    if seconds is not None:
        raise too_many("Too many wrong passwords: wait a little before the next try.", seconds)


def _stand_in(site: Site, name: str) -> str:
    """What the log holds of a name that was typed: it tells names apart and cannot be turned back."""
    key = site.key("names of log-ins").encode()
    return hmac.new(key, people.as_name(name).encode(), hashlib.sha256).hexdigest()[:32]


def _hash_again(site: Site, user: User, kept: str, password: str) -> None:
    """Keeps the password with today's parameters, unless it was changed meanwhile."""
    better = passwords.hashed(password)
    with site.database.session() as session:
        row = session.get(User, user.id)
        if row is not None and row.password == kept:
            row.password = user.password = better

"""Finding out who sent a request: by its token, its cookie, or because only this machine can reach us."""

from dataclasses import dataclass
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from pipeline.records import keys, people
from pipeline.records.keys import Holder
from pipeline.records.site import Site
from pipeline.web.access import RIGHTS, Asker, Right
from pipeline.web.cookies import LOGIN_COOKIE, Cookies


def bearer(request: Request) -> str | None:
    """The token that came with the request; only ever in the header made for it."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.casefold() == "bearer" else None


@dataclass(frozen=True)
class Doorkeeper:
    """Knows who is asking.

    Attributes:
        site: With the tables of people.
        cookies: Under which name the log-in comes.
        local: The one user of a service without log-in, else None.
    """

    site: Site
    cookies: Cookies
    local: Asker | None

    async def asker(self, request: Request) -> Asker | None:
        """Who sent the request; None for nobody that is known.

        A token that does not hold makes the request nobody's, whatever else it carries.
        """
        address = request.client.host if request.client else None
        if (token := bearer(request)) is not None:
            return await run_in_threadpool(self._by_token, token, address)
        if self.local is not None:
            return self.local
        if (cookie := self.cookies.read(request, LOGIN_COOKIE)) is not None:
            return await run_in_threadpool(self._by_login, cookie, address)
        return None

    def _by_token(self, key: str, address: str | None) -> Asker | None:
        with self.site.database.reading() as session:
            holder = keys.token_holder(session, key)
        if holder is None or not self._belongs_here(holder):
            return None
        if holder.stale:
            with self.site.database.session() as session:
                keys.note_token(session, key)
        return _asker(holder, address)

    def _by_login(self, key: str, address: str | None) -> Asker | None:
        with self.site.database.reading() as session:
            holder = keys.login_holder(session, key)
        if holder is None or not self._belongs_here(holder):
            return None
        if holder.stale:
            with self.site.database.session() as session:
                keys.note_login(session, key, self.site.settings.serve.session_hours)
        return _asker(holder, address)

    def _belongs_here(self, holder: Holder) -> bool:
        """Keys of the local user open nothing where people log in: anybody at the machine could make one."""
        return self.local is not None or holder.user.name != people.LOCAL


def local_asker(site: Site) -> Asker:
    """The user of a service that has no log-in."""
    with site.database.session() as session:
        user = people.local_user(session)
    return Asker(user.id, user.name, user.display, "admin", RIGHTS["admin"], "local", None)


def _asker(holder: Holder, address: str | None) -> Asker:
    user, role = holder.user, people.role_of(holder.user)
    rights = RIGHTS[role]
    if holder.scopes is None:
        return Asker(user.id, user.name, user.display, role, rights, "session", address)
    scopes = cast(frozenset[Right], frozenset(holder.scopes))
    return Asker(user.id, user.name, user.display, role, rights & scopes, "token", address)

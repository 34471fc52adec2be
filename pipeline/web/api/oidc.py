"""The two addresses of a log-in with an OpenID provider: there, and back."""

import hmac
import re
from typing import Annotated, cast
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from pipeline.errors import UsageError
from pipeline.records import audit, people
from pipeline.records.site import Site
from pipeline.records.tables import Role, User
from pipeline.web import logins
from pipeline.web.access import Here
from pipeline.web.desk import AtDesk, Desk
from pipeline.web.oidc import Claimed, Flow, Provider
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["log-in"])
FLOW_COOKIE = "lihui-oidc"
FLOW_SECONDS = 600
NAMESAKES = 50
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_NOT_IN_NAMES = re.compile(r"[^\w.@+-]+")

Text = Annotated[str | None, Query(max_length=4000)]


@router.get(
    "/login/oidc",
    response_class=RedirectResponse,
    status_code=303,
    responses=documented(404, 502),
)
def go(site: Here, desk: AtDesk, after: Annotated[str, Query(max_length=1000)] = "/") -> RedirectResponse:
    """Send the browser to the OpenID provider; ``after`` is where it goes once it is logged in."""
    provider = _offered(desk)
    flow = Flow.begin(site.key("oidc"))
    answer = RedirectResponse(provider.address(flow), status_code=303)
    desk.cookies.set(answer, FLOW_COOKIE, f"{flow.seed}.{quote(own_path(after), safe='')}", FLOW_SECONDS)
    return answer


@router.get(
    "/login/oidc/back",
    response_class=RedirectResponse,
    status_code=303,
    responses=documented(404, 502),
)
def back(
    site: Here, desk: AtDesk, request: Request, state: Text = None, code: Text = None, error: Text = None
) -> RedirectResponse:
    """Where the provider sends the browser back to."""
    provider, cookies = _offered(desk), desk.cookies
    seed, _, after = (cookies.read(request, FLOW_COOKIE) or "").partition(".")
    flow = Flow(seed, site.key("oidc"))
    if not seed or not hmac.compare_digest((state or "").encode(), flow.state.encode()):
        raise Problem(401, "This log-in was not begun in this browser, or took too long: try again.")
    if error is not None or code is None:
        raise Problem(401, "The OpenID provider let nobody in.")
    user = account_of(site, provider.who(flow, code), request.client.host if request.client else None)
    answer = RedirectResponse(own_path(unquote(after)), status_code=303)
    cookies.clear(answer, FLOW_COOKIE)
    logins.begin(request, answer, site, user)
    return answer


def account_of(site: Site, claimed: Claimed, address: str | None) -> User:
    """The account of somebody the provider vouches for; the first time it is made.

    It is found by issuer and subject alone. An account of the same name or e-mail address stays what it was:
    at the provider anybody might call themselves so.

    Raises:
        Problem: 401: the account was closed.
    """
    with site.database.session() as session:
        user = people.of_subject(session, claimed.subject)
        if user is None:
            user = _first_time(session, site, claimed)
            audit.note(session, user.name, "user.add", user.name, address=address, detail="oidc")
        if not user.active:
            raise Problem(401, "This account is closed.")
        audit.note(session, user.name, "login.oidc", address=address)
        return user


def _first_time(session: Session, site: Site, claimed: Claimed) -> User:
    """A new account, under the first of its names that is free."""
    oidc = site.settings.serve.oidc
    assert oidc is not None
    wanted = _NOT_IN_NAMES.sub("-", people.as_name(claimed.name)).strip("-._@+")[:80] or "user"
    for number in range(1, NAMESAKES):
        name = wanted if number == 1 else f"{wanted}-{number}"
        try:
            return people.add(
                session,
                name,
                cast(Role, oidc.role),
                display=claimed.display,
                email=claimed.email,
                subject=claimed.subject,
            )
        except UsageError:  # taken, or the local user's
            continue
    raise Problem(401, "No name is free for this account: ask an admin to make one.")


def own_path(text: str) -> str:
    """A path of this service, or its front page where the text would lead anywhere else."""
    return text if _OWN_PATH.fullmatch(text) else "/"


def _offered(desk: Desk) -> Provider:
    if desk.provider is None:
        raise not_found()
    return desk.provider

"""Keys that open nothing: slipped in, of people who are gone, for more than they were made for, misplaced."""

import pytest

from pipeline.records import keys, people
from pipeline.records.site import Site
from tests.web.askers import API, ONE_DATABASE, PUBLIC, account, browser, guarded, log_in, program, visitor
from tests.web.attacks.annas import annas
from tests.web.attacks.walk import OPEN, ids_of, operations


def test_a_cookie_that_was_slipped_in_is_never_logged_in(site: Site) -> None:
    """Session fixation: the log-in gets a key of its own, and the one from before is dead."""
    account(site, "anna")
    mallory = account(site, "mallory")
    app = guarded(site)
    with site.database.session() as session:
        planted = keys.start_login(session, mallory, 1)
    for key in ("chosen-by-the-attacker", planted):
        victim = visitor(app)
        victim.cookies.set("__Host-lihui", key, domain="minutes.example.org", path="/")
        assert log_in(victim, "anna") == 200
        assert victim.cookies["__Host-lihui"] != key
        attacker = visitor(app)
        attacker.cookies.set("__Host-lihui", key)
        assert attacker.get(f"{API}/me").status_code == 401


def test_each_log_in_has_a_key_of_its_own(site: Site) -> None:
    account(site, "anna")
    app = guarded(site)
    client = visitor(app)
    log_in(client, "anna")
    first = client.cookies["__Host-lihui"]
    log_in(client, "anna")
    assert client.cookies["__Host-lihui"] != first
    old = visitor(app)
    old.cookies.set("__Host-lihui", first)
    assert old.get(f"{API}/me").status_code == 401


@pytest.mark.parametrize("deed", ["removed", "closed"])
def test_keys_of_somebody_who_is_gone_are_dead_at_once(site: Site, deed: str) -> None:
    app = guarded(site)
    anna = account(site, "anna", "admin")
    clients = (browser(app, site, anna), program(app, site, anna))
    assert [client.get(f"{API}/me").status_code for client in clients] == [200, 200]
    with site.database.session() as session:
        user = people.named(session, "anna")
        assert user is not None
        if deed == "removed":
            people.remove(session, user)
        else:
            people.set_active(session, user, False)
    assert [client.get(f"{API}/me").status_code for client in clients] == [401, 401]


@ONE_DATABASE
def test_a_token_for_reading_changes_nothing_on_any_route(site: Site) -> None:
    app = guarded(site)
    anna = account(site, "anna", "admin")
    known = ids_of(annas(site, anna))
    client = program(app, site, anna, "read")
    for one in operations(app):
        if not one.is_safe and (one.method, one.path) not in OPEN and one.path != f"{API}/logout":
            assert one.sent(client, known).status_code in (403, 409), one.name
    assert client.get(f"{API}/me").status_code == 200, "it is still good for what it was made for"


@ONE_DATABASE
def test_a_token_for_writing_reads_nothing(site: Site) -> None:
    app = guarded(site)
    anna = account(site, "anna", "admin")
    known = ids_of(annas(site, anna))
    client = program(app, site, anna, "write")
    for one in operations(app):
        if one.is_safe and (one.method, one.path) not in OPEN and one.path != f"{API}/me":
            assert one.sent(client, known).status_code == 403, one.name


@ONE_DATABASE
def test_a_token_loses_what_its_user_loses(site: Site) -> None:
    app = guarded(site)
    client = program(app, site, account(site, "anna", "admin"))
    assert client.get(f"{API}/me").json()["rights"] == ["admin", "read", "send", "write"]
    with site.database.session() as session:
        user = people.named(session, "anna")
        assert user is not None
        user.role = "viewer"
    assert client.get(f"{API}/me").json()["rights"] == ["read"]


@ONE_DATABASE
def test_a_token_in_an_address_is_no_token(site: Site) -> None:
    """Addresses are written down everywhere: in logs, histories, on proxies."""
    app = guarded(site)
    key = program(app, site, account(site, "anna")).headers["authorization"].removeprefix("Bearer ")
    for name in ("token", "access_token", "api_key", "key", "authorization"):
        assert visitor(app).get(f"{API}/me", params={name: key}).status_code == 401
    cookie = visitor(app)
    cookie.cookies.set("__Host-lihui", key)
    assert cookie.get(f"{API}/me").status_code == 401
    for scheme in ("Basic", "Token", ""):
        headers = {"authorization": f"{scheme} {key}".strip()}
        assert visitor(app).get(f"{API}/me", headers=headers).status_code == 401


@ONE_DATABASE
def test_a_cookie_is_no_token(site: Site) -> None:
    app = guarded(site)
    key = browser(app, site, account(site, "anna")).cookies["__Host-lihui"]
    assert visitor(app).get(f"{API}/me", headers={"authorization": f"Bearer {key}"}).status_code == 401


@ONE_DATABASE
def test_over_tls_a_neighbours_cookie_counts_for_nothing(site: Site) -> None:
    """Another host of the same domain can set a cookie named ``lihui``; one named ``__Host-`` it cannot."""
    account(site, "anna")
    app = guarded(site)
    victim = visitor(app)
    log_in(victim, "anna")
    plain = visitor(app)
    plain.cookies.set("lihui", victim.cookies["__Host-lihui"])
    assert plain.get(f"{PUBLIC}{API}/me").status_code == 401

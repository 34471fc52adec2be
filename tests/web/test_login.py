from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from pipeline.records import people
from pipeline.records.passwords import is_outdated
from pipeline.records.site import Site
from pipeline.serving import Serving
from tests.web.askers import API, ONE_DATABASE, PASSWORD, account, guarded, log_in, program, visitor

NEW = "another animal that counts"


def test_in_and_out_again(site: Site) -> None:
    account(site, "anna", "viewer")
    client = visitor(guarded(site))
    assert client.get(f"{API}/login").json() == {"local": False, "oidc": False}
    assert log_in(client, "ANNA") == 200
    assert client.get(f"{API}/me").json() == {
        "name": "anna",
        "display": "anna",
        "email": None,
        "role": "viewer",
        "rights": ["read"],
    }
    key = client.cookies["__Host-lihui"]
    assert client.post(f"{API}/logout").status_code == 204
    assert client.get(f"{API}/me").status_code == 401
    client.cookies.set("__Host-lihui", key)
    assert client.get(f"{API}/me").status_code == 401, "the key itself is dead"


@ONE_DATABASE
def test_cookie_is_for_this_host_and_no_script(site: Site) -> None:
    account(site, "anna")
    answer = visitor(guarded(site)).post(f"{API}/login", json={"name": "anna", "password": PASSWORD})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    parts = {part.strip().casefold() for part in rest.split(";")[1:]}
    assert name == "__Host-lihui"
    assert parts == {"httponly", "path=/", "samesite=lax", "secure"}


@ONE_DATABASE
def test_without_tls_the_cookie_is_still_for_no_script(site: Site) -> None:
    account(site, "anna")
    app = guarded(site, Serving(host="192.0.2.10"))
    client = TestClient(app, base_url="http://192.0.2.10:8765")
    answer = client.post(f"{API}/login", json={"name": "anna", "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("lihui=")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert client.get(f"{API}/me").status_code == 200


def test_what_does_not_belong_together_gets_one_answer(site: Site) -> None:
    account(site, "anna")
    with site.database.session() as session:
        people.add(session, "oidc-only", "editor", subject="x")
        people.set_active(session, people.add(session, "closed", "editor", password="x"), False)
    app = guarded(site)
    answers = [
        visitor(app, f"192.0.2.{number}").post(
            f"{API}/login", json={"name": name, "password": "wrong password"}
        )
        for number, name in enumerate(("anna", "nobody", "oidc-only", "closed", "local", "a b", ""))
    ]
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (401, '{"status":401,"title":"Name or password is wrong."}')
    }


def test_password_is_hashed_again_when_times_have_changed(site: Site) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with site.database.session() as session:
        people.add(session, "anna", "editor", password=weak)
    client = visitor(guarded(site))
    assert log_in(client, "anna") == 200
    with site.database.reading() as session:
        user = people.named(session, "anna")
        assert user is not None
        assert user.password != weak
        assert not is_outdated(user.password or "")
    assert log_in(client, "anna") == 200


def test_changed_password_ends_other_browsers_and_not_this_one(site: Site) -> None:
    account(site, "anna")
    app = guarded(site)
    here, there = visitor(app), visitor(app)
    assert log_in(here, "anna") == log_in(there, "anna") == 200
    before = here.cookies["__Host-lihui"]
    wrong = here.put(f"{API}/me/password", json={"old": "not the old one", "new": NEW})
    assert wrong.status_code == 401
    short = here.put(f"{API}/me/password", json={"old": PASSWORD, "new": "short"})
    assert short.status_code == 422
    assert here.put(f"{API}/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 204
    assert here.cookies["__Host-lihui"] != before
    assert here.get(f"{API}/me").status_code == 200
    assert there.get(f"{API}/me").status_code == 401
    assert log_in(visitor(app), "anna") == 401
    assert log_in(visitor(app), "anna", NEW) == 200


def test_one_changes_ones_name_and_address(site: Site) -> None:
    account(site, "anna", "viewer")
    client = visitor(guarded(site))
    log_in(client, "anna")
    changed = client.patch(f"{API}/me", json={"display": "Anna Berg", "email": "anna@example.org"}).json()
    assert (changed["display"], changed["email"], changed["role"]) == (
        "Anna Berg",
        "anna@example.org",
        "viewer",
    )
    assert client.patch(f"{API}/me", json={"email": None}).json()["email"] is None
    assert client.patch(f"{API}/me", json={"role": "admin"}).status_code == 422


@ONE_DATABASE
def test_tokens_change_nothing_about_their_user(site: Site) -> None:
    client = program(guarded(site), site, account(site, "anna", "admin"))
    assert client.patch(f"{API}/me", json={"display": "Else"}).status_code == 403
    assert client.put(f"{API}/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 409


@ONE_DATABASE
def test_nobody_logs_in_to_a_service_of_this_machine(client: TestClient) -> None:
    assert client.get(f"{API}/login").json()["local"] is True
    assert client.post(f"{API}/login", json={"name": "local", "password": ""}).status_code == 409
    assert client.put(f"{API}/me/password", json={"old": "", "new": NEW}).status_code == 409

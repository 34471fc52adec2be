import pytest

from pipeline.records import people
from pipeline.records.site import Site
from tests.web.askers import API, ONE_DATABASE, PASSWORD, account, browser, guarded, log_in, visitor

NEW = {"name": "Wei.Chen", "role": "editor", "display": "Chen Wei", "password": PASSWORD}


def test_an_admin_makes_changes_and_removes_accounts(site: Site) -> None:
    app = guarded(site)
    admin = browser(app, site, account(site, "anna", "admin"))
    made = admin.post(f"{API}/users", json=NEW)
    assert made.status_code == 201
    assert PASSWORD not in made.text
    wei = made.json()
    assert (wei["name"], wei["display"], wei["has_password"]) == ("wei.chen", "Chen Wei", True)
    their = visitor(app)
    assert log_in(their, "wei.chen") == 200
    path = f"{API}/users/{wei['id']}"
    assert admin.patch(path, json={"role": "viewer", "email": "wei@example.org"}).json()["role"] == "viewer"
    assert their.get(f"{API}/me").json()["rights"] == ["read"], "the role holds from the next request on"
    assert admin.patch(path, json={"active": False}).json()["active"] is False
    assert their.get(f"{API}/me").status_code == 401
    assert log_in(their, "wei.chen") == 401
    assert admin.patch(path, json={"active": True, "password": "somewhat different now"}).status_code == 200
    assert log_in(their, "wei.chen", "somewhat different now") == 200
    assert admin.delete(path).status_code == 204
    assert their.get(f"{API}/me").status_code == 401
    assert admin.delete(path).status_code == 404
    assert [user["name"] for user in admin.get(f"{API}/users").json()] == ["anna"]


def test_deeds_are_in_the_audit_log_without_secrets(site: Site) -> None:
    admin = browser(guarded(site), site, account(site, "anna", "admin"))
    wei = admin.post(f"{API}/users", json=NEW).json()
    admin.patch(f"{API}/users/{wei['id']}", json={"password": "somewhat different now"})
    admin.delete(f"{API}/users/{wei['id']}")
    page = admin.get(f"{API}/audit", params={"about": "wei.chen"})
    told = [(line["who"], line["verb"], line["detail"]) for line in page.json()["lines"]]
    assert told == [
        ("anna", "user.remove", None),
        ("anna", "user.change", "password"),
        ("anna", "user.add", "editor"),
    ]
    assert "different" not in page.text


def test_a_name_is_given_once(site: Site) -> None:
    admin = browser(guarded(site), site, account(site, "anna", "admin"))
    assert admin.post(f"{API}/users", json={**NEW, "name": "ANNA"}).status_code == 409


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {**NEW, "name": "a b"},
        {**NEW, "name": "local"},
        {**NEW, "name": "x\u0000y"},
        {**NEW, "role": "owner"},
        {**NEW, "password": "short"},
        {**NEW, "email": "a@b.example\r\nBcc: all@example.org"},
        {**NEW, "email": "no address"},
        {**NEW, "more": 1},
    ],
)
def test_what_is_no_account(site: Site, wrong: dict[str, object]) -> None:
    admin = browser(guarded(site), site, account(site, "anna", "admin"))
    assert admin.post(f"{API}/users", json=wrong).status_code == 422


@ONE_DATABASE
@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_others_have_no_business_here(site: Site, role: people.Role) -> None:
    client = browser(guarded(site), site, account(site, "anna", role))
    for method, path in (
        ("GET", "users"),
        ("POST", "users"),
        ("PATCH", "users/1"),
        ("DELETE", "users/1"),
        ("GET", "audit"),
    ):
        assert (
            client.request(method, f"{API}/{path}", json=NEW if method == "POST" else {}).status_code == 403
        )


def test_the_last_admin_cannot_lock_the_service(site: Site) -> None:
    anna = account(site, "anna", "admin")
    admin = browser(guarded(site), site, anna)
    path = f"{API}/users/{anna.id}"
    assert admin.delete(path).status_code == 409
    assert admin.patch(path, json={"role": "viewer"}).status_code == 409
    assert admin.patch(path, json={"active": False}).status_code == 409
    assert admin.patch(path, json={"display": "Anna Berg", "role": "admin"}).status_code == 200


def test_the_local_user_is_no_account(site: Site) -> None:
    admin = browser(guarded(site), site, account(site, "anna", "admin"))
    with site.database.session() as session:
        local = people.local_user(session).id
    assert admin.delete(f"{API}/users/{local}").status_code == 404
    assert admin.patch(f"{API}/users/{local}", json={"password": PASSWORD}).status_code == 404

import pytest

from pipeline.records.site import Site
from tests.web.askers import API, ONE_DATABASE, account, browser, guarded

WEEKLY = {
    "name": "Weekly 例会",
    "cadence_days": 7,
    "language": "zh",
    "roster": [{"name": "王芳", "aliases": ["芳姐"], "department": "Sales"}],
}


def test_who_makes_a_series_is_its_first_member(site: Site) -> None:
    anna = browser(guarded(site), site, account(site, "anna"))
    made = anna.post(f"{API}/series", json=WEEKLY).json()
    assert made["roster"][0] == {"name": "王芳", "aliases": ["芳姐"], "title": None, "department": "Sales"}
    assert [member["name"] for member in made["members"]] == ["anna"]
    assert anna.get(f"{API}/series/{made['id']}").json() == made
    assert [series["name"] for series in anna.get(f"{API}/series").json()] == ["Weekly 例会"]


def test_others_do_not_know_of_it_until_they_are_members(site: Site) -> None:
    app = guarded(site)
    anna, wei = browser(app, site, account(site, "anna")), browser(app, site, account(site, "wei"))
    path = f"{API}/series/{anna.post(f'{API}/series', json=WEEKLY).json()['id']}"
    assert wei.get(f"{API}/series").json() == []
    tried: tuple[tuple[str, str, object], ...] = (
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("GET", "/contacts", None),
        ("PUT", "/contacts", []),
        ("POST", "/members", {"name": "wei"}),
        ("DELETE", "/members/1", None),
    )
    for method, rest, body in tried:
        assert wei.request(method, f"{path}{rest}", json=body).status_code == 404, (method, rest)
    members = anna.post(f"{path}/members", json={"name": "WEI"}).json()["members"]
    assert [member["name"] for member in members] == ["anna", "wei"]
    assert anna.post(f"{path}/members", json={"name": "wei"}).status_code == 201, "twice changes nothing"
    assert wei.get(path).status_code == 200
    assert anna.delete(f"{path}/members/{members[1]['user_id']}").status_code == 204
    assert wei.get(path).status_code == 404
    assert anna.delete(f"{path}/members/{members[1]['user_id']}").status_code == 404
    assert anna.post(f"{path}/members", json={"name": "nobody"}).status_code == 404


def test_what_is_left_out_stays(site: Site) -> None:
    anna = browser(guarded(site), site, account(site, "anna"))
    made = anna.post(f"{API}/series", json=WEEKLY).json()
    path = f"{API}/series/{made['id']}"
    assert anna.patch(path, json={"cadence_days": None}).json() == {**made, "cadence_days": None}
    changed = anna.patch(path, json={"name": "Monthly", "roster": [], "cadence_days": 30}).json()
    assert changed == {**made, "name": "Monthly", "roster": [], "cadence_days": 30}


def test_a_name_is_given_once(site: Site) -> None:
    anna = browser(guarded(site), site, account(site, "anna"))
    anna.post(f"{API}/series", json=WEEKLY)
    other = anna.post(f"{API}/series", json={"name": "Monthly"}).json()["id"]
    assert anna.post(f"{API}/series", json=WEEKLY).status_code == 409
    assert anna.patch(f"{API}/series/{other}", json={"name": WEEKLY["name"]}).status_code == 409
    assert anna.get(f"{API}/series/{other}").json()["name"] == "Monthly"


def test_contacts_are_replaced_whole(site: Site) -> None:
    anna = browser(guarded(site), site, account(site, "anna"))
    path = f"{API}/series/{anna.post(f'{API}/series', json=WEEKLY).json()['id']}/contacts"
    first = [{"name": "Tom Reed", "email": "tom@example.org"}, {"name": "王芳", "email": "fang@example.org"}]
    assert anna.put(path, json=first).json() == first
    assert anna.put(path, json=first[1:]).json() == first[1:]
    assert anna.get(path).json() == first[1:]
    assert anna.put(path, json=[{"name": "x", "email": "a@b, c@d"}]).status_code == 422


def test_addresses_for_meetings_without_series_are_the_admins_to_keep(site: Site) -> None:
    app = guarded(site)
    admin = browser(app, site, account(site, "kim", "admin"))
    editor, viewer = (
        browser(app, site, account(site, "anna")),
        browser(app, site, account(site, "wei", "viewer")),
    )
    addresses = [{"name": "Tom Reed", "email": "tom@example.org"}]
    assert editor.put(f"{API}/contacts", json=addresses).status_code == 403
    assert admin.put(f"{API}/contacts", json=addresses).json() == addresses
    assert editor.get(f"{API}/contacts").json() == addresses
    assert viewer.get(f"{API}/contacts").status_code == 403


def test_only_admins_delete_a_series(site: Site) -> None:
    app = guarded(site)
    anna, admin = browser(app, site, account(site, "anna")), browser(app, site, account(site, "kim", "admin"))
    path = f"{API}/series/{anna.post(f'{API}/series', json=WEEKLY).json()['id']}"
    assert anna.delete(path).status_code == 403
    assert admin.get(path).status_code == 200, "admins see all"
    assert admin.delete(path).status_code == 204
    assert anna.get(path).status_code == 404


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "a\nb"},
        {"name": "a\u0000b"},
        {"name": "x", "cadence_days": 0},
        {"name": "x", "language": "de"},
        {"name": "x", "roster": [{"name": "x"}] * 501},
        {"name": "x", "members": [1]},
    ],
)
def test_what_is_no_series(site: Site, wrong: dict[str, object]) -> None:
    anna = browser(guarded(site), site, account(site, "anna"))
    assert anna.post(f"{API}/series", json=wrong).status_code == 422


@ONE_DATABASE
def test_viewers_change_nothing(site: Site) -> None:
    viewer = browser(guarded(site), site, account(site, "wei", "viewer"))
    assert viewer.post(f"{API}/series", json=WEEKLY).status_code == 403
    assert viewer.get(f"{API}/series").status_code == 200


@ONE_DATABASE
@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "99999999999999999999", "x", "1%00"])
def test_numbers_that_are_no_id(site: Site, number: str) -> None:
    anna = browser(guarded(site), site, account(site, "anna"))
    assert anna.get(f"{API}/series/{number}").status_code == 422

from sqlalchemy import func, select

from pipeline.records.site import Site
from pipeline.records.tables import Token
from tests.web.askers import API, ONE_DATABASE, account, browser, guarded, program, visitor


def test_a_token_does_what_it_was_made_for(site: Site) -> None:
    app = guarded(site)
    anna = browser(app, site, account(site, "anna"))
    made = anna.post(f"{API}/tokens", json={"name": "backup", "scopes": ["read"], "days": 1}).json()
    holder = {"authorization": f"Bearer {made['key']}"}
    client = visitor(app)
    assert client.get(f"{API}/me", headers=holder).json()["rights"] == ["read"]
    assert client.get(f"{API}/series", headers=holder).status_code == 200
    listed = anna.get(f"{API}/tokens").json()
    assert [token["name"] for token in listed] == ["backup"]
    assert listed[0]["used_at"] is not None
    assert made["key"] not in anna.get(f"{API}/tokens").text
    assert anna.delete(f"{API}/tokens/{made['id']}").status_code == 204
    assert client.get(f"{API}/me", headers=holder).status_code == 401
    assert anna.get(f"{API}/tokens").json() == []


@ONE_DATABASE
def test_the_scheme_is_written_as_one_likes(site: Site) -> None:
    app = guarded(site)
    anna = browser(app, site, account(site, "anna"))
    key = anna.post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]}).json()["key"]
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert visitor(app).get(f"{API}/me", headers={"authorization": f"{scheme} {key}"}).status_code == 200


def test_others_tokens_are_for_admins_alone(site: Site) -> None:
    app = guarded(site)
    anna, wei = browser(app, site, account(site, "anna")), browser(app, site, account(site, "wei"))
    admin = browser(app, site, account(site, "kim", "admin"))
    made = anna.post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]}).json()
    assert wei.get(f"{API}/tokens").json() == []
    assert wei.get(f"{API}/tokens", params={"everybody": True}).status_code == 403
    assert wei.delete(f"{API}/tokens/{made['id']}").status_code == 404
    assert [token["user"] for token in admin.get(f"{API}/tokens?everybody=true").json()] == ["anna"]
    assert admin.delete(f"{API}/tokens/{made['id']}").status_code == 204


def test_what_no_token_can_be(site: Site) -> None:
    app = guarded(site)
    viewer = account(site, "anna", "viewer")
    client = browser(app, site, viewer)
    tried: tuple[tuple[dict[str, object], int], ...] = (
        ({"name": "x", "scopes": ["write"]}, 403),
        ({"name": "x", "scopes": ["read", "admin"]}, 403),
        ({"name": "x", "scopes": []}, 422),
        ({"name": "x", "scopes": ["everything"]}, 422),
        ({"name": "", "scopes": ["read"]}, 422),
        ({"name": "x", "scopes": ["read"], "days": 0}, 422),
        ({"name": "x", "scopes": ["read"], "days": 10**9}, 422),
    )
    for wrong, status in tried:
        assert client.post(f"{API}/tokens", json=wrong).status_code == status, wrong
    assert (
        program(app, site, viewer, "read")
        .post(f"{API}/tokens", json={"name": "x", "scopes": ["read"]})
        .status_code
        == 403
    )
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Token)) == 1

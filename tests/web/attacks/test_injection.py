"""Text that wants to be more than text: markup, paths, headers, addresses."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.records.site import Site
from pipeline.records.tables import Draft
from pipeline.web.api.oidc import own_path
from tests.web.askers import API, ONE_DATABASE, account, browser, guarded, program, visitor
from tests.web.minuted import minuted_meeting

pytestmark = ONE_DATABASE
MARKUP = "<script>alert(1)</script>"
HOSTILE = (
    MARKUP,
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    "${7*7}",
    "'; DROP TABLE users; --",
    "../../etc/passwd",
    "..\\..\\x",
    "=HYPERLINK(1)",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_back_as_text_in_json_alone(site: Site, text: str) -> None:
    """Stored markup: the API renders nothing, names its type, and browsers may not guess another."""
    client = browser(guarded(site), site, account(site, "anna"))
    made = client.post(f"{API}/series", json={"name": text, "roster": [{"name": text}]})
    series = made.json()
    assert (series["name"], series["roster"][0]["name"]) == (text, text)
    meeting = client.post(f"{API}/meetings", json={"title": text, "series_id": series["id"]})
    assert meeting.status_code == 201, meeting.text
    for path in ("series", f"series/{series['id']}", "meetings"):
        answer = client.get(f"{API}/{path}", headers={"accept": "text/html"})
        assert json.dumps(text) in answer.text
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["content-security-policy"]


def test_what_is_refused_is_json_too(site: Site) -> None:
    client = browser(guarded(site), site, account(site, "anna"))
    for answer in (
        client.get(f"/{quote(MARKUP)}"),
        client.get(f"{API}/series/{quote(MARKUP)}"),
        client.get(f"{API}/meetings", params={MARKUP: MARKUP}),
        client.post(f"{API}/series", json={MARKUP: 1}),
        client.post(f"{API}/series/1/members", json={"name": MARKUP}),
    ):
        assert answer.headers["content-type"] in ("application/problem+json", "application/json")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_of_minutes_is_saved_and_not_opened_here(site: Site) -> None:
    anna = account(site, "anna")
    client = browser(guarded(site), site, anna)
    with site.database.session() as session:
        meeting = minuted_meeting(session, owner_id=anna.id)
        draft = session.get_one(Draft, (meeting.id, 1))
        facts = draft.minutes.meeting.model_copy(update={"title": MARKUP})
        draft.minutes = draft.minutes.model_copy(update={"meeting": facts})
    answer = client.get(f"{API}/meetings/{meeting.id}/files/minutes.html")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert MARKUP not in answer.text
    assert "alert(1)" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/static/../../pyproject.toml",
        "/static/..%5c..%5cpyproject.toml",
        f"{API}/meetings/..%2f..%2fx",
        f"{API}/meetings/../../../etc/passwd",
        f"{API}/meetings/%00",
        f"{API}/meetings/{'0' * 16}/files/..%2f..%2fsecret",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out(site: Site, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_text("secret")
    answer = program(guarded(site), site, account(site, "anna", "admin")).get(path)
    assert answer.status_code in (404, 405, 422), answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "path", ["../secret", "a/../../secret", "/etc/passwd", "a//b", ".hidden", "a\\b", "a\0b", ""]
)
def test_the_file_store_takes_no_such_path(site: Site, path: str) -> None:
    for use in (site.files.get, site.files.delete, site.files.size, site.files.listed):
        with pytest.raises(ValueError, match="no path of this program"):
            use(path)


@pytest.mark.parametrize("text", ["a\r\nSet-Cookie: x=y", "a\nb", "a\rb", "a\0b", "a\x1bb"])
def test_no_line_break_gets_into_a_header_or_a_mail(site: Site, text: str) -> None:
    client = browser(guarded(site), site, account(site, "anna", "admin"))
    for path, body in (
        ("series", {"name": text}),
        ("users", {"name": "wei", "role": "editor", "display": text}),
        ("users", {"name": "wei", "role": "editor", "email": f"a@b.example{text}"}),
        ("tokens", {"name": text, "scopes": ["read"]}),
        ("places", {"name": text, "address": "https://open.feishu.cn/x"}),
    ):
        assert client.post(f"{API}/{path}", json=body).status_code == 422
    answer = client.get(f"{API}/login/oidc", params={"after": f"/{text}"})
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(
    "after",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/\t/evil.example",
        "/a\r\nLocation: //evil.example",
        " /x",
        "/x y",
    ],
)
def test_after_log_in_nobody_is_sent_elsewhere(after: str, site: Site) -> None:
    assert own_path(after) == "/"


@pytest.mark.parametrize("after", ["/", "/meetings/m1?tab=review#item-3", "/搜索", "/a//b", "/a:b@c"])
def test_after_log_in_one_comes_back_to_where_one_was(after: str, site: Site) -> None:
    assert own_path(after) == after


def test_a_redirect_of_ours_stays_with_us(site: Site) -> None:
    """A path with a slash too many is redirected: to the name that was checked, and never to another host."""
    client = visitor(guarded(site))
    for path in ("//evil.example/api/v1/me/", f"{API}/me/", "/%2f%2fevil.example/"):
        answer = client.get(path)
        assert answer.headers.get("location", "https://minutes.example.org").startswith(
            ("https://minutes.example.org", "/api/")
        )

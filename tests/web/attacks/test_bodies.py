"""Bodies that are too large, of another kind than they say, or made to be expensive."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from pipeline.records.site import Site
from pipeline.web.protection import BODY_BYTES
from tests.web.askers import API, ONE_DATABASE, account, browser, guarded, log_in, program, visitor
from tests.web.attacks.annas import annas
from tests.web.attacks.walk import Operation, ids_of, operations

pytestmark = ONE_DATABASE
JSON = {"content-type": "application/json"}


def takes_json(app: FastAPI) -> Iterator[Operation]:
    for one in operations(app):
        if one.body is not None and one.body.get("format") != "binary":
            yield one


def address_of(one: Operation, known: dict[str, object]) -> str:
    path = one.path
    for name in one.ids:
        path = path.replace(f"{{{name}}}", str(known[name]))
    return path


def test_no_route_reads_more_than_a_megabyte(site: Site) -> None:
    app = guarded(site)
    anna = account(site, "anna", "admin")
    known, client = ids_of(annas(site, anna)), program(app, site, anna)
    large = b'{"name": "' + b"x" * BODY_BYTES + b'"}'

    def in_pieces() -> Iterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    for one in takes_json(app):
        path = address_of(one, known)
        for content in (large, in_pieces()):  # of a length that is told, and of one that is not
            answer = client.request(one.method, path, content=content, headers=JSON)
            assert answer.status_code == 413, one.name


def test_strangers_cannot_have_it_read_either(site: Site) -> None:
    client = visitor(guarded(site))
    assert client.post(f"{API}/login", content=b"[" * (BODY_BYTES + 1), headers=JSON).status_code == 413
    assert client.get(f"{API}/me", params={"x": "y"}).status_code == 401


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", None],
)
def test_json_under_another_name_is_not_read_as_json(site: Site, kind: str | None) -> None:
    """Forms of other sites can send these without being asked for permission; JSON they cannot."""
    app = guarded(site)
    anna = account(site, "anna", "admin")
    client = browser(app, site, anna)
    headers = {} if kind is None else {"content-type": kind}
    answer = client.post(f"{API}/series", content=b'{"name": "Weekly"}', headers=headers)
    assert answer.status_code == 422
    assert client.get(f"{API}/series").json() == []


def test_no_route_takes_json_under_another_name(site: Site) -> None:
    app = guarded(site)
    anna = account(site, "anna", "admin")
    known, client = ids_of(annas(site, anna)), program(app, site, anna)
    for one in takes_json(app):
        answer = client.request(
            one.method, address_of(one, known), content=b"{}", headers={"content-type": "text/plain"}
        )
        assert answer.status_code == 422, one.name


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"name": ' * 20_000,
        b'{"name": "\\ud800"}',
        b'{"name": "\\u0000"}',
        b'{"name": NaN}',
        b'{"name": "x", "cadence_days": 1e400}',
        b'{"name": "x", "cadence_days": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_json_of_ours_is_a_refusal_and_no_failure(site: Site, content: bytes) -> None:
    client = program(guarded(site), site, account(site, "anna"))
    answer = client.post(f"{API}/series", content=content, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_password_of_a_megabyte_is_not_hashed(site: Site) -> None:
    account(site, "anna")
    client = visitor(guarded(site))
    assert log_in(client, "anna", "x" * 1025) == 422
    assert log_in(client, "x" * 201) == 422


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "X" * 50])
def test_methods_that_are_none(site: Site, method: str) -> None:
    client = program(guarded(site), site, account(site, "anna"))
    assert client.request(method, f"{API}/series").status_code == 405

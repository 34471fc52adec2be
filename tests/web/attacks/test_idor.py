"""Ben, who is logged in and may do everything an editor may, tries what is Anna's, on every route there is."""

import pytest
from fastapi import FastAPI

from pipeline.records.site import Site
from tests.web.askers import account, guarded, program, visitor
from tests.web.attacks.annas import WORD, Annas, annas
from tests.web.attacks.walk import OPEN, Json, Operation, ids_of, operations

ABSENT: Json = {
    "meeting_id": "0" * 16,
    "meeting": "0" * 16,
    "series_id": 999999,
    "upload_id": "0" * 32,
    "number": 1,
    "name": "minutes.md",
    "place_id": 999999,
    "place": 999999,
    "user_id": 999999,
    "token_id": 999999,
    "webhook_id": 999999,
    "task_id": 999999,
}
"""Ids of nothing."""
HERS = frozenset(ABSENT) - {"name", "number"}
"""Whoever says one of these talks about somebody's things."""


@pytest.fixture
def app(site: Site) -> FastAPI:
    return guarded(site)


@pytest.fixture
def hers(site: Site) -> Annas:
    return annas(site, account(site, "anna"))


def about_her(app: FastAPI) -> tuple[Operation, ...]:
    return tuple(
        one for one in operations(app) if one.mentioned() & HERS and (one.method, one.path) not in OPEN
    )


def test_every_id_of_a_path_is_known_to_the_walk(app: FastAPI, hers: Annas) -> None:
    known = ids_of(hers)
    for one in operations(app):
        assert set(one.ids) <= set(known), f"{one.name}: say in `ids_of` and `ABSENT` what Anna's is"


def test_what_is_annas_does_not_exist_for_ben(app: FastAPI, site: Site, hers: Annas) -> None:
    ben = program(app, site, account(site, "ben"))
    found: list[str] = []
    for one in about_her(app):
        answer, nothing = one.sent(ben, ids_of(hers)), one.sent(ben, {**ids_of(hers), **ABSENT})
        same = (answer.status_code, answer.text) == (nothing.status_code, nothing.text)
        # A list that is asked for what is hers has nothing of it to show.
        refused = answer.status_code in (403, 404) or (one.method == "GET" and not set(one.ids) & HERS)
        if not (refused and same):
            found.append(f"{one.name}: {answer.status_code} {answer.text}, of nothing {nothing.text}")
    assert not found, "\n".join(found)


def test_no_list_shows_ben_what_is_annas(app: FastAPI, site: Site, hers: Annas) -> None:
    ben = program(app, site, account(site, "ben"))
    for one in operations(app):
        if one.method == "GET" and not set(one.ids) & HERS:
            answer = one.sent(ben, {**ids_of(hers)})
            assert WORD not in answer.text.casefold(), one.name
            assert hers.meeting_id not in answer.text, one.name


def test_for_anna_and_an_admin_it_does_exist(app: FastAPI, site: Site, hers: Annas) -> None:
    """The walk would find what is there: the same requests reach her things when she sends them."""
    admin = program(app, site, account(site, "kim", "admin"))
    missed: list[str] = []
    for one in about_her(app):
        answer = one.sent(admin, ids_of(hers))
        if answer.status_code in (401, 403, 404, 422, 405) or answer.status_code >= 500:
            missed.append(f"{one.name}: {answer.status_code} {answer.text}")
    assert not missed, "\n".join(missed)


def test_nobody_at_all_gets_nothing(app: FastAPI, site: Site, hers: Annas) -> None:
    for one in operations(app):
        if (one.method, one.path) not in OPEN:
            assert one.sent(visitor(app), ids_of(hers)).status_code == 401, one.name

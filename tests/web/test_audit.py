from datetime import timedelta

from sqlalchemy import select, update

from pipeline.records import audit
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Audit
from tests.web.askers import API, account, browser, guarded


def test_pages_go_back_in_time_and_end(site: Site) -> None:
    admin = browser(guarded(site), site, account(site, "anna", "admin"))
    with site.database.session() as session:
        for number in range(5):
            audit.note(session, "wei", f"deed.{number}", about="m1")
    first = admin.get(f"{API}/audit", params={"most": 3}).json()
    assert [line["verb"] for line in first["lines"]] == ["deed.4", "deed.3", "deed.2"]
    last = admin.get(f"{API}/audit", params={"most": 3, "before": first["before"]}).json()
    assert [line["verb"] for line in last["lines"]] == ["deed.1", "deed.0"]
    assert last["before"] is None


def test_lines_of_one_account_or_deed(site: Site) -> None:
    admin = browser(guarded(site), site, account(site, "anna", "admin"))
    with site.database.session() as session:
        audit.note(session, "wei", "meeting.delete", about="m1", detail="x")
        audit.note(session, "tom", "meeting.delete", about="m2")
        audit.note(session, "tom", "meeting.create", about="m2")
    for wanted, count in (({"who": "tom"}, 2), ({"verb": "meeting.delete"}, 2), ({"about": "m1"}, 1)):
        assert len(admin.get(f"{API}/audit", params=wanted).json()["lines"]) == count
    assert (
        admin.get(f"{API}/audit", params={"who": "tom", "verb": "meeting.delete"}).json()["lines"][0]["about"]
        == "m2"
    )


def test_old_lines_are_forgotten(site: Site) -> None:
    with site.database.session() as session:
        audit.note(session, "wei", "old")
        session.flush()
        session.execute(update(Audit).values(at=now() - timedelta(days=31)))
        audit.note(session, "wei", "new")
        session.flush()
        audit.forget(session, 30)
        assert list(session.scalars(select(Audit.verb))) == ["new"]

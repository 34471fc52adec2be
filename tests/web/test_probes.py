import shutil
from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from pipeline.meeting import Meeting
from pipeline.records.database import Database
from pipeline.records.site import Site
from pipeline.records.tables import Job, MeetingRow
from pipeline.web.app import make_app
from tests.web.askers import API, ONE_DATABASE, PUBLIC, account, browser, guarded, log_in, program, visitor


def test_well_is_told_to_everybody_and_nothing_else(site: Site) -> None:
    answer = visitor(guarded(site)).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "files": "ok"})


@ONE_DATABASE
def test_a_database_that_is_gone(site: Site) -> None:
    gone = Database("postgresql://lihui@/nowhere?host=/nowhere")
    answer = visitor(guarded(replace(site, database=gone))).get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable", "files": "ok"})


@ONE_DATABASE
def test_files_that_are_gone(site: Site, tmp_path: Path) -> None:
    app = guarded(site)
    shutil.rmtree(tmp_path / "files", ignore_errors=True)
    (tmp_path / "files").write_text("a file where the folder was")
    answer = visitor(app).get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "ok", "files": "unreachable"})


def test_figures_for_prometheus(site: Site) -> None:
    with site.database.session() as session:
        session.add(MeetingRow(id="m1", title="Weekly", facts=Meeting()))
        session.flush()
        for number, state in enumerate(("waiting", "waiting", "done")):
            session.add(Job(id=f"j{number}", meeting_id="m1", queue="listen", state=state, turn=number))
    app = guarded(site)
    admin = program(app, site, account(site, "anna", "admin"))
    for number in range(3):
        admin.get(f"{API}/series/{number + 1}")
    log_in(visitor(app), "anna", "wrong password")
    text = admin.get("/metrics").text
    assert 'lihui_jobs{queue="listen",state="waiting"} 2.0' in text
    assert 'lihui_jobs{queue="listen",state="done"} 1.0' in text
    assert 'lihui_requests_total{method="GET",route="/api/v1/series/{series_id}",status="404"} 3.0' in text
    assert 'lihui_request_seconds_count{method="GET",route="/api/v1/series/{series_id}"} 3.0' in text
    assert "lihui_logins_refused_total 1.0" in text
    assert "lihui_upload_bytes_total 0.0" in text


@ONE_DATABASE
def test_figures_are_for_admins_and_this_machine(site: Site) -> None:
    app = guarded(site)
    admin = account(site, "anna", "admin")
    assert visitor(app).get("/metrics").status_code == 404
    assert browser(app, site, account(site, "wei")).get("/metrics").status_code == 404
    assert program(app, site, admin, "read").get("/metrics").status_code == 404
    assert program(app, site, admin, "admin").get("/metrics").status_code == 200
    # A proxy on this machine asks for strangers: it sends the public name, or says for whom it asks.
    here = ("127.0.0.1", 1)
    assert TestClient(app, base_url=PUBLIC, client=here).get("/metrics").status_code == 404
    local = make_app(site, local=True)
    plain = TestClient(local, base_url="http://127.0.0.1:8765", client=here)
    assert plain.get("/metrics").status_code == 200

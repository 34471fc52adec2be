import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.meeting import Meeting
from pipeline.records import audit, meetings, retention, uploads
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import (
    Audit,
    Chore,
    Login,
    MeetingRow,
    Recording,
    Token,
    Upload,
    UploadPart,
    User,
)
from pipeline.serving import Serving

KEEP = Serving(keep_days=30, upload_days=7, audit_days=100)


@pytest.fixture
def keeping(site: Site) -> Site:
    """A service that keeps meetings for thirty days."""
    return Site(site.settings.model_copy(update={"serve": KEEP}), site.database, site.files, site.scratch)


def days_ago(days: float) -> datetime:
    return now() - timedelta(days=days)


def a_meeting(session: Session, id: str, *, put_in: float, held: float | None = None) -> MeetingRow:
    row = MeetingRow(id=id, title=id, facts=Meeting(), created_at=days_ago(put_in))
    row.held_on = None if held is None else days_ago(held).date()
    session.add(row)
    session.flush()
    return row


def an_upload(
    session: Session, site: Site, meeting: str, name: str, *, moved: float, done: bool = False
) -> str:
    upload = Upload(
        id=name * 32,
        meeting_id=meeting,
        number=1,
        name="a.wav",
        length=10,
        done=done,
        changed_at=days_ago(moved),
    )
    session.add(upload)
    session.flush()
    path = f"{uploads.folder(upload.id)}/0-aa"
    site.files.put(path, b"12345")
    if not done:
        session.add(UploadPart(upload_id=upload.id, start=0, size=5, path=path))
    return upload.id


def test_meetings_go_by_the_day_they_were_held(keeping: Site) -> None:
    with keeping.database.session() as session:
        a_meeting(session, "held-long-ago", put_in=20, held=40)
        a_meeting(session, "held-lately", put_in=50, held=29)
        a_meeting(session, "of-no-day", put_in=40)
        a_meeting(session, "of-no-day-new", put_in=20)
        a_meeting(session, "put-in-just-now", put_in=0.1, held=400)
    keeping.files.put("meetings/held-long-ago/recording-1.wav", b"x")
    keeping.files.put("meetings/held-lately/recording-1.wav", b"x")
    retention.forget_old(keeping)
    with keeping.database.reading() as session:
        left = set(session.scalars(select(MeetingRow.id)))
        told = set(session.scalars(select(Audit.about).where(Audit.verb == "meeting.expire")))
    assert left == {"held-lately", "of-no-day-new", "put-in-just-now"}
    assert told == {"held-long-ago", "of-no-day"}
    assert keeping.files.listed("meetings") == ("meetings/held-lately/recording-1.wav",)


def test_without_a_limit_meetings_are_kept(site: Site) -> None:
    with site.database.session() as session:
        a_meeting(session, "old", put_in=4000, held=4000)
    retention.forget_old(site)
    with site.database.reading() as session:
        assert session.get(MeetingRow, "old") is not None


def test_uploads_that_do_not_move_are_thrown_away(keeping: Site) -> None:
    with keeping.database.session() as session:
        a_meeting(session, "m", put_in=1)
        an_upload(session, keeping, "m", "a", moved=8)
        kept = an_upload(session, keeping, "m", "b", moved=6)
        an_upload(session, keeping, "m", "c", moved=8, done=True)
    retention.forget_old(keeping)
    with keeping.database.reading() as session:
        assert list(session.scalars(select(Upload.id))) == [kept]
    assert keeping.files.listed("uploads") == (f"uploads/{kept}/0-aa",)


def test_log_ins_tokens_and_old_lines_of_the_log_go(keeping: Site) -> None:
    with keeping.database.session() as session:
        user = User(name="anna", display="Anna", role="editor")
        session.add(user)
        session.flush()
        for name, ends in (("old", days_ago(1)), ("new", days_ago(-1))):
            session.add(Login(digest=name, user_id=user.id, expires_at=ends))
            session.add(Token(digest=name, user_id=user.id, name=name, scopes=(), expires_at=ends))
        session.add(Token(digest="for-ever", user_id=user.id, name="x", scopes=()))
        audit.note(session, "anna", "new")
        session.add(Audit(who="anna", verb="old", at=days_ago(101)))
    retention.forget_old(keeping)
    with keeping.database.reading() as session:
        assert list(session.scalars(select(Login.digest))) == ["new"]
        assert set(session.scalars(select(Token.digest))) == {"new", "for-ever"}
        assert list(session.scalars(select(Audit.verb))) == ["new"]


def test_files_that_no_row_names_are_swept(site: Site) -> None:
    known, gone = "a" * 16, "b" * 16
    with site.database.session() as session:
        a_meeting(session, known, put_in=1)
        arriving = an_upload(session, site, known, "a", moved=0)
        done = an_upload(session, site, known, "d", moved=0, done=True)
        path = f"meetings/{known}/recording-2.wav"
        session.add(
            Recording(meeting_id=known, number=2, kind="recording", name="a", path=path, size=1, sha256="0")
        )
    kept = {
        f"uploads/{arriving}/0-aa",
        f"meetings/{known}/recording-1.wav",
        f"meetings/{known}/recording-2.wav",
        f"meetings/{known}/artefacts/x/read-1.json",
    }
    lost = {
        f"uploads/{'e' * 32}/0-aa",
        f"uploads/{done}/0-aa",
        f"meetings/{known}/recording-3.wav",
        f"meetings/{gone}/recording-1.wav",
        f"meetings/{gone}/artefacts/x/read-1.json",
    }
    for path in kept | lost:
        site.files.put(path, b"x")
    for folder in (known, gone, "somebody-elses"):
        (site.scratch / folder / "desk-0").mkdir(parents=True)
    retention.sweep(site)
    assert {*site.files.listed("uploads"), *site.files.listed("meetings")} == kept
    assert {folder.name for folder in site.scratch.iterdir()} == {known, "somebody-elses"}


def test_a_crash_between_rows_and_files_leaves_nothing_for_ever(site: Site) -> None:
    with site.database.session() as session:
        meeting = a_meeting(session, "c" * 16, put_in=1)
        an_upload(session, site, meeting.id, "a", moved=0)
        site.files.put(f"meetings/{meeting.id}/artefacts/x/read-1.json", b"x")
        meetings.remove(session, meeting)
    # The process ends here, before the files are deleted.
    assert len(site.files.listed("meetings")) == len(site.files.listed("uploads")) == 1
    retention.clean(site)
    assert site.files.listed("meetings") == site.files.listed("uploads") == ()


def test_of_several_workers_one_does_the_work(keeping: Site) -> None:
    with keeping.database.session() as session:
        for number in range(20):
            a_meeting(session, f"{number:016x}", put_in=40)
    workers = [threading.Thread(target=retention.clean, args=(keeping,)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with keeping.database.reading() as session:
        assert list(session.scalars(select(MeetingRow.id))) == []
        told = list(session.scalars(select(Audit.about).where(Audit.verb == "meeting.expire")))
        assert len(told) == 20
        at = {chore.name: chore.at for chore in session.scalars(select(Chore))}
    retention.clean(keeping)
    with keeping.database.reading() as session:
        assert {chore.name: chore.at for chore in session.scalars(select(Chore))} == at

import tarfile
from collections.abc import Generator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from eval.postgres import fresh_database
from pipeline.errors import EnvironmentProblem, InputError
from pipeline.meeting import Meeting, Participant
from pipeline.records.backup import back_up, restore
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.tables import HeardLine, Login, MeetingRow, SearchText, Series, User

HELD = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def quiet(sentence: str) -> None:
    """Nobody watches."""


def fill(database: Database, files: Files) -> None:
    with database.session() as session:
        user = User(name="mei", display="梅 “O'Neil” 😀", role="editor", created_at=HELD)
        series = Series(name="周例会", roster=(Participant(name="王蕾"),))
        session.add_all([user, series])
        session.flush()
        session.add(Login(digest="d" * 64, user_id=user.id, expires_at=HELD))
        facts = Meeting(title="周例会", held_on=date(2026, 3, 2))
        session.add(
            MeetingRow(
                id="00aa",
                owner_id=user.id,
                series_id=series.id,
                title="周",
                held_on=facts.held_on,
                facts=facts,
            )
        )
        session.flush()
        session.add(SearchText(meeting_id="00aa", kind="title", text="周", spaced="周"))
        session.add_all(HeardLine(meeting_id="00aa", number=n, text=f"第{n}句") for n in range(1200))
    files.put("meetings/00aa/recording-1.m4a", bytes(3_000_000))
    files.put("meetings/00aa/artefacts/0f/read-1.json", b"{}")


@pytest.fixture
def elsewhere(tmp_path: Path, database: Database, postgres_server: str) -> Generator[Database]:
    """An empty database of the other kind."""
    with ExitStack() as stack:
        if database.is_sqlite:
            made = Database(stack.enter_context(fresh_database(postgres_server)))
        else:
            made = Database(f"sqlite:///{tmp_path}/other/lihui.db")
        stack.callback(made.close)
        yield made


def test_all_comes_back_in_the_other_kind_of_database(
    database: Database, elsewhere: Database, files_url: str, tmp_path: Path
) -> None:
    files, others = Files(files_url), Files(str(tmp_path / "others"))
    fill(database, files)
    made = back_up(database, files, tmp_path / "backup.tar", quiet)
    assert restore(elsewhere, others, tmp_path / "backup.tar", quiet) == made
    with elsewhere.session() as session:
        meeting = session.scalars(select(MeetingRow)).one()
        assert (meeting.title, meeting.held_on, meeting.facts.held_on) == (
            "周",
            date(2026, 3, 2),
            meeting.held_on,
        )
        assert session.scalars(select(User)).one().created_at == HELD
        assert session.scalars(select(Series)).one().roster == (Participant(name="王蕾"),)
        assert len(session.scalars(select(HeardLine)).all()) == 1200
        assert session.scalars(select(Login)).all() == []
        # New rows get numbers of their own.
        session.add(User(name="new", display="new", role="viewer"))
        session.flush()
    assert others.listed("meetings") == files.listed("meetings")
    assert others.get("meetings/00aa/recording-1.m4a") == bytes(3_000_000)


def test_a_service_with_meetings_is_not_overwritten(database: Database, tmp_path: Path) -> None:
    files = Files(str(tmp_path / "files"))
    fill(database, files)
    back_up(database, files, tmp_path / "backup.tar", quiet)
    with pytest.raises(EnvironmentProblem, match="not empty"):
        restore(database, files, tmp_path / "backup.tar", quiet)


def test_a_backup_that_was_cut_short_is_refused_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    files = Files(str(tmp_path / "files"))
    fill(database, files)
    whole = tmp_path / "backup.tar"
    back_up(database, files, whole, quiet)
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    empty = Database(f"sqlite:///{tmp_path}/empty/lihui.db")
    with pytest.raises(InputError, match="backup"):
        restore(empty, Files(str(tmp_path / "none")), cut, quiet)
    assert not (tmp_path / "none").exists()
    empty.close()


@pytest.mark.parametrize("content", [b"", b"not a tar at all", b"\0" * 2048])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    empty = Database(f"sqlite:///{tmp_path}/lihui.db")
    with pytest.raises(InputError, match=r"x\.tar"):
        restore(empty, Files(str(tmp_path / "files")), tmp_path / "x.tar", quiet)
    empty.close()


def test_no_name_in_a_backup_leads_out_of_the_store(database: Database, tmp_path: Path) -> None:
    files = Files(str(tmp_path / "files"))
    back_up(database, files, tmp_path / "backup.tar", quiet)
    (tmp_path / "evil").write_bytes(b"evil")
    with tarfile.open(tmp_path / "backup.tar", "a") as archive:
        archive.add(tmp_path / "evil", "files/../../evil-was-here")
    other = Database(f"sqlite:///{tmp_path}/other/lihui.db")
    with pytest.raises(InputError):
        restore(other, Files(str(tmp_path / "others" / "files")), tmp_path / "backup.tar", quiet)
    assert not (tmp_path / "evil-was-here").exists()
    other.close()

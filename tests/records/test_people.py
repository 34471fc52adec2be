from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from pipeline.errors import UsageError
from pipeline.meeting import Meeting
from pipeline.records import keys, people
from pipeline.records.columns import now
from pipeline.records.database import Database
from pipeline.records.people import NameTaken
from pipeline.records.tables import Login, MeetingRow, Member, Series, Token, User


def _anna(database: Database) -> User:
    with database.session() as session:
        return people.add(session, "Anna.Berg", "editor", password="hash")


def test_name_means_the_same_account_however_it_is_typed(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        for typed in ("anna.berg", " ANNA.BERG ", "ＡＮＮＡ．ＢＥＲＧ"):
            found = people.named(session, typed)
            assert found is not None
            assert found.id == anna.id
        with pytest.raises(NameTaken, match="already"):
            people.add(session, "ANNA.berg", "viewer")
        assert people.add(session, "王芳", "viewer").name == "王芳"


@pytest.mark.parametrize(
    "name", ["", "  ", "a b", "../../x", "<b>", "local", "Local", "a\nb", "_x", "x" * 200]
)
def test_what_cannot_be_a_name(database: Database, name: str) -> None:
    with database.session() as session, pytest.raises(UsageError, match="cannot be the name"):
        people.add(session, name, "viewer")


def test_local_user_is_made_once_and_nobody_logs_in_as_it(database: Database) -> None:
    with database.session() as session:
        made = people.local_user(session)
        assert people.local_user(session).id == made.id
        assert (made.name, made.role) == ("local", "admin")
        made.password = "hash"
        session.flush()
        assert not people.somebody_can_log_in(session)


def test_service_without_a_password_has_nobody_who_could_log_in(database: Database) -> None:
    with database.session() as session:
        people.add(session, "wei", "admin")
        assert not people.somebody_can_log_in(session)
    anna = _anna(database)
    with database.session() as session:
        assert people.somebody_can_log_in(session)
        people.set_active(session, session.merge(anna), False)
        session.flush()
        assert not people.somebody_can_log_in(session)


def test_only_digests_of_keys_are_kept(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        cookie = keys.start_login(session, anna, 1)
        _, token = keys.make_token(session, anna, "ci", ("read",), None)
    assert token.startswith("lh_")
    assert len(token) >= 3 + 43
    assert len(cookie) >= 43
    with database.reading() as session:
        kept = f"{session.execute(select(Login.__table__)).all()} {session.execute(select(Token.__table__)).all()}"
    assert cookie not in kept
    assert token not in kept


def test_closed_account_is_logged_out_and_its_tokens_are_dead(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        cookie = keys.start_login(session, anna, 1)
        _, token = keys.make_token(session, anna, "ci", ("read",), None)
        assert keys.login_holder(session, cookie) is not None
        assert keys.token_holder(session, token) is not None
    with database.session() as session:
        people.set_active(session, session.merge(anna), False)
    with database.session() as session:
        assert keys.login_holder(session, cookie) is None
        assert keys.token_holder(session, token) is None
        people.set_active(session, session.merge(anna), True)
    with database.session() as session:
        assert keys.login_holder(session, cookie) is None, "opened again, it is not logged in again"
        assert keys.token_holder(session, token) is not None


def test_removed_account_leaves_no_key_and_its_meetings_stay(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        cookie = keys.start_login(session, anna, 1)
        _, token = keys.make_token(session, anna, "ci", ("read",), None)
        session.add(Series(id=1, name="Weekly"))
        session.flush()
        session.add(Member(series_id=1, user_id=anna.id))
        session.add(MeetingRow(id="m1", title="Weekly", owner_id=anna.id, facts=Meeting()))
    with database.session() as session:
        people.remove(session, session.merge(anna))
    with database.session() as session:
        assert keys.login_holder(session, cookie) is None
        assert keys.token_holder(session, token) is None
        for table in (Login, Token, Member):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        meeting = session.get(MeetingRow, "m1")
        assert meeting is not None
        assert meeting.owner_id is None


def test_new_password_ends_old_logins_and_no_token(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        cookie = keys.start_login(session, anna, 1)
        _, token = keys.make_token(session, anna, "ci", ("read",), None)
    with database.session() as session:
        people.set_password(session, session.merge(anna), "other")
    with database.session() as session:
        assert keys.login_holder(session, cookie) is None
        assert keys.token_holder(session, token) is not None


def test_login_ends_unless_it_is_used(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        used, forgotten = keys.start_login(session, anna, 1), keys.start_login(session, anna, 1)
        soon = now() + timedelta(minutes=1)
        session.execute(update(Login).values(expires_at=soon, seen_at=now() - timedelta(minutes=59)))
        holder = keys.login_holder(session, used)
        assert holder is not None
        assert holder.stale
        keys.note_login(session, used, 1)
        moved = session.get(Login, keys.digest(used), populate_existing=True)
        assert moved is not None
        assert moved.expires_at > now() + timedelta(minutes=58)
        holder = keys.login_holder(session, used)
        assert holder is not None
        assert not holder.stale, "the next request writes nothing"
        late = now() - timedelta(seconds=1)
        session.execute(update(Login).where(Login.digest == keys.digest(forgotten)).values(expires_at=late))
        assert keys.login_holder(session, forgotten) is None
        keys.start_login(session, anna, 1)
        assert session.get(Login, keys.digest(forgotten)) is None, "what has ended is thrown away"


def test_token_ends_when_it_says(database: Database) -> None:
    anna = _anna(database)
    with database.session() as session:
        _, ended = keys.make_token(session, anna, "old", ("read",), now() - timedelta(seconds=1))
        _, lasting = keys.make_token(session, anna, "new", ("read",), now() + timedelta(days=1))
        assert keys.token_holder(session, ended) is None
        holder = keys.token_holder(session, lasting)
        assert holder is not None
        assert holder.scopes == ("read",)
        assert keys.token_holder(session, lasting.upper()) is None

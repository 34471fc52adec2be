"""`lihui users`, as it is typed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.commands.users import users
from pipeline.errors import UsageError
from pipeline.records import keys, passwords, people
from pipeline.records.database import Database
from pipeline.records.tables import User

PASSWORD = "a horse that counts to nine"


@pytest.fixture
def tables(workplace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path}/lihui.db"
    monkeypatch.setenv("LIHUI_DATABASE_URL", url)
    return Database(url)


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(users, arguments, input=stdin)


def told(*arguments: str, stdin: str = "") -> str:
    result = run(*arguments, stdin=stdin)
    assert result.exception is None, result.exception
    return result.output


def refused(*arguments: str, stdin: str = "") -> str:
    result = run(*arguments, stdin=stdin)
    assert isinstance(result.exception, UsageError)
    return str(result.exception)


def found(tables: Database, name: str) -> User | None:
    with tables.reading() as session:
        return people.named(session, name)


def test_an_account_is_made_with_a_password_from_another_program(tables: Database) -> None:
    output = told("add", "Anna", "--role", "admin", "--display", "Anna Berg", stdin=PASSWORD + "\n")
    assert output == "anna can log in as admin.\n"
    user = found(tables, "anna")
    assert user is not None
    assert passwords.matches(user.password, PASSWORD)
    assert (user.role, user.display) == ("admin", "Anna Berg")
    assert PASSWORD not in output


def test_it_is_shown_changed_closed_and_removed(tables: Database) -> None:
    told("add", "anna", stdin=PASSWORD)
    assert told("list").split() == ["anna", "editor", "open", "password", "anna"]
    assert told("role", "anna", "viewer") == "anna is viewer now.\n"
    user = found(tables, "anna")
    assert user is not None
    with tables.session() as session:
        cookie = keys.start_login(session, user, 1)
    told("password", "anna", stdin="another animal that counts")
    with tables.reading() as session:
        assert keys.login_holder(session, cookie) is None
    user = found(tables, "anna")
    assert user is not None
    assert passwords.matches(user.password, "another animal that counts")
    told("disable", "anna")
    assert "closed" in told("list")
    told("enable", "anna")
    assert "open" in told("list")
    told("remove", "anna")
    assert told("list") == ""


def test_what_goes_wrong_is_told_in_a_sentence(tables: Database) -> None:
    told("add", "anna", stdin=PASSWORD)
    assert "already" in refused("add", "ANNA", stdin=PASSWORD)
    assert "at least 12" in refused("add", "wei", stdin="short")
    assert "no role" in refused("add", "wei", "--role", "boss", stdin=PASSWORD)
    assert "lihui users list" in refused("remove", "nobody")
    assert "lihui users list" in refused("password", "nobody", stdin=PASSWORD)
    assert found(tables, "wei") is None

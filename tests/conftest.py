"""What tests of several parts need: a workplace, databases, file stores, and servers that take what is sent."""

import os
import shutil
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from eval.postgres import cluster, fresh_database, make_again, name_in
from pipeline.records import durable
from pipeline.records.database import Database
from tests.s3 import BUCKET, s3_server
from tests.sending.certificate import Certificate, of_localhost
from tests.sending.chat_server import ChatServer
from tests.sending.mail_server import MailServer

# A shell that starts the tests in the background has them ignore Ctrl-C, and so all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("LIHUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LIHUI_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Generator[str]:
    with cluster() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Generator[str]:
    with fresh_database(postgres_server) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: the test runs once on each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/lihui.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "lihui.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: str) -> Generator[str]:
    """The name of a Postgres database with all tables, to make others from."""
    with fresh_database(postgres_server) as address:
        _migrate(address)
        yield name_in(address)


@pytest.fixture
def database(database_url: str, request: pytest.FixtureRequest) -> Generator[Database]:
    """A database with its tables."""
    if database_url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("migrated_file"), database_url.removeprefix("sqlite:///"))
    else:
        template = request.getfixturevalue("migrated_template")
        make_again(request.getfixturevalue("postgres_server"), name_in(database_url), template)
    made = Database(database_url)
    yield made
    made.close()


def _migrate(url: str) -> None:
    made = Database(url)
    made.upgrade()
    durable.prepare(made)
    made.close()


@pytest.fixture(scope="session")
def s3_variables() -> Generator[dict[str, str]]:
    with s3_server() as variables:
        yield variables


@pytest.fixture
def s3_url(s3_variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An empty place in a bucket of a real S3 server, with the variables that lead there."""
    for name, value in s3_variables.items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture(params=["folder", "s3"])
def files_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty file store: the test runs once on each kind."""
    return str(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("s3_url")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of localhost that only those trust who are told to."""
    return of_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, trusted by this process."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.chain))
    return certificate


@pytest.fixture
def mail_server() -> Generator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def chat_server(monkeypatch: pytest.MonkeyPatch) -> Generator[ChatServer]:
    """A server in the place of all chat services that are reached without TLS here."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.lark import NotifyLark
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.wecombot import NotifyWeComBot

    with ChatServer() as server:
        hook = f"{server.url}/open-apis/bot/v2/hook/"
        monkeypatch.setattr(NotifyFeishu, "notify_url", hook + "{token}/")
        monkeypatch.setattr(NotifyLark, "notify_url", hook)
        monkeypatch.setattr(NotifyDingTalk, "notify_url", server.url + "/robot/send?access_token={token}")
        monkeypatch.setattr(NotifyWeComBot, "notify_url", server.url + "/cgi-bin/webhook/send?key={key}")
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{server.url}/services")
        yield server


@pytest.fixture
def teams_server(trusted: Certificate, monkeypatch: pytest.MonkeyPatch) -> Generator[ChatServer]:
    """A server in the place of Microsoft's, which apprise reaches with TLS only."""
    from pipeline.sending import robot

    monkeypatch.setattr(robot, "TEAMS_HOSTS", (*robot.TEAMS_HOSTS, "localhost"))
    with ChatServer(trusted) as server:
        yield server

"""A workplace for tests of the command: an empty current folder and a work cache of its own."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from eval.postgres import cluster, fresh_database
from pipeline.records.database import Database
from tests.s3 import BUCKET, s3_server

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


@pytest.fixture
def database(database_url: str) -> Generator[Database]:
    """A database with its tables."""
    made = Database(database_url)
    made.upgrade()
    yield made
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

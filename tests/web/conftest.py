"""A service of the tests' own: real tables in both databases, real files, the real application."""

import logging
from collections.abc import Generator
from io import StringIO
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient

from pipeline.records import durable
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.settings import Settings
from pipeline.web.app import make_app
from pipeline.web.logs import configure_logs

LOCAL_URL = "http://localhost:8765"


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    durable.prepare(database)
    return Site(
        Settings(data=tmp_path, cache=tmp_path / "cache"),
        database,
        Files(str(tmp_path / "files")),
        tmp_path / "scratch",
    )


@pytest.fixture
def client(site: Site) -> Generator[TestClient]:
    """The local user of a service that is bound to this machine."""
    with TestClient(make_app(site, local=True), base_url=LOCAL_URL) as client:
        yield client


@pytest.fixture
def log() -> Generator[StringIO]:
    """What this process logs, set up as the server does it."""
    stream = StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], level=logging.WARNING, force=True)

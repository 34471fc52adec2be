"""A service's records: real tables in both databases, real files."""

from pathlib import Path

import pytest

from pipeline.records import durable
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.settings import Settings


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    durable.prepare(database)
    return Site(Settings(data=tmp_path), database, Files(str(tmp_path / "files")), tmp_path / "scratch")

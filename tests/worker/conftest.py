"""A service with tables in both databases, and a transcript and a recording to work on."""

from collections.abc import Generator
from pathlib import Path

import pytest

from pipeline.audio import read
from pipeline.records import durable
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.serving import Serving
from pipeline.settings import Settings
from pipeline.worker.workshop import Workshop
from tests.command import SAMPLES
from tests.talks import vtt


def make_site(database: Database, folder: Path) -> Site:
    durable.prepare(database)
    settings = Settings(
        data=folder,
        cache=folder / "cache",
        asr="sphinx",
        scribe="rules",
        serve=Serving(worker_seconds=3.0),
    )
    return Site(settings, database, Files(str(folder / "files")), folder / "scratch")


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Site:
    return make_site(database, tmp_path)


@pytest.fixture
def sqlite_site(tmp_path: Path) -> Generator[Site]:
    """For what the database does not matter to."""
    database = Database(f"sqlite:///{tmp_path}/lihui.db")
    database.upgrade()
    yield make_site(database, tmp_path)
    database.close()


@pytest.fixture
def workshop(site: Site) -> Generator[Workshop]:
    """A worker in this process, started."""
    made = Workshop(site)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    return vtt(tmp_path / "weekly.vtt")


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first sentences of the English sample."""
    folder = tmp_path_factory.mktemp("recording")
    whole = read(SAMPLES / "en-weekly" / "recording.m4a", folder, progress=lambda _: None)
    whole.clip(0, 9, folder / "weekly.wav")
    return folder / "weekly.wav"

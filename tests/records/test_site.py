from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from pipeline.records import people
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.settings import Settings

AT_ONCE = 8


def at_once(work: Callable[[], object]) -> set[object]:
    """What several processes of the service would find out in the same moment."""
    barrier = Barrier(AT_ONCE)

    def together() -> object:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {done.result() for done in [pool.submit(together) for _ in range(AT_ONCE)]}


def test_processes_that_start_together_share_one_key(database: Database, tmp_path: Path) -> None:
    site = Site(Settings(data=tmp_path), database, Files(str(tmp_path)), tmp_path)
    (key,) = at_once(lambda: site.key("cookies"))
    assert isinstance(key, str)
    assert len(key) >= 64
    assert site.key("cookies") == key
    assert site.key("links") != key


def test_processes_that_start_together_make_one_local_user(database: Database) -> None:
    def local() -> int:
        with database.session() as session:
            return people.local_user(session).id

    assert len(at_once(local)) == 1

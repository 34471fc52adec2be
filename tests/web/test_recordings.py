from collections.abc import Generator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pipeline.records import durable
from pipeline.records.arriving import PART_BYTES
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.records.tables import Recording
from pipeline.settings import Settings
from pipeline.web.app import make_app
from pipeline.web.downloads import disposition
from tests.web import tus
from tests.web.conftest import LOCAL_URL
from tests.web.tus import API, new_meeting

CONTENT = bytes(range(256)) * 12_000
SIZE = len(CONTENT)
ETAG = f'"{"ab" * 32}"'


@pytest.fixture
def site(tmp_path: Path, files_url: str) -> Generator[Site]:
    """In a folder, and in S3."""
    database = Database(f"sqlite:///{tmp_path}/lihui.db")
    database.upgrade()
    durable.prepare(database)
    yield Site(Settings(data=tmp_path), database, Files(files_url), tmp_path / "scratch")
    database.close()


@pytest.fixture
def client(site: Site) -> Generator[TestClient]:
    with TestClient(make_app(site, local=True), base_url=LOCAL_URL) as client:
        yield client


@pytest.fixture
def where(client: TestClient, site: Site) -> str:
    """The address of a recording of three megabytes."""
    meeting = new_meeting(client)
    path = f"meetings/{meeting}/recording-1.m4a"
    site.files.put(path, CONTENT)
    row = Recording(
        meeting_id=meeting,
        number=1,
        kind="recording",
        name="周会.m4a",
        path=path,
        size=SIZE,
        sha256="ab" * 32,
    )
    with site.database.session() as session:
        session.add(row)
    return f"{API}/meetings/{meeting}/recordings/1"


def test_the_whole_file(client: TestClient, where: str) -> None:
    answer = client.get(where)
    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "audio/mp4"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert "filename*=UTF-8''%E5%91%A8%E4%BC%9A.m4a" in answer.headers["content-disposition"]
    head = client.head(where)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(SIZE), b"")


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-299", 100, 300),
        (f"bytes={SIZE - 5}-", SIZE - 5, SIZE),
        ("bytes=-7", SIZE - 7, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes=1000-{SIZE * 9}", 1000, SIZE),
        ("bytes=1048570-2097160", 1048570, 2097161),
    ],
)
def test_a_part(client: TestClient, where: str, wanted: str, start: int, end: int) -> None:
    answer = client.get(where, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("wanted", ["bytes=-", "bytes=5-2", "bytes=0-1,5-6", "seconds=1-2", "bytes=x-y", ""])
def test_what_is_no_range_asks_for_all(client: TestClient, where: str, wanted: str) -> None:
    answer = client.get(where, headers={"Range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, SIZE)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_behind_the_end(client: TestClient, where: str, wanted: str) -> None:
    answer = client.get(where, headers={"Range": wanted})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{SIZE}")


def test_versions(client: TestClient, where: str) -> None:
    part = {"Range": "bytes=0-9"}
    assert client.get(where, headers={**part, "If-Range": ETAG}).status_code == 206
    assert client.get(where, headers={**part, "If-Range": '"old"'}).status_code == 200
    assert client.get(where, headers={**part, "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"}).status_code == 200
    same = client.get(where, headers={"If-None-Match": ETAG})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", ETAG)


def test_one_that_is_not_there(client: TestClient, site: Site, where: str) -> None:
    assert client.get(where.removesuffix("1") + "2").status_code == 404
    site.files.delete(site.files.listed("meetings")[0])
    assert client.get(where).status_code == 404


def test_a_file_can_be_taken_out_before_work_begins(client: TestClient, site: Site, where: str) -> None:
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert client.delete(where).status_code == 404
    assert site.files.listed("meetings") == ()


def test_a_file_sent_in_pieces_comes_back(client: TestClient, site: Site) -> None:
    meeting, content = new_meeting(client), tus.some_wav(PART_BYTES + 50_000)
    where = tus.begun(client, meeting, len(content))
    for start, end in ((0, 3000), (3000, PART_BYTES + 9000), (PART_BYTES + 9000, None)):
        assert tus.send(client, where, start, content[start:end]).status_code == 204
    assert client.get(f"{API}/meetings/{meeting}/recordings/1").content == content
    assert site.files.listed("uploads") == ()
    given_up = tus.begun(client, meeting, 5000)
    tus.send(client, given_up, 0, content[:100])
    assert len(site.files.listed("uploads")) == 1
    assert client.delete(given_up, headers=tus.TUS).status_code == 204
    assert site.files.listed("uploads") == ()


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "a\r\nSet-Cookie: x=y",
        'a"; filename="b',
        "周会\u2028.m4a",
        "",
        "...",
        "\ud800.wav",
        "a%0d%0ab",
        "x" * 999,
    ],
)
def test_names_do_no_harm(name: str) -> None:
    header = disposition(name, inline=True)
    header.encode("ascii")
    assert header.count('"') == 2
    assert not set(header) & set("\r\n/\\")
    assert len(header) < 2100

"""Uploads to a real server over real connections: cut, killed, at once, large."""

import hashlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from pipeline.records.arriving import PART_BYTES
from tests.web import tus
from tests.web.server import PATIENCE, Served, serving
from tests.web.tus import API, BODY, TUS

MEGABYTE = 1024 * 1024
SENT = MEGABYTE + 300_007
"""More than a piece, and not a whole number of them."""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


class Line:
    """A connection on which a PATCH is sent bit by bit."""

    def __init__(self, server: Served, where: str, offset: int, length: int) -> None:
        address = urlsplit(server.address)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
        headers = {
            "Host": address.netloc,
            "Content-Length": str(length),
            "Upload-Offset": str(offset),
            "Connection": "close",
            **TUS,
            **BODY,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.socket.sendall(f"PATCH {where} HTTP/1.1\r\n{lines}\r\n".encode())

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def cut(self) -> None:
        self.socket.close()

    def status(self) -> int:
        """Of the answer."""
        with self.socket, self.socket.makefile("rb") as answer:
            return int(answer.readline().split()[1])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


def test_a_connection_that_is_cut_keeps_what_came(data: Path) -> None:
    content = tus.some_wav(3 * MEGABYTE)
    with serving(data) as server, server.client() as client:
        meeting = tus.new_meeting(client)
        where = tus.begun(client, meeting, len(content))
        line = Line(server, where, 0, len(content))
        line.send(content[:SENT])
        line.cut()
        until(lambda: tus.offset(client, where) == SENT)
        assert tus.send(client, where, SENT, content[SENT:]).status_code == 204
        assert client.get(f"{API}/meetings/{meeting}/recordings/1").content == content


def test_a_killed_server_loses_no_more_than_a_part(data: Path) -> None:
    content = tus.some_wav(3 * PART_BYTES)
    with serving(data) as server, server.client() as client:
        meeting = tus.new_meeting(client)
        where = tus.begun(client, meeting, len(content))
        line = Line(server, where, 0, len(content))
        line.send(content[: 2 * PART_BYTES + 5 * MEGABYTE])
        until(lambda: tus.offset(client, where) >= 2 * PART_BYTES)
        server.kill()
    with serving(data) as server, server.client() as client:
        there = tus.offset(client, where)
        assert there >= 2 * PART_BYTES
        assert tus.send(client, where, there, content[there:]).status_code == 204
        sent = client.get(f"{API}/meetings/{meeting}/recordings/1").content
        assert hashlib.sha256(sent).digest() == hashlib.sha256(content).digest()
    assert [path for path in (data / "files" / "uploads").rglob("*") if path.is_file()] == []


def test_of_two_that_bring_the_same_bytes_one_is_told(data: Path) -> None:
    content = tus.some_wav(2 * MEGABYTE)
    with serving(data) as server, server.client() as client:
        meeting = tus.new_meeting(client)
        where = tus.begun(client, meeting, len(content))
        slow = Line(server, where, 0, len(content))
        slow.send(content[:MEGABYTE])
        assert tus.send(client, where, 0, content).status_code == 204
        slow.send(content[MEGABYTE:])
        assert slow.status() == 409
        assert client.get(f"{API}/meetings/{meeting}/recordings/1").content == content


def test_a_large_file_takes_no_memory(data: Path) -> None:
    size = 300 * MEGABYTE
    head = tus.wav(b"")[:44]
    with serving(data) as server, server.client() as client:
        meeting = tus.new_meeting(client)
        assert tus.upload(client, meeting, tus.some_wav()).status_code == 204
        before = server.resident()
        where = tus.begun(client, meeting, size)
        headers = {**TUS, **BODY, "Upload-Offset": "0", "Content-Length": str(size)}
        assert client.patch(where, headers=headers, content=_sparse(head, size)).status_code == 204
        assert _drained(client, f"{API}/meetings/{meeting}/recordings/2") == size
        assert server.peak() - before < 64 * MEGABYTE


def _sparse(head: bytes, size: int) -> Iterator[bytes]:
    yield head
    left = size - len(head)
    while left > 0:
        yield bytes(min(left, 256 * 1024))
        left -= 256 * 1024


def _drained(client: httpx.Client, where: str) -> int:
    with client.stream("GET", where) as answer:
        return sum(len(piece) for piece in answer.iter_raw())

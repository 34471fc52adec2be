"""Whatever happens on the way, the file that arrives is the file that was sent."""

import base64
import hashlib
from typing import Literal

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.records.arriving import Arrival, WrongOffset, arrive
from pipeline.records.site import Site
from pipeline.records.tables import Upload
from tests.web import tus
from tests.web.tus import API

Way = Literal["send", "checked", "changed", "early", "late", "cut", "rivals"]
WAYS: tuple[Way, ...] = ("send", "checked", "changed", "early", "late", "cut", "rivals")
Step = tuple[Way, int, int]
"""What happens, with how many bytes, and another number where one is needed."""
SIZES = st.one_of(st.integers(0, 40), st.integers(0, 20_000))
STEPS = st.lists(st.tuples(st.sampled_from(WAYS), SIZES, st.integers(1, 9000)), max_size=12)


class Sender:
    """Sends one file in odd ways; ``at`` is where the next byte belongs."""

    def __init__(self, client: TestClient, site: Site, content: bytes) -> None:
        self.client = client
        self.site = site
        self.content = content
        self.meeting = tus.new_meeting(client)
        self.where = tus.begun(client, self.meeting, len(content))
        self.at = 0

    def do(self, way: Way, size: int, other: int) -> None:
        # The last byte is kept for the end: with it the file is finished.
        size = min(size, len(self.content) - 1 - self.at)
        piece = self.content[self.at : self.at + size]
        match way:
            case "send":
                self._sent(piece, 204)
            case "checked":
                self._sent(piece, 204, hashlib.sha1(piece).digest())
            case "changed":
                self._sent(piece, 460, hashlib.sha1(piece + b"x").digest())
            case "early":
                early = max(self.at - other, 0)
                answer = tus.send(self.client, self.where, early, self.content[early : early + size])
                assert answer.status_code == (409 if early != self.at else 204)
                self.at += size if early == self.at else 0
            case "late":
                assert tus.send(self.client, self.where, self.at + other, piece).status_code == 409
            case "cut":
                arrival = self._opened()
                _write(arrival, piece, other)
                arrival.break_off()
                self.at += size
            case "rivals":
                self._race(piece, other)
        assert tus.offset(self.client, self.where) == self.at

    def _sent(self, piece: bytes, status: int, digest: bytes | None = None) -> None:
        said = {"Upload-Checksum": f"sha1 {base64.b64encode(digest).decode()}"} if digest else {}
        assert tus.send(self.client, self.where, self.at, piece, said).status_code == status
        self.at += len(piece) if status == 204 else 0

    def _race(self, piece: bytes, other: int) -> None:
        """Two connections bring the same bytes, one of them fewer; whoever is first to end wins."""
        fewer = piece[: len(piece) // 2]
        one, two = self._opened(), self._opened()
        _write(one, piece, other)
        _write(two, fewer, other)
        winner, loser = (one, two) if other % 2 else (two, one)
        self.at = winner.end()
        if fewer:
            with pytest.raises(WrongOffset):
                loser.end()
        else:
            loser.drop()

    def _opened(self) -> Arrival:
        with self.site.database.reading() as session:
            upload = session.get_one(Upload, self.where.rsplit("/", 1)[1])
            return arrive(session, self.site, upload, self.at, None)


def _write(arrival: Arrival, piece: bytes, size: int) -> None:
    for start in range(0, len(piece), size):
        arrival.write(piece[start : start + size])


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_cuts_repeats_and_rivals(client: TestClient, site: Site, steps: list[Step]) -> None:
    sender = Sender(client, site, tus.some_wav(30_000))
    for step in steps:
        sender.do(*step)
    rest = sender.content[sender.at :]
    assert tus.send(client, sender.where, sender.at, rest).status_code == 204
    assert client.get(f"{API}/meetings/{sender.meeting}/recordings/1").content == sender.content
    assert site.files.listed("uploads") == ()

"""``lihui run --server``: the command and a service in a process of its own."""

import json
from pathlib import Path

import httpx2 as httpx
import pytest

from pipeline.errors import BackendError, InputError
from pipeline.meeting import Meeting
from pipeline.remote import PIECE_BYTES, connect
from pipeline.run import Source
from tests.command import lihui
from tests.recordings import record, tone
from tests.talks import LINES, vtt
from tests.web.server import serving

RULES = {"LIHUI_SCRIBE": "rules", "LIHUI_ASR": "sphinx"}


def quiet(stage: str, share: float) -> None:
    """Nobody watches."""


def test_a_service_makes_the_minutes_that_this_machine_would_make(workplace: Path) -> None:
    vtt(workplace / "weekly.vtt")
    facts = ("--title", "Weekly", "--held-on", "2026-03-02", "--scribe", "rules", "-q")
    assert lihui("run", "weekly.vtt", *facts, "-o", "here").code == 0
    with serving(workplace, RULES, worker=True) as server:
        done = lihui("run", "weekly.vtt", *facts, "-o", "there", "--server", server.address)
        assert (done.code, done.err) == (0, "")
        vtt(workplace / "other.vtt", LINES[:3])
        assert lihui("run", "other.vtt", "-q", "-o", "there", "--server", server.address).code == 0
        again = lihui("run", "weekly.vtt", *facts, "-o", "again", "--server", server.address)
        assert again.code == 0
        listed = server.client().get("/api/v1/meetings").json()["meetings"]
    assert {one["title"] for one in listed} == {"Weekly", "other"}
    assert len(listed) == 2
    here, there = (
        json.loads((workplace / folder / "weekly" / "minutes.json").read_text(encoding="utf-8"))
        for folder in ("here", "there")
    )
    for part in ("actions", "decisions", "kpis", "sections"):
        assert there[part] == here[part]
    names = {path.name for path in (workplace / "here" / "weekly").iterdir()}
    assert {path.name for path in (workplace / "there" / "weekly").iterdir()} == names


@pytest.mark.parametrize(
    ("address", "code", "sentence"),
    [
        ("ftp://example.org", 2, "is no address of a server"),
        ("http://127.0.0.1:9", 1, "does not answer"),
    ],
)
def test_a_wrong_address_is_told_at_once(workplace: Path, address: str, code: int, sentence: str) -> None:
    vtt(workplace / "weekly.vtt")
    done = lihui("run", "weekly.vtt", "-q", "--server", address)
    assert sentence in done.one_error
    assert done.code == code


def test_what_the_service_refuses_is_told_in_its_words(workplace: Path) -> None:
    (workplace / "weekly.m4a").write_bytes(b"MZ this is a program" * 100)
    with serving(workplace, RULES) as server, connect(server.address, None, workplace / "m", quiet) as there:
        source = Source("recording", (workplace / "weekly.m4a",))
        with pytest.raises(InputError, match=r"weekly\.m4a"):
            there.summarize(source, Meeting(title="Weekly"))


def test_a_token_that_is_none_is_told(workplace: Path) -> None:
    with (
        serving(workplace, RULES) as server,
        connect(server.address, "lh_nobodys", workplace / "m", quiet) as there,
        pytest.raises(BackendError, match="token"),
    ):
        there.summarize(Source("transcript", (vtt(workplace / "weekly.vtt"),)), Meeting(title="Weekly"))


def test_an_upload_goes_on_where_a_killed_server_left_it(workplace: Path) -> None:
    recording = record(workplace / "long.wav", tone(2 * PIECE_BYTES / 32_000 + 60), 16_000, "pcm_s16le")
    source, facts = Source("recording", (recording,)), Meeting(title="Weekly")
    with serving(workplace, RULES) as server:
        port = httpx.URL(server.address).port or 0

        def kill(stage: str, share: float) -> None:
            server.kill()
            raise KeyboardInterrupt

        with (
            connect(server.address, None, workplace / "m", kill) as there,
            pytest.raises(KeyboardInterrupt),
        ):
            there.upload(source, facts)
    told: list[float] = []
    with (
        serving(workplace, RULES, port=port) as server,
        connect(server.address, None, workplace / "m", lambda stage, share: told.append(share)) as there,
    ):
        meeting_id = there.upload(source, facts)
        (kept,) = server.client().get(f"/api/v1/meetings/{meeting_id}/recordings").json()
    assert kept["size"] == recording.stat().st_size
    # The first piece was not sent again.
    assert told[0] > PIECE_BYTES / recording.stat().st_size
    assert len(told) == 2

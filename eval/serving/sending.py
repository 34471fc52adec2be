"""Files sent to a service by the tus protocol, and the meetings that are made of them."""

import base64
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from eval.cases import CASES
from pipeline.errors import EnvironmentProblem
from pipeline.recording import SAMPLE_RATE, decode

API = "/api/v1"
TUS = {"Tus-Resumable": "1.0.0"}
PATIENCE = 900.0
"""Seconds for all work on a handful of meetings, on a slow machine."""
PIECE = 256 * 1024
SPOKEN_SECONDS, SECONDS = 8, 60
OVER = frozenset({"review", "final", "failed", "cancelled"})


@dataclass(frozen=True)
class File:
    """Something to be sent."""

    name: str
    content: bytes


def recording(source: Path) -> File:
    """A minute in 48 kHz stereo, 11 MB: a few seconds of talk, then silence, so that listening to it is quick."""
    wanted = SPOKEN_SECONDS * SAMPLE_RATE * 2
    heard = b""
    for samples, _ in decode(source):
        heard += samples
        if len(heard) >= wanted:
            break
    spoken = np.frombuffer(heard[:wanted], dtype="<i2")
    sound = np.zeros(SECONDS * SAMPLE_RATE, dtype="<i2")
    sound[: len(spoken)] = spoken
    wide = np.repeat(np.repeat(sound, 3), 2)
    return File("talk.wav", wav_head(wide.nbytes) + wide.tobytes())


def transcript(case: str) -> File:
    """A transcript of the evaluation's cases."""
    return File("transcript.json", (CASES / case / "transcript.json").read_bytes())


def wav_head(size: int) -> bytes:
    """What stands before ``size`` bytes of 48 kHz stereo in a wav."""
    form = b"\1\0\2\0" + (48_000).to_bytes(4, "little") + (192_000).to_bytes(4, "little") + b"\4\0\x10\0"
    parts = b"WAVEfmt \x10\0\0\0" + form + b"data" + size.to_bytes(4, "little")
    return b"RIFF" + (len(parts) + size).to_bytes(4, "little") + parts


def send(client: httpx.Client, title: str, file: File) -> str:
    """Makes a meeting of one file whose work begins by itself; returns its id."""
    meeting = new_meeting(client, title)
    where = announce(client, meeting, file.name, len(file.content), start=True)
    headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    client.patch(where, content=file.content, headers=headers).raise_for_status()
    return meeting


def send_all(address: str, files: Iterable[File]) -> list[str]:
    """Sends files at once, one connection each; returns their meetings."""

    def one(numbered: tuple[int, File]) -> str:
        with httpx.Client(base_url=address, timeout=PATIENCE) as client:
            return send(client, f"Upload {numbered[0]}", numbered[1])

    listed = list(files)
    with ThreadPoolExecutor(len(listed)) as pool:
        return list(pool.map(one, enumerate(listed)))


def send_silence(client: httpx.Client, size: int) -> None:
    """Sends a recording of about ``size`` bytes of silence, as a stream, and deletes it again."""
    meeting = new_meeting(client, "Large")
    head = wav_head(size)
    total = len(head) + size
    where = announce(client, meeting, "large.wav", total, start=False)
    headers = {
        **TUS,
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Content-Length": str(total),
    }
    client.patch(where, content=_silence(head, size), headers=headers).raise_for_status()
    client.delete(f"{API}/meetings/{meeting}").raise_for_status()


def new_meeting(client: httpx.Client, title: str) -> str:
    """Makes a meeting without files; returns its id."""
    answer = client.post(f"{API}/meetings", json={"title": title, "held_on": "2026-03-02"})
    return answer.raise_for_status().json()["id"]


def announce(client: httpx.Client, meeting: str, name: str, length: int, *, start: bool) -> str:
    """Begins an upload; returns its address."""
    said = {"filename": name, "start": "true" if start else "false"}
    metadata = ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata}
    answer = client.post(f"{API}/meetings/{meeting}/uploads", headers=headers)
    return answer.raise_for_status().headers["Location"]


def ended(client: httpx.Client, meetings: Iterable[str]) -> dict[str, str]:
    """The states of those of the meetings on which no work is to be done any more."""
    answer = client.get(f"{API}/meetings", params={"limit": 200}).raise_for_status()
    states: dict[str, str] = {line["id"]: line["state"] for line in answer.json()["meetings"]}
    return {one: states[one] for one in meetings if states[one] in OVER}


def wait_for(client: httpx.Client, meetings: list[str]) -> dict[str, str]:
    """Waits until work on meetings is over; returns their states.

    Raises:
        EnvironmentProblem: It takes longer than a quarter of an hour.
    """
    until = time.monotonic() + PATIENCE
    while len(found := ended(client, meetings)) < len(meetings):
        if time.monotonic() > until:
            raise EnvironmentProblem("The work on the meetings does not end.")
        time.sleep(1.0)
    return found


def _silence(head: bytes, size: int) -> Iterator[bytes]:
    yield head
    nothing = bytes(PIECE)
    for at in range(0, size, PIECE):
        yield nothing[: min(PIECE, size - at)]

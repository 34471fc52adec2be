"""A sender of files by the tus protocol, over any client of httpx."""

import base64
from pathlib import Path
from uuid import uuid4

import httpx2 as httpx

API = "/api/v1"
TUS = {"Tus-Resumable": "1.0.0"}
BODY = {"Content-Type": "application/offset+octet-stream"}


def metadata(**said: str) -> str:
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())


def new_meeting(client: httpx.Client, title: str = "Weekly") -> str:
    answer = client.post(f"{API}/meetings", json={"title": title})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def announce(
    client: httpx.Client, meeting: str, length: int, name: str = "talk.wav", **said: str
) -> httpx.Response:
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(filename=name, **said)}
    return client.post(f"{API}/meetings/{meeting}/uploads", headers=headers)


def begun(client: httpx.Client, meeting: str, length: int, name: str = "talk.wav", **said: str) -> str:
    """The address of a new upload."""
    answer = announce(client, meeting, length, name, **said)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(
    client: httpx.Client, where: str, offset: int, content: bytes, headers: dict[str, str] | None = None
) -> httpx.Response:
    return client.patch(
        where, content=content, headers={**TUS, **BODY, "Upload-Offset": str(offset), **(headers or {})}
    )


def offset(client: httpx.Client, where: str) -> int:
    answer = client.head(where, headers=TUS)
    assert answer.status_code == 200, answer.text
    return int(answer.headers["Upload-Offset"])


def upload(
    client: httpx.Client, meeting: str, content: bytes, name: str = "talk.wav", **said: str
) -> httpx.Response:
    """Sends a file in one go; the answer to its bytes."""
    return send(client, begun(client, meeting, len(content), name, **said), 0, content)


def wav(samples: bytes, rate: int = 16_000) -> bytes:
    """A recording of 16 bit mono with these very samples."""
    form = (16).to_bytes(4, "little") + b"\1\0\1\0" + rate.to_bytes(4, "little")
    form += (2 * rate).to_bytes(4, "little") + b"\2\0\x10\0"
    body = b"WAVEfmt " + form + b"data" + len(samples).to_bytes(4, "little") + samples
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def some_wav(size: int = 20_000) -> bytes:
    """A recording like no other."""
    seed = uuid4().bytes
    return wav((seed * (size // len(seed) + 1))[: size // 2 * 2])


SAMPLES = Path(__file__).parents[2] / "audio_samples"

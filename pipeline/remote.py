"""A service elsewhere, as the command talks to it: upload, watch, download. What was sent once is not sent again."""

import base64
import hashlib
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

from pipeline.errors import BackendError, InputError, UsageError
from pipeline.files import write_whole
from pipeline.journal import Tell
from pipeline.meeting import Meeting
from pipeline.minutes import Minutes
from pipeline.run import Result, Source
from pipeline.transcript import Transcript, Value

API = "/api/v1"
PIECE_BYTES = 8 * 1024 * 1024
"""Sent in one request: what a broken connection costs at most."""
WATCH_SECONDS = 1.0
PATIENCE_SECONDS = 120.0
"""How long a server that does not answer is asked again."""
BUSY = frozenset({429, 502, 503, 504})
DONE = frozenset({"review", "final"})
GIVEN_UP = frozenset({"failed", "cancelled"})


class Busy(BackendError):  # noqa: N818 - a state that passes, not a fault
    """The server did not answer this time."""


class Known(Value):
    """What was begun with a source on a server, so that the same command goes on from there."""

    meeting_id: str
    uploads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Server:
    """One service under an address.

    Attributes:
        client: Bound to the address, with the token.
        memory: A folder for what was begun.
        tell: Told the name of the stage and the share of it that is done.
    """

    client: httpx.Client
    memory: Path
    tell: Tell

    def summarize(self, source: Source, meeting: Meeting) -> Result:
        """Has the service make the minutes of a meeting, as ``Summarizer.summarize`` makes them here.

        Raises:
            InputError: The server refuses a file, or cannot make minutes of it.
            BackendError: It cannot be reached, or does not know the token.
        """
        # The first question is asked once: a wrong address, or a token that is none, is told at once.
        self._once(self.client.build_request("GET", f"{API}/me"))
        meeting_id = self.upload(source, meeting)
        self.watch(meeting_id)
        return self.download(meeting_id)

    def upload(self, source: Source, meeting: Meeting) -> str:
        """Brings a meeting's files to the server and has it begin; goes on where it was broken off.

        Returns:
            The meeting's id there.

        Raises:
            InputError: The server refuses a file.
            BackendError: It cannot be reached, or does not know the token.
        """
        kept = self.memory / f"{self._key(source, meeting)}.json"
        known = _remembered(kept)
        if known is None or self._ask("GET", f"/meetings/{known.meeting_id}", fine=(404,)).status_code == 404:
            # A service lists meetings by their titles: one that nobody named is called what its file is.
            named = meeting.model_copy(update={"title": meeting.title or source.paths[0].stem})
            facts = named.model_dump(mode="json", exclude_none=True)
            known = Known(meeting_id=self._ask("POST", "/meetings", json=facts).json()["id"])
            write_whole(kept, known.model_dump_json().encode())
        for number, path in enumerate(source.paths):
            if number == len(known.uploads):
                place = self._announce(known.meeting_id, path, last=number + 1 == len(source.paths))
                known = known.model_copy(update={"uploads": (*known.uploads, place)})
                write_whole(kept, known.model_dump_json().encode())
            self._send(known.uploads[number], path)
        # Work begins by itself with the last byte; one that was given up before begins again.
        self._ask("POST", f"/meetings/{known.meeting_id}/start", json={}, fine=(409,))
        return known.meeting_id

    def watch(self, meeting_id: str) -> None:
        """Waits until the minutes are made, telling how far they are.

        Raises:
            InputError: They could not be made, or somebody cancelled them.
        """
        while True:
            progress = self._ask("GET", f"/meetings/{meeting_id}/progress").json()
            if progress["stage"] is not None:
                self.tell(progress["stage"], progress["share"] or 0.0)
            if progress["state"] in DONE:
                return
            if progress["state"] in GIVEN_UP:
                raise InputError(progress["problem"] or "Somebody cancelled the work on this meeting.")
            time.sleep(WATCH_SECONDS)

    def download(self, meeting_id: str) -> Result:
        """The minutes as they now read, and their transcript."""
        minutes = self._ask("GET", f"/meetings/{meeting_id}/minutes").content
        transcript = self._ask("GET", f"/meetings/{meeting_id}/transcript").content
        return Result(Minutes.model_validate_json(minutes), Transcript.model_validate_json(transcript))

    def _key(self, source: Source, meeting: Meeting) -> str:
        told = f"{self.client.base_url} {source.digest()} {meeting.model_dump_json()}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _announce(self, meeting_id: str, path: Path, *, last: bool) -> str:
        said = {"filename": path.name} | ({"start": "true"} if last else {})
        told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(path.stat().st_size),
            "Upload-Metadata": told,
        }
        answer = self._ask("POST", f"/meetings/{meeting_id}/uploads", headers=headers)
        return answer.headers["Location"].rsplit("/", 1)[-1]

    def _send(self, upload_id: str, path: Path) -> None:
        """Sends what the server does not have of a file yet; after a broken connection it is asked anew."""
        for attempt in _patiently():
            with attempt:
                self._send_rest(upload_id, path)

    def _send_rest(self, upload_id: str, path: Path) -> None:
        size = path.stat().st_size
        with path.open("rb") as file:
            while (at := self._offset(upload_id)) < size:
                file.seek(at)
                headers = {
                    "Tus-Resumable": "1.0.0",
                    "Upload-Offset": str(at),
                    "Content-Type": "application/offset+octet-stream",
                }
                piece = file.read(PIECE_BYTES)
                # 409: the bytes came through although their answer did not; the offset tells.
                where = f"{API}/uploads/{upload_id}"
                self._once(self.client.build_request("PATCH", where, headers=headers, content=piece), (409,))
                self.tell("upload", (at + len(piece)) / size)

    def _offset(self, upload_id: str) -> int:
        where = f"{API}/uploads/{upload_id}"
        asked = self.client.build_request("HEAD", where, headers={"Tus-Resumable": "1.0.0"})
        answer = self._once(asked, (404, 410))
        if answer.status_code == 410:
            raise InputError(self._once(self.client.build_request("GET", where)).json()["problem"])
        if answer.status_code == 404:
            raise BackendError("The server no longer knows this upload: give the command again.")
        return int(answer.headers["Upload-Offset"])

    def _ask(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        json: object = None,
        fine: tuple[int, ...] = (),
    ) -> httpx.Response:
        """Sends a request, again and again for two minutes where the server does not answer."""
        request = self.client.build_request(method, f"{API}{path}", headers=headers, json=json)
        for attempt in _patiently():
            with attempt:
                return self._once(request, fine)
        raise AssertionError("the last attempt raises")

    def _once(self, request: httpx.Request, fine: tuple[int, ...] = ()) -> httpx.Response:
        """Sends a request; ``fine`` are statuses that the caller looks at."""
        try:
            answer = self.client.send(request)
        except httpx.TransportError as error:
            raise Busy(f"{self.client.base_url} does not answer: {error or type(error).__name__}.") from error
        if answer.status_code in BUSY:
            raise Busy(f"{self.client.base_url} is busy ({answer.status_code}).")
        if answer.is_error and answer.status_code not in fine:
            raise (BackendError if answer.status_code in (401, 403) else InputError)(_sentence(answer))
        return answer


@contextmanager
def connect(address: str, token: str | None, memory: Path, tell: Tell) -> Generator[Server]:
    """A service under an address such as ``https://minutes.example.org``.

    Raises:
        UsageError: It is no address.
    """
    if not address.startswith(("http://", "https://")):
        raise UsageError(f"“{address}” is no address of a server: write http://… or https://….")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=address.rstrip("/"), headers=headers, timeout=120.0) as client:
        yield Server(client, memory, tell)


def _patiently() -> Retrying:
    return Retrying(
        retry=retry_if_exception_type(Busy),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_exponential(multiplier=0.2, max=10.0),
        reraise=True,
    )


def _sentence(answer: httpx.Response) -> str:
    """What the server says is wrong."""
    try:
        return str(answer.json()["title"])
    except (ValueError, KeyError, TypeError):
        return f"The server answered {answer.status_code}: is there a Lihui behind this address?"


def _remembered(path: Path) -> Known | None:
    try:
        return Known.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None

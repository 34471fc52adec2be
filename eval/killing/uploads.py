"""A server that is killed in the middle of uploads, and the command's own way of going on with them."""

import hashlib
import random
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock, Timer

import httpx2 as httpx

from eval.killing.scene import Scene
from eval.killing.sources import TITLE, Given
from pipeline.errors import MinutesError
from pipeline.meeting import Meeting
from pipeline.records.meetings import recordings
from pipeline.remote import API, connect
from pipeline.run import Source

ARRIVAL_SECONDS = 120.0
LATEST_SECONDS = 0.15
"""A piece of a file is on its way for about so long: the server dies before, in or after it."""


class Server:
    """A server process; whenever it is killed, another one is started on its port."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.kills = 0
        self._lock = Lock()
        self._process = self._start()

    def kill(self) -> None:
        """Kills it and starts another one."""
        with self._lock:
            self._process.kill()
            self._process.wait()
            self.kills += 1
            self._process = self._start()

    def stop(self) -> None:
        """Ends it for good."""
        with self._lock:
            self._process.terminate()
            self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        return self.scene.process(("pipeline.cli", "serve", "--no-worker", "--port", str(self.port)))


def upload_all(
    scene: Scene, given: Sequence[Given], kills_each: int, chance: random.Random
) -> tuple[int, int]:
    """Uploads files one after the other while their server is killed again and again.

    Returns:
        How often it was killed, and how many files did not arrive whole.
    """
    if not given:
        return 0, 0
    server, lost = Server(scene), 0
    try:
        for one in given:
            lost += not _arrives(scene, server, one, kills_each, chance)
    finally:
        server.stop()
    return server.kills, lost


def _arrives(scene: Scene, server: Server, given: Given, kills: int, chance: random.Random) -> bool:
    """Whether a file arrives whole, and its meeting is begun."""
    timers: list[Timer] = []

    def tell(stage: str, share: float) -> None:
        del share
        if stage == "upload" and len(timers) < kills:
            timers.append(Timer(chance.uniform(0, LATEST_SECONDS), server.kill))
            timers[-1].start()

    memory = scene.log.parent / "memory"
    with connect(f"http://127.0.0.1:{server.port}", None, memory, tell) as there:
        try:
            meeting_id = there.upload(Source("recording", (given.path,)), Meeting(title=TITLE))
        except MinutesError:
            return False
        finally:
            for timer in timers:
                timer.join()
        scene.know(meeting_id, given)
        return _is_whole(scene, meeting_id, given) and _begins(there.client, meeting_id)


def _is_whole(scene: Scene, meeting_id: str, given: Given) -> bool:
    """Whether a file has become a recording of its meeting, byte for byte.

    A server that died when it had all bytes has not put them together: a worker does, a moment later.
    """
    end = time.monotonic() + ARRIVAL_SECONDS
    while time.monotonic() < end:
        with scene.site.database.reading() as session:
            for one in recordings(session, meeting_id):
                content = hashlib.sha256(b"".join(scene.site.files.pieces(one.path))).hexdigest()
                return one.sha256 == given.sha256 == content
        time.sleep(0.2)
    return False


def _begins(client: httpx.Client, meeting_id: str) -> bool:
    """Has work on a meeting begin, where its file was not there yet when that was asked for first."""
    end = time.monotonic() + ARRIVAL_SECONDS
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            answer = client.post(f"{API}/meetings/{meeting_id}/start", json={})
            if answer.status_code in (202, 409):
                return True
        time.sleep(0.2)
    return False

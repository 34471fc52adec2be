"""The server as people start it: a process of its own, with a worker beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import httpx2
import pytest

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.records import people
from pipeline.records.site import Site
from pipeline.serving import Serving
from pipeline.settings import Settings
from pipeline.web.serve import WORKER, check_start, serve
from tests.web.askers import ONE_DATABASE, PUBLIC, account, kept_password, with_serving
from tests.web.test_kept import is_running, started, until, writes

STARTER = """
import sys
from pipeline.serving import Serving
from pipeline.settings import Settings
from pipeline.web.serve import serve
settings = Settings(data=sys.argv[1], serve=Serving(port=0))
serve(settings, tuple(sys.argv[2:]) or None, lambda address: print(address, flush=True))
"""


@dataclass
class Running:
    address: str
    process: subprocess.Popen[str]
    log: Path

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@contextmanager
def running(folder: Path, *worker: str) -> Generator[Running]:
    log = folder / "log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", STARTER, str(folder / "data"), *worker],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address, log.read_text()
        yield Running(address, process, log)
    finally:
        process.kill()
        process.wait(60)


def test_it_answers_with_a_worker_beside_it_and_stops_in_order(tmp_path: Path) -> None:
    workers = tmp_path / "workers"
    with running(tmp_path, *writes(workers, "time.sleep(1000)")) as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert httpx2.get(f"{server.address}/healthz").json() == {"database": "ok", "files": "ok"}
        assert httpx2.get(f"{server.address}/api/v1/me?secret=nine").json()["name"] == "local"
        until(lambda: len(started(workers)) == 1)
        os.kill(started(workers)[0], signal.SIGKILL)
        until(lambda: len(started(workers)) == 2)
        assert httpx2.get(f"{server.address}/healthz").status_code == 200, "a worker takes no page down"
        assert server.stop() == 0
        assert not is_running(started(workers)[-1])
        lines = server.lines()
        assert "nine" not in server.log.read_text()
    assert [line["route"] for line in lines if line["event"] == "request"] == [
        "/healthz",
        "/api/v1/me",
        "/healthz",
    ]


def test_ctrl_c_stops_it_too(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert server.stop(signal.SIGINT) != 0
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{server.address}/healthz")


def test_a_killed_server_leaves_no_worker(tmp_path: Path) -> None:
    workers = tmp_path / "workers"
    # What `pipeline.web.tether` does, with a command that would run for ever.
    tethered = writes(
        workers, "from pipeline.web.tether import end_with_stdin; end_with_stdin(); time.sleep(1000)"
    )
    with running(tmp_path, *tethered) as server:
        until(lambda: len(started(workers)) == 1)
        server.process.kill()
        until(lambda: not is_running(started(workers)[0]))


def test_the_worker_imports_nothing_from_the_current_folder(tmp_path: Path) -> None:
    for name in ("pipeline.py", "json.py", "typer.py"):
        (tmp_path / name).write_text("raise SystemExit('taken from the current folder')")
    command = (*WORKER[:-1], "--help")
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read().decode()
        assert process.wait(60) == 0, output
    assert "taken" not in output
    assert "lihui" in output


def test_requests_of_another_name_are_refused_by_the_real_server(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        port = int(server.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 421")
    assert b"server:" not in answer.lower()


@ONE_DATABASE
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.10"])
def test_without_an_account_it_does_not_start_for_others(site: Site, host: str) -> None:
    open_to_others = with_serving(site, Serving(host=host))
    with pytest.raises(
        UsageError, match=r"make an account first, with `lihui users add NAME --role admin`\.$"
    ):
        check_start(open_to_others)
    with site.database.session() as session:
        people.local_user(session)
        people.add(session, "no-password", "admin")
        closed = people.add(session, "closed", "admin", password=kept_password())
        people.set_active(session, closed, False)
    with pytest.raises(UsageError, match="make an account first"):
        check_start(open_to_others)
    account(site, "anna", "admin")
    check_start(open_to_others)


@ONE_DATABASE
def test_behind_a_proxy_it_does_not_start_without_accounts_either(site: Site) -> None:
    with pytest.raises(UsageError, match="make an account first"):
        check_start(with_serving(site, Serving(public_url=PUBLIC)))
    check_start(with_serving(site, Serving()))


@ONE_DATABASE
@pytest.mark.parametrize(
    "url",
    [
        "minutes.example.org",
        "ftp://x",
        "https://",
        "https://x/path",
        "https://u@x",
        "https://x:y",
        "https://x?a=b",
    ],
)
def test_what_is_no_public_address(site: Site, url: str) -> None:
    with pytest.raises(UsageError, match="LIHUI_SERVE__PUBLIC_URL"):
        check_start(with_serving(site, Serving(public_url=url)))


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path, log: StringIO) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvironmentProblem, match=f"Port {port} of 127.0.0.1 cannot be used"):
            serve(Settings(data=tmp_path, serve=Serving(port=port)), None, print)

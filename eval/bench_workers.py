"""``make bench-workers``: do two workers do twice the work of one? The last line is JSON.

Meetings that were heard wait in one queue of one Postgres; a language model on loopback takes the same time for every
answer, so that waiting and not this machine's processor decides.

one_per_minute   meetings that one worker minutes in a minute
two_per_minute   the same of two workers
two_over_one     the ratio
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex
from threading import Thread

from sqlalchemy import Select, func, select

from eval.cases import CASES, load_case
from eval.postgres import cluster, fresh_database
from pipeline.meeting import Meeting
from pipeline.minutes import StageOrigin
from pipeline.records.site import Site, open_site
from pipeline.records.tables import Draft, Heard, Job, MeetingRow, Worker
from pipeline.settings import Settings
from pipeline.worker.queue import submit

CASE = "en-saas-weekly-02"
MEETINGS = 16
ANSWER_SECONDS = 2.0
WINDOW_TOKENS = 1200
"""Two questions for each of the meetings."""
LONGEST_SECONDS = 300.0
WORKER = "from pipeline.commands.worker import worker; worker('minute')"
NOTHING: dict[str, list[object] | None] = {
    "sections": [], "purpose": None, "decisions": [], "actions": [], "kpis": [], "issues": [], "feedback": [],
    "reports": [], "remarks": [], "carry_over": [], "changes": [], "points": [], "summaries": [],
}  # fmt: skip
"""An answer to any question."""


class SlowModel(BaseHTTPRequestHandler):
    """A server that speaks OpenAI's protocol, finds nothing in any meeting, and takes its time for that."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answers one question."""
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(ANSWER_SECONDS)
        message = {"role": "assistant", "content": json.dumps(NOTHING)}
        usage = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        answer = {"id": "1", "object": "chat.completion", "created": 0, "model": "slow", "choices": [choice]}
        body = json.dumps({**answer, "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main() -> None:
    """Measures one worker and two, and prints both and their ratio."""
    with tempfile.TemporaryDirectory() as name, slow_model() as address, cluster() as server:
        seconds: dict[int, float] = {}
        for workers in (1, 2):
            with fresh_database(server) as url:
                seconds[workers] = _measured(Path(name) / str(workers), url, address, workers)
            sys.stdout.write(f"{workers} at work: {MEETINGS} meetings in {seconds[workers]:.1f} s\n")
            sys.stdout.flush()
    figures = {
        "one_per_minute": round(60 * MEETINGS / seconds[1], 1),
        "two_per_minute": round(60 * MEETINGS / seconds[2], 1),
        "two_over_one": round(seconds[1] / seconds[2], 2),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


@contextmanager
def slow_model() -> Generator[str]:
    """The address of the language model."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowModel)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _measured(folder: Path, url: str, model: str, workers: int) -> float:
    """Seconds from when all meetings are queued, and the workers idle, to the last one's minutes."""
    folder.mkdir()
    site = open_site(Settings(data=folder, database_url=url))
    ids = _heard(site)
    with ExitStack() as ending:
        for _ in range(workers):
            process = subprocess.Popen(
                [sys.executable, "-c", WORKER],
                env=_environment(folder, url, model),
                stderr=subprocess.DEVNULL,
            )
            ending.callback(process.wait)
            ending.callback(process.terminate)
        _until(lambda: _count(site, select(func.count()).select_from(Worker)) == workers)
        with site.database.session() as session:
            for meeting_id in ids:
                row = session.get_one(MeetingRow, meeting_id)
                submit(session, site, row, "minute", user_id=None)
        begun = time.monotonic()
        _until(lambda: _count(site, select(func.count()).where(Job.state == "done")) == MEETINGS)
        seconds = time.monotonic() - begun
    with site.database.reading() as session:
        whole = [draft.minutes.status == "complete" for draft in session.scalars(select(Draft))]
    assert whole == [True] * MEETINGS
    site.database.close()
    return seconds


def _heard(site: Site) -> list[str]:
    """Meetings that were heard already."""
    case = load_case(CASES / CASE)
    ids = [token_hex(8) for _ in range(MEETINGS)]
    with site.database.session() as session:
        session.add_all(MeetingRow(id=one, title="Weekly", facts=Meeting(title="Weekly")) for one in ids)
        session.flush()
        origins = (StageOrigin(stage="import"),)
        session.add_all(
            Heard(meeting_id=one, transcript=case.transcript, meeting=case.meeting, origins=origins)
            for one in ids
        )
    return ids


def _environment(folder: Path, url: str, model: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LIHUI_")}
    return {
        **ours,
        "LIHUI_DATA": str(folder),
        "LIHUI_DATABASE_URL": url,
        "LIHUI_SCRIBE": "llm:openai:slow",
        "LIHUI_LIMITS__WINDOW_TOKENS": str(WINDOW_TOKENS),
        "OPENAI_BASE_URL": model,
        "OPENAI_API_KEY": "any",
        "NO_PROXY": "127.0.0.1",
    }


def _count(site: Site, query: Select[int]) -> int:
    with site.database.reading() as session:
        return session.scalar(query) or 0


def _until(condition: Callable[[], bool]) -> None:
    """Waits until something holds.

    Raises:
        TimeoutError: It did not.
    """
    end = time.monotonic() + LONGEST_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {LONGEST_SECONDS:.0f} s")
        time.sleep(0.02)


if __name__ == "__main__":
    main()

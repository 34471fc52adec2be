"""``make bench-serve``: how the service bears load, on SQLite, or with ``--postgres`` on a Postgres of its own.

Two gigabytes are uploaded as one file, and the growth of the server's memory is read off. Then fifty people read and
edit minutes, each asking for something every two and a half seconds, while twenty files arrive at once and are worked
on; their waiting is compared with that of one person when nothing else goes on. The last line is JSON:

errors            answers that were none, uploads and meetings that failed
p95_over_idle     of the kind of answer that suffers most: the 95th percentile under load over the median when idle
upload_growth_mb  growth of the server's memory while the large file arrives and is put together
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

from eval.postgres import cluster, fresh_database
from eval.serving.people import PAUSE, Waits, watch
from eval.serving.sending import (
    PATIENCE,
    ended,
    recording,
    send,
    send_all,
    send_silence,
    transcript,
    wait_for,
)
from eval.serving.server import Served, serving
from pipeline.samples import sample_folder

MEGABYTE = 1024 * 1024
REVIEWED = ("en-clinic-weekly-01", "zh-retail-weekly-01")
IDLE_SECONDS = 20.0
LEAST_SECONDS = 45.0
"""So long the people work, also where the jobs end earlier."""
MOST_SECONDS = 300.0


def main() -> None:
    """Runs the benchmark and prints its table."""
    wanted = _arguments()
    with (
        tempfile.TemporaryDirectory(prefix="lihui-bench-") as folder,
        _database(wanted.postgres) as url,
        serving(Path(folder), url) as served,
    ):
        growth = _growth(served, wanted.large_mb * MEGABYTE)
        sys.stdout.write(f"one upload of {wanted.large_mb} MB: the server grew by {growth:.1f} MB\n")
        idle, loaded = _load(served, wanted.people, wanted.uploads)
    ratio = _table(idle, loaded)
    result = {
        "errors": idle.errors + loaded.errors,
        "p95_over_idle": round(ratio, 1),
        "upload_growth_mb": round(growth, 1),
    }
    sys.stdout.write(json.dumps(result) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--postgres", action="store_true", help="on a Postgres of its own instead of SQLite")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--large-mb", type=int, default=2048)
    return parser.parse_args()


@contextmanager
def _database(postgres: bool) -> Generator[str | None]:
    if not postgres:
        yield None
        return
    with cluster() as server, fresh_database(server) as url:
        yield url


def _growth(served: Served, size: int) -> float:
    """Megabytes by which a large upload makes the server grow, beyond what a small one does."""
    with httpx.Client(base_url=served.address, timeout=PATIENCE) as client:
        send_silence(client, MEGABYTE)
        before = served.resident()
        send_silence(client, size)
        return (served.peak() - before) / MEGABYTE


def _load(served: Served, people: int, uploads: int) -> tuple[Waits, Waits]:
    """How long people wait: one alone, and many while files arrive."""
    with httpx.Client(base_url=served.address, timeout=PATIENCE) as client:
        meetings = [send(client, case, transcript(case)) for case in REVIEWED * 5]
        states = wait_for(client, meetings)
        end = time.monotonic() + IDLE_SECONDS
        idle = asyncio.run(watch(served.address, meetings, 1, 0.05, lambda: time.monotonic() > end))
        idle.errors += sum(state != "review" for state in states.values())
        talk = recording(sample_folder("en-weekly") / "recording.m4a")
        files = [talk if number % 2 else transcript(REVIEWED[0]) for number in range(uploads)]
        # In a process of its own: sending must not hold up those whose waiting is measured.
        with ProcessPoolExecutor(1) as pool:
            sent = pool.submit(send_all, served.address, files)
            loaded = asyncio.run(watch(served.address, meetings, people, PAUSE, _until(served, sent)))
            states = wait_for(client, sent.result())
    failed = sum(state != "review" for state in states.values())
    loaded.errors += failed
    sys.stdout.write(f"{len(files)} uploads, {failed} failed; {people} people\n")
    return idle, loaded


def _until(served: Served, sent: Future[list[str]]) -> Callable[[], bool]:
    """Tells when all uploads have arrived and the work on them is over, or has gone on for long enough."""
    begun, over = time.monotonic(), threading.Event()

    def look() -> None:
        with httpx.Client(base_url=served.address, timeout=PATIENCE) as client:
            meetings = sent.result()
            while len(ended(client, meetings)) < len(meetings) and time.monotonic() < begun + MOST_SECONDS:
                time.sleep(2.0)
        over.set()

    threading.Thread(target=look, daemon=True).start()
    return lambda: over.is_set() and time.monotonic() > begun + LEAST_SECONDS


def _table(idle: Waits, loaded: Waits) -> float:
    """Prints the waiting by what was asked for; returns the worst ratio."""
    sys.stdout.write(f"{'':<18}{'idle':>10}{'median':>10}{'p95':>10}{'p95/idle':>10}{'answers':>10}\n")
    worst = 0.0
    for what, seconds in loaded.seconds.items():
        alone = statistics.median(idle.seconds[what])
        median, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
        worst = max(worst, p95 / alone)
        sys.stdout.write(
            f"{what:<18}{alone * 1000:>7.1f} ms{median * 1000:>7.1f} ms{p95 * 1000:>7.1f} ms"
            f"{p95 / alone:>10.1f}{len(seconds):>10}\n"
        )
    return worst


if __name__ == "__main__":
    main()

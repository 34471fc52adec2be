"""What Prometheus reads: requests, jobs, bytes that arrived, log-ins that were refused."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from pipeline.records.database import Database
from pipeline.records.tables import Job

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds until an answer begins."""
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Metrics:
    """The figures of one process; jobs are counted in the tables when somebody looks.

    Args:
        database: With the jobs.
    """

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "lihui_requests",
            "Requests that were answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "lihui_request_seconds",
            "Seconds until the answer began",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._uploaded = Counter(
            "lihui_upload_bytes", "Bytes of uploads that arrived", registry=self.registry
        )
        self._refused = Counter("lihui_logins_refused", "Log-ins that were refused", registry=self.registry)
        self.registry.register(_Jobs(database))

    def request_done(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request by the template of its path: a label for each id would never end."""
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def uploaded(self, count: int) -> None:
        """Counts bytes of files."""
        self._uploaded.inc(count)

    def login_refused(self) -> None:
        """Counts a wrong password, and a log-in that was not even tried."""
        self._refused.inc()

    def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        return generate_latest(self.registry)


class _Jobs(Collector):
    """Jobs by queue and state, as they stand in the tables."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering asks the database for nothing."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Counts them."""
        jobs = GaugeMetricFamily("lihui_jobs", "Jobs in the tables", labels=("queue", "state"))
        with self.database.reading() as session:
            for queue, state, count in session.execute(
                select(Job.queue, Job.state, func.count()).group_by(Job.queue, Job.state)
            ):
                jobs.add_metric((queue, state), count)
        yield jobs

"""The durable queue: DBOS keeps it in tables of its own beside ours, so that a job is queued as it is written."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from dbos import DBOS, DBOSClient, WorkflowSerializationFormat
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.database import Database
from pipeline.records.tables import Job

APPLICATION = "lihui"
SCHEMA = "dbos"
SHAPE = "1"
"""Of the workflows: a program takes what every other one of the same shape has queued or begun. It changes only when
a workflow gets other arguments, and then the new program must take the old shape too."""
FIRST = 1
"""Priority of what is urgent: the least number that DBOS takes."""


@dataclass(frozen=True)
class Running:
    """A job that a worker has taken from the queue.

    Attributes:
        job_id: Of the job, and so of its workflow.
        worker: Who took it.
    """

    job_id: str
    worker: str


def prepare(database: Database) -> None:
    """Makes the queue's tables, or brings them up to date; safe when several processes start at once."""
    # Else it tells of every client that is made.
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(database.url, schema=SCHEMA)


def client_of(database: Database) -> DBOSClient:
    """Speaks to the queue over the connections of the database; it holds none of its own and need not be closed."""
    return DBOSClient(
        system_database_engine=database.engine,
        dbos_system_schema=SCHEMA,
        application_name=APPLICATION,
        lazy=True,
        # Who asks decides what a database that is gone for a while means.
        retry_connection_errors=False,
    )


def enqueue(session: Session, database: Database, job: Job) -> None:
    """Queues a job; it is there when the caller's transaction is, and gone when that is undone."""
    client_of(database).enqueue_in_transaction(
        session,
        {
            "workflow_name": job.queue,
            "queue_name": job.queue,
            "workflow_id": job.id,
            "app_version": SHAPE,
            "priority": FIRST + job.turn,
            "serialization_type": WorkflowSerializationFormat.PORTABLE,
        },
        job.id,
    )


def running(database: Database) -> tuple[Running, ...]:
    """What workers have taken from the queue and not finished, whether they are alive or not."""
    found = client_of(database).list_workflows(
        status="PENDING", application_name=APPLICATION, load_input=False, load_output=False
    )
    return tuple(Running(workflow.workflow_id, workflow.executor_id or "") for workflow in found)


def queued_ever(database: Database, job_ids: Iterable[str]) -> frozenset[str]:
    """Those of the jobs that the queue knows."""
    found = client_of(database).list_workflows(
        workflow_ids=list(job_ids), load_input=False, load_output=False
    )
    return frozenset(workflow.workflow_id for workflow in found)


def forget_done(database: Database) -> None:
    """Removes from the queue what was done more than a day ago."""
    client = client_of(database)
    before = (now() - timedelta(days=1)).isoformat()
    done = client.list_workflows(
        completed_before=before, application_name=APPLICATION, load_input=False, load_output=False
    )
    client.delete_workflows([workflow.workflow_id for workflow in done])


def give_back(database: Database, job_id: str, worker: str) -> None:
    """Queues again what a worker will not finish; nothing where somebody else has taken it by now.

    It is one statement that asks for the worker: of two survivors that find the same dead one, one does it, and what
    that queued is not taken from whoever runs it then.
    """
    # DBOS's public way, resuming, asks for nobody: two survivors would both run the job.
    queue = client_of(database)._sys_db  # pyright: ignore[reportPrivateUsage]
    queue.reenqueue_for_recovery(job_id, [worker], APPLICATION)

"""Jobs as tables know them: whose turn it is, who holds one, how far it is, how it ended.

A worker holds a job as long as the job runs under the number of starts that the worker began it with. Everything a
worker writes asks for that number, so that one that was taken for dead and wakes up writes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.tables import Draft, HeardLine, Job, JobState, MeetingRow, Queue, State, User

UNFINISHED: tuple[JobState, ...] = ("waiting", "running")
URGENT = 0
"""Turn of what goes before everything else."""
LATEST_TURN = 2**31 - 2
STATES: dict[Queue, State] = {"listen": "listening", "minute": "minuting"}


@dataclass(frozen=True)
class Held:
    """A job that a worker has begun.

    Attributes:
        job_id: The job.
        start: Which of its starts this is.
        queue: Where it waited.
        meeting_id: What it works on.
        user_id: For whom.
        urgent: Whether what follows it is urgent too.
        died: How often in a row a worker died of it, or left it, without finishing anything.
        died_at: The stage it was in the last time.
    """

    job_id: str
    start: int
    queue: Queue
    meeting_id: str
    user_id: int | None
    urgent: bool
    died: int
    died_at: str | None


def latest(session: Session, meeting_id: str) -> Job | None:
    """The last job of a meeting, which is the one that people ask about."""
    return session.scalar(_latest_first(meeting_id).limit(1))


def unfinished(session: Session, meeting_id: str) -> Job | None:
    """The job of a meeting that waits or runs."""
    return session.scalar(_latest_first(meeting_id).where(Job.state.in_(UNFINISHED)).limit(1))


def _latest_first(meeting_id: str) -> Select[Job]:
    return select(Job).where(Job.meeting_id == meeting_id).order_by(Job.created_at.desc(), Job.id)


def next_turn(session: Session, queue: Queue, user_id: int | None) -> int:
    """The turn of a new job: start-time fair queueing between people.

    The queue's clock is the latest turn that was begun. A job comes after that and after its owner's own jobs, and so
    alternates with the others' however many the owner has brought.
    """
    if user_id is not None:
        # Jobs that one person brings side by side come one after the other all the same.
        session.get(User, user_id, with_for_update={"key_share": True})
    of_queue = select(func.max(Job.turn)).where(Job.queue == queue)
    begun = session.scalar(of_queue.where(Job.state != "waiting")) or 0
    own = session.scalar(of_queue.where(Job.user_id == user_id, Job.state.in_(UNFINISHED))) or 0
    return min(max(begun, own) + 1, LATEST_TURN)


def place(session: Session, job: Job) -> int | None:
    """How many jobs are taken before this one comes, itself included; None for one that does not wait."""
    if job.state != "waiting":
        return None
    order = tuple_(Job.turn, Job.created_at, Job.id)
    before = order <= tuple_(job.turn, job.created_at, job.id)
    counted = select(func.count()).where(Job.queue == job.queue, Job.state == "waiting", before)
    return session.scalar(counted)


def begin(session: Session, job_id: str, worker: str) -> Held | None:
    """Takes a job that came out of the queue into hand; None where there is nothing to do any more."""
    meeting_id = session.scalar(select(Job.meeting_id).where(Job.id == job_id))
    # Always the meeting before the job: two that lock both never wait for each other.
    meeting = session.get(MeetingRow, meeting_id, with_for_update=True) if meeting_id else None
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if meeting is None or job is None or job.state not in UNFINISHED:
        return None
    job.state, job.worker = "running", worker
    job.starts, job.tries = job.starts + 1, job.tries + 1
    job.started_at = job.started_at or now()
    job.stage_at = now()
    queue = cast(Queue, job.queue)
    show(session, meeting, STATES[queue])
    return Held(
        job_id=job.id,
        start=job.starts,
        queue=queue,
        meeting_id=meeting.id,
        user_id=job.user_id,
        urgent=job.turn == URGENT,
        died=job.tries - 1,
        died_at=job.stage,
    )


def has_minutes(session: Session, meeting_id: str) -> bool:
    """Whether minutes were made of a meeting already."""
    return bool(session.scalar(select(func.count()).where(Draft.meeting_id == meeting_id)))


def queue_again(session: Session, meeting: MeetingRow, job: Job) -> Queue:
    """Where a job is tried again: from the beginning, where what is kept is passed over and new files are heard."""
    return cast(Queue, job.queue) if has_minutes(session, meeting.id) else "listen"


def show(session: Session, meeting: MeetingRow, state: State, problem: str | None = None) -> None:
    """Sets the state of a meeting that has no minutes yet; minutes that are reviewed stay so while others are made."""
    if has_minutes(session, meeting.id):
        return
    meeting.state, meeting.problem, meeting.changed_at = state, problem, now()


def tell(
    session: Session, held: Held, stage: str, share: float, stage_at: datetime, stage_from: float
) -> bool:
    """Writes how far a job is; False where it is no longer held."""
    return _write(
        session, held, {"stage": stage, "share": share, "stage_at": stage_at, "stage_from": stage_from}
    )


def advance(session: Session, held: Held) -> bool:
    """Notes that something was finished: the tries begin anew. False where the job is no longer held."""
    return _write(session, held, {"tries": 0})


def _write(session: Session, held: Held, values: dict[str, Any]) -> bool:
    done = session.execute(
        update(Job)
        .where(Job.id == held.job_id, Job.starts == held.start, Job.state == "running")
        .values(values)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], done).rowcount == 1


def still_held(session: Session, held: Held) -> tuple[MeetingRow, Job] | None:
    """The meeting and the job, locked until the transaction ends; None where the job is no longer held."""
    meeting = session.get(MeetingRow, held.meeting_id, with_for_update=True)
    job = session.get(Job, held.job_id, with_for_update=True)
    if meeting is None or job is None or job.state != "running" or job.starts != held.start:
        return None
    return meeting, job


def is_over(session: Session, held: Held) -> bool:
    """Whether a job that is no longer held is nobody's: cancelled, or deleted with its meeting."""
    job = session.get(Job, held.job_id)
    return job is None or job.state not in UNFINISHED


def forget_lines(session: Session, meeting_id: str) -> None:
    """Removes what was written down while a meeting was heard."""
    session.execute(delete(HeardLine).where(HeardLine.meeting_id == meeting_id))


def end(session: Session, meeting: MeetingRow, job: Job, state: JobState, problem: str | None = None) -> None:
    """Ends a job for good; of one that did not succeed the meeting shows it."""
    job.state, job.problem, job.finished_at, job.worker = state, problem, now(), None
    if state in ("failed", "cancelled"):
        show(session, meeting, "failed" if state == "failed" else "cancelled", problem)


def put_back(session: Session, worker: str, *, tried: bool) -> tuple[str, ...]:
    """Lets a worker's jobs wait again.

    Args:
        session: To write with.
        worker: Who held them.
        tried: Whether that was a try: not where the worker was asked to stop.

    Returns:
        The jobs.
    """
    jobs = session.scalars(select(Job).where(Job.worker == worker, Job.state == "running").with_for_update())
    given: list[str] = []
    for job in jobs:
        job.state, job.worker = "waiting", None
        job.tries = job.tries if tried else max(job.tries - 1, 0)
        given.append(job.id)
    return tuple(given)

"""A job is queued in the transaction that makes it: it is there when that is, and never without it."""

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records import durable, jobs
from pipeline.records.site import Site
from pipeline.records.tables import Job, MeetingRow, Queue


def submit(
    session: Session,
    site: Site,
    meeting: MeetingRow,
    queue: Queue,
    *,
    user_id: int | None,
    urgent: bool = False,
) -> Job:
    """Queues work on a meeting. One that is worked on, or waits for it, keeps the job it has.

    Args:
        session: The caller's transaction; the job is queued when it is kept.
        site: Where the queue is.
        meeting: What is to be worked on; it becomes ``waiting`` unless it has minutes already.
        queue: ``listen`` takes its recordings or transcript, and minutes follow; ``minute`` makes minutes of what was
            heard.
        user_id: For whom: people take turns.
        urgent: Before everything that is not.
    """
    session.execute(select(MeetingRow.id).where(MeetingRow.id == meeting.id).with_for_update())
    present = jobs.unfinished(session, meeting.id)
    if present is not None:
        return present
    turn = jobs.URGENT if urgent else jobs.next_turn(session, queue, user_id)
    job = Job(id=uuid4().hex, meeting_id=meeting.id, user_id=user_id, queue=queue, turn=turn)
    session.add(job)
    durable.enqueue(session, site.database, job)
    jobs.show(session, meeting, "waiting")
    return job

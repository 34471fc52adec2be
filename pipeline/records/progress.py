"""How far the work on meetings is, for those who watch."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records import jobs
from pipeline.records.columns import now
from pipeline.records.tables import HeardLine, Job, JobState, MeetingRow, Queue, State
from pipeline.transcript import Value

LEAST_SHARE, LEAST_SECONDS = 0.01, 2.0
"""The time left is told from so much of a stage at least."""
MOST_LINES = 500


class Progress(Value):
    """How far the work on a meeting is.

    Attributes:
        meeting_id: The meeting.
        state: Of the meeting.
        revision: Counts its edits.
        queue: Where its last job waited or waits.
        job: State of that job; None where there was none.
        place: Which of those that wait in the queue it is, 1 for the next; None where it does not wait.
        stage: What is being done.
        share: How much of the stage is done, 0 to 1.
        seconds_left: Of the stage, as far as can be told.
        problem: Why the job failed.
    """

    meeting_id: str
    state: State
    revision: int
    queue: Queue | None = None
    job: JobState | None = None
    place: int | None = None
    stage: str | None = None
    share: float = 0.0
    seconds_left: float | None = None
    problem: str | None = None

    @property
    def working(self) -> bool:
        """Whether the meeting is worked on, or waits for it."""
        return self.job in jobs.UNFINISHED


class Line(Value):
    """A line of the transcript while it is being heard; they count from 0."""

    number: int
    start: float | None
    speaker: str | None
    text: str


def progress(session: Session, meeting_ids: Collection[str]) -> tuple[Progress, ...]:
    """How far the work on some meetings is; those that are gone are left out."""
    latest: dict[str, Job] = {}
    for job in session.scalars(
        select(Job).where(Job.meeting_id.in_(meeting_ids)).order_by(Job.created_at, Job.id.desc())
    ):
        latest[job.meeting_id] = job
    found = select(MeetingRow.id, MeetingRow.state, MeetingRow.revision).where(MeetingRow.id.in_(meeting_ids))
    moment = now()
    return tuple(
        _of(session, meeting_id, cast(State, state), revision, latest.get(meeting_id), moment)
        for meeting_id, state, revision in session.execute(found)
    )


def _of(
    session: Session, meeting_id: str, state: State, revision: int, job: Job | None, moment: datetime
) -> Progress:
    if job is None:
        return Progress(meeting_id=meeting_id, state=state, revision=revision)
    return Progress(
        meeting_id=meeting_id,
        state=state,
        revision=revision,
        queue=cast(Queue, job.queue),
        job=cast(JobState, job.state),
        place=jobs.place(session, job),
        stage=job.stage,
        share=job.share,
        seconds_left=_seconds_left(job, moment),
        problem=job.problem,
    )


def _seconds_left(job: Job, moment: datetime) -> float | None:
    """What is left of the stage at the pace of what was done of it in this run."""
    if job.state != "running" or job.stage_at is None:
        return None
    done, took = job.share - job.stage_from, (moment - job.stage_at).total_seconds()
    if done < LEAST_SHARE or took < LEAST_SECONDS:
        return None
    return round((1 - job.share) * took / done, 1)


def lines(session: Session, meeting_id: str, after: int, most: int = MOST_LINES) -> tuple[Line, ...]:
    """What was heard so far, without its first ``after`` lines."""
    found: Sequence[HeardLine] = session.scalars(
        select(HeardLine)
        .where(HeardLine.meeting_id == meeting_id, HeardLine.number >= after)
        .order_by(HeardLine.number)
        .limit(most)
    ).all()
    return tuple(
        Line(number=line.number, start=line.start, speaker=line.speaker, text=line.text) for line in found
    )

"""The work on a meeting: how far it is, stopping it, trying again."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from pipeline.records import audit, jobs, meetings
from pipeline.records import progress as tables
from pipeline.records.progress import Line, Progress
from pipeline.transcript import Value
from pipeline.web.access import Here, Reading, Writing, meeting_for
from pipeline.web.api.facts import MeetingId
from pipeline.web.api.meetings import conflicts_told
from pipeline.web.fields import MOST_ID
from pipeline.web.live import Live, Sight
from pipeline.web.problems import Problem, documented
from pipeline.worker.queue import submit

router = APIRouter(tags=["jobs"])

STREAM_SECONDS = 600.0
"""A stream ends after that and the browser begins another one: whoever may not watch any more sees nothing then."""

After = Annotated[int, Query(ge=0, le=MOST_ID, description="Lines that are known already")]


class ProgressAnswer(Progress):
    """How far the work on a meeting is, and the lines of its transcript that were heard since."""

    lines: tuple[Line, ...]


class Revision(Value):
    """The number of a meeting's edits: somebody has changed something."""

    revision: int


@router.get("/meetings/{meeting_id}/progress", responses=documented(404))
def read_progress(meeting_id: MeetingId, site: Here, asker: Reading, after: After = 0) -> ProgressAnswer:
    """How far the work on a meeting is; while it is listened to, with up to 500 lines of what was heard."""
    with site.database.reading() as session:
        meeting = meeting_for(session, asker, meeting_id)
        (progress,) = tables.progress(session, [meeting.id])
        lines = tables.lines(session, meeting.id, after)
        return ProgressAnswer(**progress.model_dump(), lines=lines)


def seen_meeting(meeting_id: MeetingId, site: Here, asker: Reading) -> str:
    """The id of a meeting that the asker may see."""
    with site.database.reading() as session:
        return meeting_for(session, asker, meeting_id).id


def the_live(request: Request) -> Live:
    """What looks at the meetings for all streams of this process."""
    return request.app.state.live


@router.get("/meetings/{meeting_id}/events", response_class=EventSourceResponse, responses=documented(404))
async def send_events(
    meeting_id: Annotated[str, Depends(seen_meeting)],
    live: Annotated[Live, Depends(the_live)],
    follow: Annotated[bool, Query(description="Go on when no work is being done: edits are told")] = False,
    after: After = 0,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """What happens to a meeting, as it happens.

    Events are `line` (a line of the transcript; its id counts them, and who comes back with it gets the next ones),
    `progress`, `revision` (somebody has edited the meeting) and `end`. Without `follow` it ends with the work.
    """
    sent = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    before: Progress | None = None
    async for sight in live.watch(meeting_id, STREAM_SECONDS):
        for line in sight.lines[sent:]:
            sent = line.number + 1
            yield ServerSentEvent(event="line", id=str(sent), data=line)
        for event in _events(sight, before):
            yield event
        before = sight.progress
        if before is None or not (follow or before.working):
            yield ServerSentEvent(event="end", data={})
            return


def _events(sight: Sight, before: Progress | None) -> list[ServerSentEvent]:
    """What is new of a meeting beside its lines."""
    now = sight.progress
    if now is None:
        return []
    if before is not None and now.revision != before.revision:
        edited = ServerSentEvent(event="revision", data=Revision(revision=now.revision))
        unlike = before.model_copy(update={"revision": now.revision, "seconds_left": now.seconds_left})
        return [edited] if unlike == now else [edited, ServerSentEvent(event="progress", data=now)]
    return [ServerSentEvent(event="progress", data=now)]


@router.post("/meetings/{meeting_id}/cancel", responses=documented(404, 409))
def cancel_work(meeting_id: MeetingId, site: Here, asker: Writing) -> Progress:
    """Stops the work on a meeting, or takes it out of the queue. What was finished is kept for another try."""
    with site.database.session() as session:
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        job = jobs.unfinished(session, meeting.id)
        if job is None:
            raise Problem(409, "Nothing is being done with this meeting.")
        session.refresh(job, with_for_update=True)
        if job.state in jobs.UNFINISHED:
            jobs.end(session, meeting, job, "cancelled")
        audit.note(session, asker.name, "meeting.cancel", meeting.id, address=asker.address)
        session.flush()
        return tables.progress(session, [meeting.id])[0]


@router.post("/meetings/{meeting_id}/retry", status_code=202, responses=documented(404, 409))
def try_again(meeting_id: MeetingId, site: Here, asker: Writing) -> Progress:
    """Goes on with work that failed or was cancelled, from where it was."""
    with site.database.session() as session, conflicts_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        last = jobs.latest(session, meeting.id)
        if last is None or last.state not in ("failed", "cancelled"):
            raise Problem(409, "No work on this meeting has failed or was cancelled.")
        queue = jobs.queue_again(session, meeting, last)
        if queue == "listen":
            meetings.prepare(session, meeting)
        submit(session, site, meeting, queue, user_id=asker.user_id)
        audit.note(session, asker.name, "meeting.retry", meeting.id, address=asker.address)
        session.flush()
        return tables.progress(session, [meeting.id])[0]

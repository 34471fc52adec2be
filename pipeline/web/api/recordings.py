"""The files of a meeting, sent as players ask for them: in parts, never whole in memory."""

from pathlib import PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records import audit, meetings
from pipeline.records.site import Site
from pipeline.records.tables import Recording
from pipeline.web.access import Asker, Here, Reading, Writing, meeting_for
from pipeline.web.api.facts import MeetingId
from pipeline.web.api.meetings import RecordingAnswer, conflicts_told, recording_answer
from pipeline.web.downloads import Span, disposition, span_wanted
from pipeline.web.fields import MOST_ID
from pipeline.web.problems import documented, not_found

router = APIRouter(tags=["recordings"])

Number = Annotated[int, Path(ge=1, le=MOST_ID)]
Wanted = Annotated[str | None, Header(max_length=500)]

TYPES = {
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".aac": "audio/aac",
    ".amr": "audio/amr",
    ".wma": "audio/x-ms-wma",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".caf": "audio/x-caf",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".3gp": "video/3gpp",
}
OTHER = "application/octet-stream"
"""Transcripts too: nothing that a browser would take for a page."""
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The whole file",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "A part", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "What you have is the present version"},
}


@router.get("/meetings/{meeting_id}/recordings", responses=documented(404))
def list_recordings(meeting_id: MeetingId, site: Here, asker: Reading) -> tuple[RecordingAnswer, ...]:
    """The files of a meeting, in their order."""
    with site.database.reading() as session:
        meeting = meeting_for(session, asker, meeting_id)
        return tuple(recording_answer(one) for one in meetings.recordings(session, meeting.id))


@router.get(
    "/meetings/{meeting_id}/recordings/{number}",
    response_class=StreamingResponse,
    responses=CONTENT | documented(404, 416),
)
def send_recording(
    meeting_id: MeetingId,
    number: Number,
    site: Here,
    asker: Reading,
    range: Wanted = None,
    if_range: Wanted = None,
    if_none_match: Wanted = None,
) -> Response:
    """One of them, or the part of it that ``Range`` names."""
    recording, headers = _found(site, asker, meeting_id, number)
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    span = span_wanted(range, if_range, headers["ETag"], recording.size) or None
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{recording.size}"
    sent = span or Span(0, recording.size)
    return StreamingResponse(
        site.files.pieces(recording.path, sent.start, sent.end),
        status_code=200 if span is None else 206,
        headers=headers | {"Content-Length": str(sent.end - sent.start)},
        media_type=_media_type(recording),
    )


@router.head(
    "/meetings/{meeting_id}/recordings/{number}",
    response_class=Response,
    responses=documented(404),
)
def tell_of_recording(meeting_id: MeetingId, number: Number, site: Here, asker: Reading) -> Response:
    """What ``GET`` would send of it."""
    recording, headers = _found(site, asker, meeting_id, number)
    length = {"Content-Length": str(recording.size)}
    return Response(headers=headers | length, media_type=_media_type(recording))


@router.delete(
    "/meetings/{meeting_id}/recordings/{number}",
    status_code=204,
    response_class=Response,
    responses=documented(404, 409),
)
def delete_recording(meeting_id: MeetingId, number: Number, site: Here, asker: Writing) -> None:
    """Takes a file out of a meeting, before work on it begins."""
    with site.database.session() as session, conflicts_told():
        meeting = meeting_for(session, asker, meeting_id, lock=True)
        path = meetings.remove_recording(session, meeting, _one(session, meeting.id, number))
        audit.note(session, asker.name, "recording.delete", meeting.id, address=asker.address)
    site.files.delete(path)


def _found(site: Site, asker: Asker, meeting_id: str, number: int) -> tuple[Recording, dict[str, str]]:
    """A recording whose file is there, and the headers that all answers about it carry."""
    with site.database.reading() as session:
        meeting = meeting_for(session, asker, meeting_id)
        recording = _one(session, meeting.id, number)
    if site.files.size(recording.path) != recording.size:
        raise not_found("recording")
    played = recording.kind == "recording"
    return recording, {
        "ETag": f'"{recording.sha256}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(recording.name, inline=played),
        "X-Content-Type-Options": "nosniff",
        # Seeking back and forth need not fetch anew; whether it may still be had is asked each time.
        "Cache-Control": "private, no-cache",
    }


def _one(session: Session, meeting_id: str, number: int) -> Recording:
    found = session.scalar(
        select(Recording).where(Recording.meeting_id == meeting_id, Recording.number == number)
    )
    if found is None:
        raise not_found("recording")
    return found


def _media_type(recording: Recording) -> str:
    if recording.kind != "recording":
        return OTHER
    return TYPES.get(PurePosixPath(recording.path).suffix, OTHER)

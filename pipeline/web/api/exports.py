"""Minutes and transcripts as files."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from pipeline.output import FILE_NAMES
from pipeline.records import edits
from pipeline.render import MINUTES_FORMATS, TRANSCRIPT_FORMATS, render, render_transcript
from pipeline.web.access import Here, Reading, meeting_for
from pipeline.web.api.facts import MeetingId
from pipeline.web.api.review import states_told
from pipeline.web.downloads import disposition
from pipeline.web.problems import documented, not_found

router = APIRouter(tags=["exports"])

MEDIA_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
FileName = Annotated[
    str,
    Path(
        max_length=40,
        description="Such as minutes.docx, minutes.pdf, actions.csv, deadlines.ics, transcript.vtt",
    ),
]


@router.get(
    "/meetings/{meeting_id}/files/{name}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, **documented(404, 409)},
)
def export_file(meeting_id: MeetingId, name: FileName, site: Here, asker: Reading) -> Response:
    """The minutes, or the transcript, as they now read, as a file."""
    with site.database.reading() as session, states_told():
        meeting = meeting_for(session, asker, meeting_id)
        review = edits.reviewed(session, meeting.id)
    if name in MINUTES_FILES:
        suffix = MINUTES_FILES[name]
        content = render(review.final(), review.transcript, suffix)
    elif name in TRANSCRIPT_FILES:
        suffix = TRANSCRIPT_FILES[name]
        content = render_transcript(review.transcript, suffix)
    else:
        raise not_found("file")
    headers = {
        "Content-Disposition": disposition(f"{meeting.title} {name}", inline=False),
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA_TYPES[suffix], headers=headers)


MINUTES_FILES = {FILE_NAMES.get(suffix, f"minutes.{suffix}"): suffix for suffix in MINUTES_FORMATS}
TRANSCRIPT_FILES = {f"transcript.{suffix}": suffix for suffix in TRANSCRIPT_FORMATS}

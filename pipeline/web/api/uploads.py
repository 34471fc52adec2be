"""Files in resumable pieces, by the tus protocol 1.0.0 (https://tus.io)."""

from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from sqlalchemy.orm import Session

from pipeline.records import audit, uploads
from pipeline.records.arriving import Arrival, Checksum, arrive
from pipeline.records.site import Site
from pipeline.records.tables import Upload
from pipeline.records.uploads import UploadState
from pipeline.transcript import Value
from pipeline.web.access import Asker, Here, Reading, Writing, meeting_for
from pipeline.web.api.facts import MeetingId
from pipeline.web.problems import Problem, documented, not_found
from pipeline.web.receiving import lanes_of, receive
from pipeline.web.tus import BODY_TYPE, SpeaksTus, TusRoute, abilities, parse_metadata

router = APIRouter(tags=["uploads"], route_class=TusRoute)

NO_LIMIT = 2**62
"""A body may be as long as its file, whose length was checked against the limit when it was announced."""
LARGEST = 2**62
TRUE = frozenset({"1", "true", "yes"})

UploadId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Of an upload")]
UploadLength = Annotated[int, Header(ge=0, le=LARGEST, description="Bytes of the whole file")]
UploadMetadata = Annotated[
    str,
    Header(
        max_length=4000,
        description="Keys with UTF-8 text in base64: filename; meeting, unless the path names it; "
        "start, with “true” where work shall begin as soon as all files of the meeting are there",
    ),
]
UploadOffset = Annotated[int, Header(ge=0, le=LARGEST, description="Where these bytes begin")]
UploadChecksum = Annotated[
    str | None, Header(max_length=200, description="sha1 or sha256, a space, the digest in base64")
]
BODY: dict[str, Any] = {
    "requestBody": {"content": {BODY_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}


MEANINGS = {
    400: "A header of the protocol is wrong.",
    404: "There is no such upload or meeting.",
    409: "The bytes do not begin where the last ones ended, or work on the meeting has begun.",
    410: "The file was refused before; the sentence says why.",
    412: "Another version of the protocol.",
    413: "More bytes than may come.",
    415: "Neither a recording nor a transcript, or another content type than the protocol's.",
    422: "The file cannot be used, or a value is wrong; the sentence says why.",
    460: "The checksum does not match.",
    507: "Not enough room on the disk.",
}


def _told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    known = documented(*(status for status in statuses if status != 460))
    return {status: {**known.get(status, {}), "description": MEANINGS[status]} for status in statuses}


class UploadAnswer(Value):
    """A file on its way.

    Attributes:
        id: Of the upload.
        meeting_id: Whose file it is.
        number: Of the recording that it becomes.
        name: As the sender calls it.
        length: In bytes.
        offset: Bytes that have arrived.
        state: ``checking`` is whole and not looked at yet.
        problem: Why it was refused.
        expires_at: When an unfinished one is thrown away.
    """

    id: str
    meeting_id: str
    number: int
    name: str
    length: int
    offset: int
    state: UploadState
    problem: str | None
    expires_at: datetime


@router.options("/uploads", status_code=204, summary="What this server can do")
def tell_abilities(site: Here) -> Response:
    """The protocol's version and extensions, and the largest file."""
    return Response(status_code=204, headers=abilities(site.settings.serve.upload_bytes))


@router.post(
    "/uploads",
    status_code=201,
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=_told(400, 404, 409, 412, 413, 415, 422, 460, 507),
    openapi_extra=BODY,
    max_body_size=NO_LIMIT,
)
async def begin_upload(
    request: Request,
    site: Here,
    asker: Writing,
    upload_length: UploadLength,
    upload_metadata: UploadMetadata,
    upload_checksum: UploadChecksum = None,
) -> Response:
    """Announces a file of the meeting that the metadata name; the first bytes may come along."""
    said = parse_metadata(upload_metadata)
    return await _begin(request, site, asker, said.get("meeting", ""), said, upload_length, upload_checksum)


@router.post(
    "/meetings/{meeting_id}/uploads",
    status_code=201,
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=_told(400, 404, 409, 412, 413, 415, 422, 460, 507),
    openapi_extra=BODY,
    max_body_size=NO_LIMIT,
)
async def begin_upload_of_meeting(
    request: Request,
    meeting_id: MeetingId,
    site: Here,
    asker: Writing,
    upload_length: UploadLength,
    upload_metadata: UploadMetadata,
    upload_checksum: UploadChecksum = None,
) -> Response:
    """Announces a file of a meeting; the first bytes may come along."""
    said = parse_metadata(upload_metadata)
    return await _begin(request, site, asker, meeting_id, said, upload_length, upload_checksum)


@router.get("/meetings/{meeting_id}/uploads", responses=_told(404))
def list_uploads(meeting_id: MeetingId, site: Here, asker: Reading) -> tuple[UploadAnswer, ...]:
    """The files of a meeting that are on their way, have arrived or were refused lately."""
    with site.database.reading() as session:
        meeting = meeting_for(session, asker, meeting_id)
        return tuple(_answer(session, site, upload) for upload in uploads.of_meeting(session, meeting.id))


@router.get("/uploads/{upload_id}", responses=_told(404))
def read_upload(upload_id: UploadId, site: Here, asker: Reading) -> UploadAnswer:
    """How far a file is."""
    with site.database.reading() as session:
        return _answer(session, site, _upload_for(session, asker, upload_id))


@router.head(
    "/uploads/{upload_id}",
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=_told(404, 410, 412),
)
def find_offset(upload_id: UploadId, site: Here, asker: Reading) -> Response:
    """Where to go on after a broken connection: ``Upload-Offset``."""
    with site.database.reading() as session:
        upload = _upload_for(session, asker, upload_id)
        if upload.problem is not None:
            raise Problem(410, upload.problem)
        headers = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
        return Response(headers=headers | _progress(site, upload, uploads.offset(session, upload)))


@router.patch(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=_told(400, 404, 409, 410, 412, 413, 415, 422, 460, 507),
    openapi_extra=BODY,
    max_body_size=NO_LIMIT,
)
async def go_on(
    request: Request,
    upload_id: UploadId,
    site: Here,
    asker: Writing,
    upload_offset: UploadOffset,
    upload_checksum: UploadChecksum = None,
) -> Response:
    """Takes the next bytes. With the last ones the file is checked and becomes a recording of the meeting.

    What has come of a request that breaks off is kept; of two that bring the same bytes one gets 409.
    """
    if request.headers.get("content-type") != BODY_TYPE:
        raise Problem(415, f"The bytes must come as {BODY_TYPE}.")
    return Response(
        status_code=204,
        headers=await _receive(request, site, asker, upload_id, upload_offset, upload_checksum),
    )


@router.delete(
    "/uploads/{upload_id}",
    status_code=204,
    response_class=Response,
    dependencies=[SpeaksTus],
    responses=_told(404, 409, 412),
)
def give_up(upload_id: UploadId, site: Here, asker: Writing) -> Response:
    """Throws away what has arrived of a file."""
    with site.database.session() as session:
        upload = _upload_for(session, asker, upload_id)
        if upload.done:
            raise Problem(409, "The file has arrived already: delete it among the recordings of its meeting.")
        audit.note(session, asker.name, "upload.delete", upload.meeting_id, address=asker.address)
        lost = uploads.throw_away(session, upload)
    uploads.delete_files(site, lost)
    return Response(status_code=204)


@router.post(
    "/uploads/{upload_id}",
    include_in_schema=False,
    dependencies=[SpeaksTus],
    max_body_size=NO_LIMIT,
)
async def in_other_words(
    request: Request,
    upload_id: UploadId,
    site: Here,
    asker: Writing,
    x_http_method_override: Annotated[str, Header(max_length=10)],
    upload_offset: UploadOffset = 0,
    upload_checksum: UploadChecksum = None,
) -> Response:
    """PATCH and DELETE for senders that can only POST, as the protocol asks for."""
    if x_http_method_override == "PATCH":
        return await go_on(request, upload_id, site, asker, upload_offset, upload_checksum)
    if x_http_method_override == "DELETE":
        return await lanes_of(request.app).write(lambda: give_up(upload_id, site, asker))
    raise Problem(405, "An upload knows PATCH, HEAD, GET and DELETE.")


async def _begin(
    request: Request,
    site: Site,
    asker: Asker,
    meeting_id: str,
    said: dict[str, str],
    length: int,
    checksum: str | None,
) -> Response:
    def announce() -> tuple[str, dict[str, str]]:
        with site.database.session() as session:
            meeting = meeting_for(session, asker, meeting_id.replace("\0", ""), lock=True)
            name, start = said.get("filename", ""), said.get("start", "").lower() in TRUE
            upload = uploads.begin(session, site, meeting, name, length, asker.user_id, start=start)
            audit.note(session, asker.name, "upload.begin", meeting.id, address=asker.address)
            return upload.id, _progress(site, upload, 0)

    upload_id, headers = await lanes_of(request.app).write(announce)
    if request.headers.get("content-type") == BODY_TYPE:
        headers = await _receive(request, site, asker, upload_id, 0, checksum)
    where = request.url_for("read_upload", upload_id=upload_id).path
    return Response(status_code=201, headers={"Location": where, **headers})


async def _receive(
    request: Request, site: Site, asker: Asker, upload_id: str, at: int, checksum: str | None
) -> dict[str, str]:
    """Takes the bytes of a request; returns the headers of the answer."""
    wanted = Checksum.parse(checksum) if checksum is not None else None

    def opened() -> Arrival:
        with site.database.reading() as session:
            return arrive(session, site, _upload_for(session, asker, upload_id), at, wanted)

    def headers() -> dict[str, str]:
        with site.database.reading() as session:
            upload = session.get(Upload, upload_id)
            return _progress(site, upload, arrived) if upload else {"Upload-Offset": str(arrived)}

    arrived = await receive(request, site, upload_id, opened)
    return await lanes_of(request.app).write(headers)


def _upload_for(session: Session, asker: Asker, upload_id: str) -> Upload:
    """An upload to a meeting that the asker may see."""
    upload = session.get(Upload, upload_id)
    if upload is None:
        raise not_found("upload")
    try:
        meeting_for(session, asker, upload.meeting_id)
    except Problem as problem:
        raise not_found("upload") from problem
    return upload


def _progress(site: Site, upload: Upload, arrived: int) -> dict[str, str]:
    if upload.done:
        return {"Upload-Offset": str(arrived)}
    until = format_datetime(uploads.expires_at(upload, site), usegmt=True)
    return {"Upload-Offset": str(arrived), "Upload-Expires": until}


def _answer(session: Session, site: Site, upload: Upload) -> UploadAnswer:
    arrived = uploads.offset(session, upload)
    return UploadAnswer(
        id=upload.id,
        meeting_id=upload.meeting_id,
        number=upload.number,
        name=upload.name,
        length=upload.length,
        offset=arrived,
        state=uploads.state(upload, arrived),
        problem=upload.problem,
        expires_at=uploads.expires_at(upload, site),
    )

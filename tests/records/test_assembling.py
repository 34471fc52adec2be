from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.records import arriving, assembling, meetings, uploads
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Recording, Upload
from tests.web.tus import some_wav

AT_ONCE = timedelta(0)


class Begun:
    """Remembers which meetings work began on."""

    def __init__(self) -> None:
        self.meetings: list[str] = []

    def __call__(self, session: Session, site: Site, meeting: MeetingRow, user_id: int | None) -> None:
        self.meetings.append(meeting.id)
        meeting.state = "waiting"


def a_meeting(site: Site) -> str:
    with site.database.session() as session:
        return meetings.create(session, Meeting(title="Weekly"), None, None).id


def arrived(site: Site, meeting: str, content: bytes, name: str = "talk.wav", *, start: bool = False) -> str:
    """An upload whose bytes are all there, as a server leaves it that was killed just then."""
    with site.database.session() as session:
        row = session.get_one(MeetingRow, meeting)
        upload = uploads.begin(session, site, row, name, len(content), None, start=start)
    for at, end in ((0, len(content) // 2), (len(content) // 2, len(content))):
        with site.database.reading() as session:
            arrival = arriving.arrive(session, site, session.get_one(Upload, upload.id), at, None)
        arrival.write(content[at:end])
        arrival.end()
    return upload.id


def recordings(site: Site, meeting: str) -> tuple[Recording, ...]:
    with site.database.reading() as session:
        return meetings.recordings(session, meeting)


def test_what_a_killed_server_left_is_finished_once(site: Site) -> None:
    meeting, content, begun = a_meeting(site), some_wav(), Begun()
    upload = arrived(site, meeting, content, start=True)
    # Killed in the middle of putting it together: half of the file may lie there.
    site.files.put(f"meetings/{meeting}/recording-1.wav", content[:5000])
    assembling.finish_left(site, begun)
    assert recordings(site, meeting) == ()
    assembling.finish_left(site, begun, silent=AT_ONCE)
    assembling.finish_left(site, begun, silent=AT_ONCE)
    assembling.finish(site, upload, begun)
    (recording,) = recordings(site, meeting)
    assert site.files.get(recording.path) == content
    assert site.files.listed("uploads") == ()
    assert begun.meetings == [meeting]


def test_work_begins_when_the_last_file_is_there(site: Site) -> None:
    meeting, begun = a_meeting(site), Begun()
    first, second = arrived(site, meeting, some_wav(), start=True), arrived(site, meeting, some_wav())
    assembling.finish(site, first, begun)
    assert begun.meetings == []
    assembling.finish(site, second, begun)
    assert begun.meetings == [meeting]


def test_an_upload_that_cannot_be_used_does_not_stop_the_others(site: Site) -> None:
    meeting, begun = a_meeting(site), Begun()
    bad = arrived(site, meeting, b"RIFF\x10\0\0\0WAVE" + bytes(5000), "bad.wav")
    arrived(site, meeting, some_wav(), "good.wav")
    assembling.finish_left(site, begun, silent=AT_ONCE)
    assert [recording.name for recording in recordings(site, meeting)] == ["good.wav"]
    with site.database.reading() as session:
        assert "bad.wav" in (session.get_one(Upload, bad).problem or "")


@pytest.mark.parametrize("left", [None, b"RIFF"])
def test_parts_that_are_lost_are_told(site: Site, left: bytes | None) -> None:
    meeting = a_meeting(site)
    upload = arrived(site, meeting, some_wav())
    part = site.files.listed("uploads")[0]
    site.files.delete(part)
    if left is not None:
        site.files.put(part, left)
    with pytest.raises(InputError, match="upload it again"):
        assembling.finish(site, upload, Begun())
    assert recordings(site, meeting) == ()
    assert site.files.listed("uploads") == site.files.listed("meetings") == ()


def test_a_meeting_that_is_deleted_meanwhile_stays_deleted(site: Site) -> None:
    meeting = a_meeting(site)
    upload = arrived(site, meeting, some_wav())
    with site.database.session() as session:
        folders = meetings.remove(session, session.get_one(MeetingRow, meeting))
    meetings.delete_files(site, meeting, folders)
    assembling.finish(site, upload, Begun())
    with site.database.reading() as session:
        assert list(session.scalars(select(Recording))) == []
    assert site.files.listed("uploads") == site.files.listed("meetings") == ()


def test_files_that_would_not_fit_are_refused(site: Site) -> None:
    free = site.files.free_bytes()
    assert free is not None
    limits = {"free_bytes": 0, "upload_bytes": free}
    serve = site.settings.serve.model_copy(update=limits)
    roomy = Site(site.settings.model_copy(update={"serve": serve}), site.database, site.files, site.scratch)
    with site.database.session() as session:
        row = meetings.create(session, Meeting(title="Weekly"), None, None)
        # Whole and in parts it takes three fifths of the room; a second one does not fit beside it.
        uploads.begin(session, roomy, row, "a.wav", int(free * 0.3), None, start=False)
        with pytest.raises(uploads.NoRoom):
            uploads.begin(session, roomy, row, "b.wav", int(free * 0.3), None, start=False)
        with pytest.raises(uploads.TooLarge):
            uploads.begin(session, roomy, row, "b.wav", free + 1, None, start=False)

"""A worker takes meetings from their files to minutes, and says what went wrong with those it cannot."""

from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from pipeline.meeting import Meeting, Participant
from pipeline.records import edits, search
from pipeline.records.site import Site
from pipeline.records.tables import Draft, Heard, HeardLine, Job, MeetingRow
from pipeline.review import Correct
from pipeline.worker.work import UNFORESEEN
from pipeline.worker.workshop import Workshop
from tests.talks import LINES
from tests.worker import service
from tests.worker.service import until


def drafts(session: Session, meeting_id: str) -> list[Draft]:
    query = select(Draft).where(Draft.meeting_id == meeting_id).order_by(Draft.number)
    return list(session.scalars(query))


def test_a_transcript_becomes_minutes_to_review(site: Site, workshop: Workshop, transcript: Path) -> None:
    facts = Meeting(participants=(Participant(name="Tom Stone"),))
    meeting_id = service.meeting(site, transcript, facts=facts)
    service.send(site, meeting_id)
    assert service.state(site, meeting_id) == "waiting"
    until(lambda: service.state(site, meeting_id) == "review")
    with site.database.reading() as session:
        (draft,) = drafts(session, meeting_id)
        heard = session.get_one(Heard, meeting_id)
        found = session.scalars(
            select(Job).where(Job.meeting_id == meeting_id).order_by(Job.created_at)
        ).all()
        assert session.scalar(select(func.count()).select_from(HeardLine)) == 0
    assert (draft.number, draft.revision) == (1, 0)
    assert draft.minutes.status == "complete"
    assert [action.owner for action in draft.minutes.actions] == ["Tom Stone"]
    assert draft.minutes.meeting.title == "Weekly"
    stages = [stage.stage for stage in draft.minutes.origin.stages]
    assert stages[0] == "import" == heard.origins[0].stage
    assert "compose" in stages
    assert [(job.queue, job.state) for job in found] == [("listen", "done"), ("minute", "done")]


def test_what_was_made_can_be_found(site: Site, workshop: Workshop, transcript: Path) -> None:
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    until(lambda: service.state(site, meeting_id) == "review")
    with site.database.reading() as session:
        found = session.scalars(
            select(search.SearchText.meeting_id).where(search.SearchText.text.contains("price list"))
        ).all()
    assert meeting_id in found


def test_a_recording_is_heard_by_the_recogniser_of_the_settings(sqlite_site: Site, recording: Path) -> None:
    site = sqlite_site
    meeting_id = service.meeting(site, recording)
    service.send(site, meeting_id)
    workshop = Workshop(site)
    workshop.start()
    until(lambda: service.state(site, meeting_id) == "review")
    workshop.stop()
    with site.database.reading() as session:
        (draft,) = drafts(session, meeting_id)
    assert draft.transcript.utterances
    assert draft.minutes.origin.stages[1].backend == "sphinx"
    assert not list(site.scratch.rglob("*.wav"))


def test_what_cannot_be_read_fails_with_a_sentence_that_calls_the_file_by_its_name(
    site: Site, workshop: Workshop, tmp_path: Path
) -> None:
    broken = tmp_path / "board.vtt"
    broken.write_text("WEBVTT\n\n", encoding="utf-8")
    meeting_id = service.meeting(site, broken)
    service.send(site, meeting_id)
    until(lambda: service.state(site, meeting_id) == "failed")
    with site.database.reading() as session:
        row = session.get_one(MeetingRow, meeting_id)
    job = service.job(site, meeting_id)
    assert row.problem == job.problem
    assert row.problem is not None
    assert row.problem.startswith("board.vtt")
    assert "recording-1" not in row.problem


def test_a_second_minuting_is_a_proposal_made_of_what_people_have_corrected(
    site: Site, workshop: Workshop, transcript: Path
) -> None:
    anna = service.person(site, "anna")
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    until(lambda: service.state(site, meeting_id) == "review")
    corrected = "Tom, please send the new menu to all shops by Friday."
    with site.database.session() as session:
        row = session.get_one(MeetingRow, meeting_id)
        edit = Correct(utterance=2, before=LINES[2][1], after=corrected)
        edits.record(session, row, [edit], 0, edits.Author(anna, "Anna"))
    job_id = service.send(site, meeting_id, "minute")
    states: set[str] = set()

    def is_done() -> bool:
        states.add(service.state(site, meeting_id))
        return service.job(site, meeting_id).id == job_id and service.job(site, meeting_id).state == "done"

    until(is_done)
    assert states == {"review"}
    with site.database.reading() as session:
        first, second = drafts(session, meeting_id)
    assert (first.number, first.revision) == (1, 0)
    assert (second.number, second.revision) == (2, 1)
    assert second.transcript.utterances[2].text == corrected
    assert "menu" not in first.minutes.actions[0].task
    assert "menu" in second.minutes.actions[0].task


def test_a_failure_nobody_foresaw_is_told_plainly_and_stops_nobody_else(
    site: Site, workshop: Workshop, transcript: Path
) -> None:
    damaged, fine = service.meeting(site, transcript), service.meeting(site, transcript)
    with site.database.session() as session:
        session.execute(
            text(
                "INSERT INTO heard (meeting_id, transcript, meeting, origins) VALUES (:id, '[]', '{}', '[]')"
            ),
            {"id": damaged},
        )
    service.send(site, damaged, "minute")
    service.send(site, fine)
    until(lambda: service.state(site, fine) == "review")
    assert service.state(site, damaged) == "failed"
    assert service.job(site, damaged).problem == UNFORESEEN

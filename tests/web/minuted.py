"""Meetings with minutes, as the stages left them in the tables."""

import secrets

from sqlalchemy.orm import Session

from pipeline.meeting import Meeting
from pipeline.records.tables import Draft, Heard, MeetingRow, State
from pipeline.transcript import Language
from tests.review.meetings import meeting


def minuted_meeting(
    session: Session,
    *,
    owner_id: int | None,
    series_id: int | None = None,
    language: Language = "en",
    state: State = "review",
) -> MeetingRow:
    """One whose first draft waits for its review."""
    minutes, transcript = meeting(language)
    facts: Meeting = minutes.meeting
    row = MeetingRow(
        id=secrets.token_hex(8),
        owner_id=owner_id,
        series_id=series_id,
        title=facts.title or "Weekly",
        held_on=facts.held_on,
        facts=facts,
        state=state,
    )
    session.add(row)
    session.flush()
    session.add(Heard(meeting_id=row.id, transcript=transcript, meeting=facts, origins=()))
    session.add(Draft(meeting_id=row.id, number=1, minutes=minutes, transcript=transcript))
    session.flush()
    return row

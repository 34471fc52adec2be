"""What is known about a meeting before it is heard."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.audio import probe
from pipeline.facts import (
    date_of_recording,
    parse_date,
    previous_open_actions,
    read_meeting,
    read_participants,
)
from pipeline.jobs import Job
from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.settings import Settings
from pipeline.transcript import Language


@dataclass(frozen=True)
class Facts:
    """What the command line says about a meeting; None where it says nothing."""

    meeting: Meeting | None = None
    held_on: date | None = None
    title: str | None = None
    participants: tuple[Participant, ...] | None = None
    series: str | None = None
    language: Language | None = None
    open_actions: tuple[OpenAction, ...] | None = None


def read_facts(
    *,
    meeting: Path | None = None,
    held_on: str | None = None,
    title: str | None = None,
    participants: str | None = None,
    series: str | None = None,
    language: Language | None = None,
    previous: Path | None = None,
) -> Facts:
    """Reads what flags and the files they name say.

    Args:
        meeting: ``case.json``, or the same in YAML.
        held_on: A calendar day as people write it.
        title: Of the meeting.
        participants: Names, or a file of them.
        series: Of regular meetings.
        language: Of the meeting.
        previous: ``minutes.json`` of the last meeting.

    Raises:
        MeetingError: A file is missing or wrong.
        DateError: The date is none.
    """
    return Facts(
        meeting=read_meeting(meeting) if meeting else None,
        held_on=parse_date(held_on) if held_on is not None else None,
        title=title,
        participants=read_participants(participants) if participants else None,
        series=series,
        language=language,
        open_actions=previous_open_actions(previous) if previous else None,
    )


def known_facts(job: Job, facts: Facts, settings: Settings) -> Meeting:
    """Brings together the meeting file, the flags and what the recording says of itself; flags win.

    Raises:
        MeetingError: The meeting file beside the recording cannot be read.
        AudioError: The recording is none.
    """
    beside = read_meeting(job.meeting_file) if job.meeting_file and not facts.meeting else Meeting()
    meeting = facts.meeting or beside
    said: dict[str, object] = {
        "title": facts.title,
        "series": facts.series,
        "language": facts.language,
        "participants": facts.participants,
        "open_actions": facts.open_actions,
        "timezone": None if meeting.timezone else settings.timezone,
        "country": None if meeting.country else settings.country,
    }
    meeting = meeting.model_copy(update={key: value for key, value in said.items() if value is not None})
    return _dated(job, meeting, facts.held_on)


def _dated(job: Job, meeting: Meeting, held_on: date | None) -> Meeting:
    """The meeting with its day, and with its length where there is a recording."""
    info = probe(job.recording) if job.recording else None
    meeting = meeting.model_copy(update={"seconds": (info and info.seconds) or meeting.seconds})
    if held_on is not None:
        return meeting.model_copy(update={"held_on": held_on, "date_source": "given"})
    if meeting.held_on is not None:
        return meeting
    file = job.recording or job.source.paths[0]
    found = date_of_recording(file, info.created if info else None, meeting.timezone)
    if found is None:
        return meeting
    return meeting.model_copy(update={"held_on": found[0], "date_source": found[1]})

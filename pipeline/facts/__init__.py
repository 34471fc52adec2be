"""The facts about a meeting, from files, flags and the recording itself."""

from pipeline.facts.calendar_day import parse_date
from pipeline.facts.meeting_file import read_meeting
from pipeline.facts.participants import read_participants
from pipeline.facts.previous import previous_open_actions
from pipeline.facts.recorded import date_of_recording, zone_named

__all__ = [
    "date_of_recording",
    "parse_date",
    "previous_open_actions",
    "read_meeting",
    "read_participants",
    "zone_named",
]

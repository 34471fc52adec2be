"""What is known about a meeting before it is heard."""

import os
from datetime import date
from pathlib import Path

import pytest

from pipeline.inputs import Facts, known_facts, read_facts
from pipeline.jobs import Job, find_jobs
from pipeline.meeting import Meeting, Participant
from pipeline.settings import Settings
from tests.recordings import record, tone
from tests.talks import vtt

pytestmark = pytest.mark.usefixtures("workplace")

MONDAY = 1772445600
"""2026-03-02, 10:00 UTC."""


def job_of(path: Path) -> Job:
    (job,) = find_jobs((path,), None, joined=False)
    return job


def sound(name: str, created: str | None = None) -> Path:
    tags = {"creation_time": created} if created else {}
    return record(Path(name), tone(1.0), 16_000, "aac", tags)


def dated(path: Path, facts: Facts | None = None, **settings: str) -> tuple[date | None, str | None]:
    os.utime(path, (MONDAY, MONDAY))
    meeting = known_facts(job_of(path), facts or Facts(), Settings.model_validate(settings))
    return meeting.held_on, meeting.date_source


def test_a_given_date_goes_before_all_others() -> None:
    path = sound("2026-03-01.m4a", "2026-02-28T10:00:00Z")
    assert dated(path, read_facts(held_on="2026-01-05")) == (date(2026, 1, 5), "given")
    file = Facts(meeting=Meeting(held_on=date(2026, 1, 6), date_source="given"))
    assert dated(path, file) == (date(2026, 1, 6), "given")


def test_then_the_recordings_own_then_its_name_then_the_file() -> None:
    assert dated(sound("2026-03-01.m4a", "2026-02-28T10:00:00Z")) == (date(2026, 2, 28), "metadata")
    assert dated(sound("weekly_20260301.m4a")) == (date(2026, 3, 1), "file_name")
    assert dated(sound("weekly.m4a"), timezone="UTC") == (date(2026, 3, 2), "file_time")


def test_times_in_utc_count_in_the_zone_of_the_meeting_file_else_of_the_settings() -> None:
    path = sound("weekly.m4a", "2026-03-01T23:30:00Z")
    assert dated(path, timezone="Asia/Shanghai") == (date(2026, 3, 2), "metadata")
    london = Facts(meeting=Meeting(timezone="Europe/London"))
    assert dated(path, london, timezone="Asia/Shanghai") == (date(2026, 3, 1), "metadata")


def test_a_recording_tells_its_length() -> None:
    meeting = known_facts(job_of(sound("weekly.m4a")), Facts(), Settings())
    assert meeting.seconds == pytest.approx(1.0, abs=0.1)


def test_flags_win_over_the_given_meeting_file_and_that_over_the_one_beside() -> None:
    path = vtt(Path("mon/transcript.vtt"))
    Path("mon/meeting.yaml").write_text("title: beside\nseries: beside\nlanguage: zh\n", encoding="utf-8")
    Path("given.yaml").write_text("title: given\nseries: given\n", encoding="utf-8")
    job = job_of(path)
    beside = known_facts(job, Facts(), Settings())
    assert (beside.title, beside.series, beside.language) == ("beside", "beside", "zh")
    facts = read_facts(meeting=Path("given.yaml"), title="said", participants="Anna, Tom")
    given = known_facts(job, facts, Settings())
    assert (given.title, given.series, given.language) == ("said", "given", None)
    assert given.participants == (Participant(name="Anna"), Participant(name="Tom"))

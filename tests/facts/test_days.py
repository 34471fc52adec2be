import os
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DateError, MeetingError
from pipeline.facts import date_of_recording, parse_date

NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02",
        "2026/3/2",
        "2026.3.2",
        "2026年3月2日",
        "2026 年 3 月 2 号",
        "20260302",
        " 2026-3-2 ",
        "２０２６-０３-０２",
    ],
)
def test_a_day_as_people_write_it(text: str):
    assert parse_date(text) == date(2026, 3, 2)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "", "soon", "3/2", "2026-3/2", "26-03-02", "下周三", "2026-03-02T10:00", "0000-01-01"],
)
def test_anything_else_is_no_date(text: str):
    with pytest.raises(DateError, match=r"is not a calendar date; write it as 2026-03-02\."):
        parse_date(text)


@settings(derandomize=True)
@given(st.text())
def test_any_text_is_a_day_or_an_error(text: str):
    with suppress(DateError):
        assert isinstance(parse_date(text), date)


@settings(derandomize=True)
@given(st.dates(date(1000, 1, 1)))
def test_iso_dates_come_back(day: date):
    assert parse_date(day.isoformat()) == day


def _dated(name: str, created: datetime | None = None, zone: str | None = "Asia/Shanghai"):
    return date_of_recording(Path("/nowhere") / name, created, zone, now=NOW)


@pytest.mark.parametrize(
    "name",
    [
        "2026-03-02 例会.m4a",
        "weekly_20260302.mp3",
        "2026_03_02.wav",
        "例会2026.3.2.m4a",
        "2026年3月2日运营例会.mp4",
        "REC20260302140000.m4a",
        "VID_20260302_140000.mp4",
        "260302_1400.mp3",
        "260302.m4a",
        "GMT20260302-013000_Recording_1920x1080.mp4",
        "13800138000 2026-03-02.m4a",
        "meeting 2026-13-45 2026-03-02.m4a",
    ],
)
def test_the_day_in_a_file_name(name: str):
    assert _dated(name) == (date(2026, 3, 2), "file_name")


@pytest.mark.parametrize(
    "name",
    [
        "13820260302.m4a",
        "2026030212345.m4a",
        "20261345.m4a",
        "order 260302.m4a",
        "2027-01-01.m4a",
        "1970-01-01.m4a",
        "v2026.m4a",
        "99991231.m4a",
    ],
)
def test_phone_numbers_and_other_digits_are_no_day(name: str):
    assert _dated(name) is None


def test_zoom_names_are_in_utc():
    name = "GMT20260302-173000_Recording.m4a"
    assert _dated(name) == (date(2026, 3, 3), "file_name")
    assert _dated(name, zone="America/New_York") == (date(2026, 3, 2), "file_name")


def test_metadata_go_first_and_are_converted_to_the_meetings_zone():
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert _dated("2026-02-01.m4a", late) == (date(2026, 3, 2), "metadata")
    assert _dated("2026-02-01.m4a", late, "Europe/London") == (date(2026, 3, 1), "metadata")
    assert _dated("x.m4a", late.replace(tzinfo=None)) == (date(2026, 3, 2), "metadata")
    assert _dated("x.m4a", late.astimezone(timezone(timedelta(hours=-5)))) == (date(2026, 3, 2), "metadata")


@pytest.mark.parametrize("year", [1, 1904, 1970, 1980, 2027, 9999])
def test_clocks_that_were_never_set_are_passed_over(year: int):
    created = datetime(year, 12, 31, 23, tzinfo=UTC)
    assert _dated("2026-03-02.m4a", created) == (date(2026, 3, 2), "file_name")


def test_the_time_of_the_file_comes_last_and_says_so(tmp_path: Path):
    path = tmp_path / "recording.m4a"
    path.touch()
    moment = datetime(2026, 3, 1, 18, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    assert date_of_recording(path, None, "Asia/Shanghai", now=NOW) == (date(2026, 3, 2), "file_time")


def test_without_a_zone_this_machines_zone_counts():
    created = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert _dated("x.m4a", created, None) == (created.astimezone().date(), "metadata")


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "Asia", "\x00"])
def test_an_unknown_zone_is_an_error(zone: str):
    with pytest.raises(MeetingError, match="no time zone"):
        _dated("2026-03-02.m4a", None, zone)

"""`lihui run` and its sisters, from the flags to what stands in the minutes, on stdout and on disk."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from eval.cases import load_case
from eval.score import score
from pipeline import registry
from pipeline.importers import read_transcript
from pipeline.meeting import Meeting
from pipeline.minutes import Evidence, Minutes, Reading
from pipeline.protocols import Work
from pipeline.registry import Entry
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Transcript
from tests.broken_recordings import cut_mp3
from tests.command import EN_CASE, SAMPLES, ZH_CASE, files_under, lihui
from tests.recordings import record, tone
from tests.talks import txt, vtt

pytestmark = pytest.mark.usefixtures("workplace")

ALL_FILES = [
    *("actions.csv", "deadlines.ics", "minutes.docx", "minutes.html", "minutes.json", "minutes.md"),
    *("transcript.json", "transcript.srt", "transcript.txt", "transcript.vtt"),
]


def test_a_transcript_becomes_a_folder_of_minutes_and_the_minutes_are_printed() -> None:
    done = lihui("run", vtt(Path("weekly.vtt")), "--held-on", "2026-03-02")
    assert done.code == 0
    assert files_under(Path("minutes")) == [f"weekly/{name}" for name in ALL_FILES]
    assert "Send the new price list" in done.out
    assert "2026-03-06" in done.out
    assert done.out.rstrip().splitlines()[-len(ALL_FILES) :] == [
        *("minutes/weekly/minutes.md", "minutes/weekly/minutes.html", "minutes/weekly/minutes.docx"),
        *("minutes/weekly/minutes.json", "minutes/weekly/transcript.json", "minutes/weekly/actions.csv"),
        *("minutes/weekly/deadlines.ics", "minutes/weekly/transcript.vtt", "minutes/weekly/transcript.srt"),
        "minutes/weekly/transcript.txt",
    ]
    assert "Reading the meeting" in done.err
    assert "Reading the meeting" not in done.out


def test_flags_say_what_is_known_beforehand() -> None:
    done = lihui(
        *("run", vtt(Path("weekly.vtt")), "--json", "--title", "Sales weekly", "--series", "sales"),
        *("--held-on", "2026年3月2日", "--participants", "Anna Reed (Anna; Finance), Tom Stone"),
        *("--language", "en", "--scribe", "rules", "--asr", "sphinx"),
    )
    meeting = done.minutes.meeting
    assert (meeting.title, meeting.series, meeting.language) == ("Sales weekly", "sales", "en")
    assert (meeting.held_on, meeting.date_source) == (date(2026, 3, 2), "given")
    assert meeting.participants[0].model_dump(exclude_none=True) == {
        "name": "Anna Reed",
        "aliases": ("Anna",),
        "department": "Finance",
    }


def test_a_meeting_file_says_it_too_in_json_or_yaml_and_flags_win() -> None:
    source = vtt(Path("weekly.vtt"))
    Path("facts.yaml").write_text("title: 周会\nheld_on: 2026-03-02\nseries: s\n", encoding="utf-8")
    Path("facts.json").write_text(
        '{"title": "周会", "held_on": "2026-03-02", "series": "s"}', encoding="utf-8"
    )
    from_yaml = lihui("run", source, "--meeting", "facts.yaml", "--json").minutes
    from_json = lihui("run", source, "--meeting", "facts.json", "--json").minutes
    assert from_yaml.meeting == from_json.meeting
    assert from_yaml.meeting.title == "周会"
    changed = lihui("run", source, "--meeting", "facts.yaml", "--title", "Other", "--json").minutes.meeting
    assert (changed.title, changed.series, changed.held_on) == ("Other", "s", date(2026, 3, 2))


@pytest.mark.parametrize(
    ("formats", "names"),
    [
        ("md", ["minutes.md", "transcript.json"]),
        ("JSON, csv,csv", ["actions.csv", "minutes.json", "transcript.json"]),
        ("xlsx，vtt", ["actions.xlsx", "transcript.json", "transcript.vtt"]),
    ],
)
def test_format_chooses_the_files_and_transcript_json_is_always_among_them(
    formats: str, names: list[str]
) -> None:
    assert lihui("run", vtt(Path("weekly.vtt")), "-o", "out", "--format", formats).code == 0
    assert files_under(Path("out/weekly")) == names


def test_json_prints_the_minutes_and_nothing_else() -> None:
    done = lihui("run", vtt(Path("weekly.vtt")), "--json", "--format", "json")
    assert json.loads(done.out)["schema_version"] == 1
    assert done.out == Path("minutes/weekly/minutes.json").read_text(encoding="utf-8")


def test_quiet_prints_the_paths_and_nothing_else() -> None:
    done = lihui("run", vtt(Path("weekly.vtt")), "--quiet", "--format", "md")
    assert done.out == "minutes/weekly/minutes.md\nminutes/weekly/transcript.json\n"
    assert done.err == ""


def test_minutes_are_in_the_meetings_language() -> None:
    done = lihui("run", ZH_CASE / "transcript.json", "--format", "md")
    assert done.code == 0
    text = Path("minutes/zh-retail-weekly-01/minutes.md").read_text(encoding="utf-8")
    headings = ("会议目的", "关键数据分析", "各部门进展汇报", "问题及解决方案", "后续计划", "总结与反馈")
    assert all(heading in text and heading in done.out for heading in headings)
    assert "规则（未用语言模型）" in text


def test_the_chinese_sample_is_read_well_and_every_quote_stands_in_its_utterance() -> None:
    folder = SAMPLES / "zh-weekly"
    done = lihui("run", folder / "transcript.json", "--meeting", folder / "case.json", "--format", "json")
    assert done.code == 0
    minutes = Minutes.model_validate_json(Path("minutes/zh-weekly/minutes.json").read_bytes())
    case = load_case(folder)
    assert (score(minutes, case).items["actions"].f1 or 0) >= 0.8
    said = case.transcript.utterances
    quotes = _evidence(minutes)
    assert quotes
    assert all(evidence.quote in said[evidence.utterance].text for evidence in quotes)


def _evidence(minutes: Minutes) -> list[Evidence]:
    rows = (
        *(*minutes.decisions, *minutes.actions, *minutes.kpis, *minutes.issues, *minutes.reports),
        *(*minutes.feedback, *minutes.remarks, *minutes.carry_over),
        *(point for section in minutes.sections for point in section.points),
    )
    return [evidence for row in rows for evidence in row.evidence]


def test_a_recording_goes_with_its_transcript() -> None:
    sound = record(Path("call.m4a"), tone(90.0), 16_000, "aac", {"creation_time": "2026-03-01T23:30:00Z"})
    done = lihui("run", sound, "--transcript", vtt(Path("zoom.vtt")), "--json")
    assert done.code == 0
    assert files_under(Path("minutes"))[0].startswith("call/")
    meeting = done.minutes.meeting
    assert meeting.seconds == pytest.approx(90.0, abs=0.1)
    assert meeting.date_source == "metadata"
    assert done.minutes.origin.stages[0].stage == "import"
    assert "Send the new price list to all shops" in [action.task for action in done.minutes.actions]


def test_join_makes_one_meeting_of_several_files_in_the_order_given() -> None:
    first, second = vtt(Path("b.vtt")), vtt(Path("a.vtt"), (("Tom Stone", "That was the second part."),))
    done = lihui("run", "--join", first, second, "--json", "--format", "txt")
    assert done.code == 0
    heard = read_transcript(Path("minutes/b/transcript.json"))
    assert heard.utterances[0].text.startswith("Good morning")
    assert heard.utterances[-1].text == "That was the second part."
    assert heard.utterances[-1].start == 48.0


def test_previous_minutes_give_the_open_items() -> None:
    lihui("run", vtt(Path("first.vtt")), "--held-on", "2026-03-02", "--format", "json")
    lines = (
        ("Anna Reed", "Let us go through the open items: the new price list to all shops, Tom?"),
        ("Tom Stone", "The price list is done, I sent it to all shops on Thursday."),
    )
    done = lihui(
        *("run", vtt(Path("second.vtt"), lines), "--held-on", "2026-03-09", "--json"),
        *("--previous", "minutes/first/minutes.json"),
    )
    (item,) = done.minutes.meeting.open_actions
    assert (item.task, item.owner, item.due) == (
        "Send the new price list to all shops",
        "Tom Stone",
        date(2026, 3, 6),
    )
    assert [row.status for row in done.minutes.carry_over] == ["done"]


def test_a_date_in_the_file_name_is_taken_and_stated() -> None:
    done = lihui("run", vtt(Path("weekly 2026-03-02.vtt")), "--format", "md,json")
    assert "2026-03-02 (Mon)  from the file name" in done.out
    assert "2026-03-02 (Mon) (from the file name)" in Path("minutes/weekly 2026-03-02/minutes.md").read_text(
        encoding="utf-8"
    )
    assert "2026-03-06" in done.out


def test_a_date_of_the_file_alone_is_shown_as_unconfirmed_and_resolves_no_relative_deadline() -> None:
    source = vtt(Path("weekly.vtt"))
    os.utime(source, (1772445600, 1772445600))
    done = lihui("run", source, "--json", "--format", "md")
    meeting = done.minutes.meeting
    assert meeting.date_source == "file_time"
    assert meeting.held_on == date(2026, 3, 2)
    (action,) = done.minutes.actions
    assert action.due.phrase == "by Friday"
    assert action.due.on is None
    assert "unconfirmed" in Path("minutes/weekly/minutes.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", 2), ("America/New_York", 1)])
def test_a_recordings_own_time_is_utc_and_counts_in_the_meetings_zone(
    zone: str, day: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIHUI_TIMEZONE", zone)
    sound = record(Path("call.m4a"), tone(60.0), 16_000, "aac", {"creation_time": "2026-03-01T23:30:00Z"})
    meeting = lihui("run", sound, "--transcript", txt(Path("t.txt")), "--json").minutes.meeting
    assert (meeting.held_on, meeting.date_source) == (date(2026, 3, day), "metadata")


def test_a_folder_is_a_batch_and_one_bad_file_stops_no_other() -> None:
    vtt(Path("batch/monday.vtt"))
    cut_mp3(Path("batch"))
    vtt(Path("batch/zoo.vtt"))
    done = lihui("run", "batch", "--format", "md")
    assert done.code == 1
    assert sorted(path.name for path in Path("minutes").iterdir()) == ["monday", "zoo"]
    assert done.out.split() == [
        *("minutes/monday/minutes.md", "minutes/monday/transcript.json"),
        *("minutes/zoo/minutes.md", "minutes/zoo/transcript.json"),
    ]
    assert "talk.mp3 is cut off" in done.err
    assert done.err.splitlines()[-1] == "1 of 3 meetings could not be done: talk."


def test_a_batch_without_a_bad_file_ends_with_0_and_prints_json_lines_on_demand() -> None:
    vtt(Path("batch/monday.vtt"))
    vtt(Path("batch/tuesday.vtt"))
    done = lihui("run", "batch", "--json", "--quiet")
    assert done.code == 0
    assert [Minutes.model_validate_json(line).meeting.language for line in done.out.splitlines()] == [
        "en"
    ] * 2
    assert done.err == ""


class ForgetfulScribe(RulesScribe):
    """Reads with rules and then says that it could not read everything."""

    name = "forgetful"

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        reading = super().read(transcript, meeting, work)
        return reading.model_copy(update={"problems": ("The end could not be read.",)})


def test_partial_minutes_are_written_said_to_be_partial_and_end_with_4(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(registry.SCRIBES, "forgetful", Entry(__name__, "ForgetfulScribe"))
    vtt(Path("batch/a.vtt"))
    vtt(Path("batch/b.vtt"))
    one = lihui("run", "batch/a.vtt", "--scribe", "forgetful", "--json")
    assert one.code == 4
    assert one.minutes.status == "partial"
    assert "The end could not be read." in one.err
    assert "These minutes are incomplete" in Path("minutes/a/minutes.md").read_text(encoding="utf-8")
    assert lihui("run", "batch", "--scribe", "forgetful").code == 4
    (Path("batch") / "c.vtt").touch()
    assert lihui("run", "batch", "--scribe", "forgetful").code == 1


def test_transcribe_writes_and_prints_what_is_said_and_nothing_more() -> None:
    done = lihui("transcribe", vtt(Path("weekly.vtt")))
    assert done.code == 0
    names = ["weekly/transcript.json", "weekly/transcript.txt", "weekly/transcript.vtt"]
    assert files_under(Path("minutes")) == names
    text = Path("minutes/weekly/transcript.txt").read_text(encoding="utf-8")
    assert done.out.startswith(text)
    assert "Tom Stone" in text
    quiet = lihui("transcribe", "weekly.vtt", "--quiet", "--format", "srt", "-o", "out")
    assert quiet.out == "out/weekly/transcript.srt\nout/weekly/transcript.json\n"
    assert quiet.err == ""


def test_a_case_folder_is_one_meeting_with_what_its_case_file_says() -> None:
    done = lihui("run", EN_CASE, "--json")
    assert done.code == 0
    assert files_under(Path("minutes"))[0].startswith("en-clinic-weekly-01/")
    assert done.minutes.meeting.title == "Fernhollow Clinics Friday ops"
    assert done.minutes.meeting.open_actions

"""Which files make which meeting."""

from pathlib import Path

import pytest

from pipeline.errors import InputError, UsageError
from pipeline.jobs import Job, find_jobs


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def touch(*names: str, content: str = "") -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content, encoding="utf-8")


def jobs(*inputs: str, transcript: str | None = None, joined: bool = False) -> tuple[Job, ...]:
    return find_jobs(tuple(map(Path, inputs)), Path(transcript) if transcript else None, joined=joined)


def read(found: tuple[Job, ...]) -> dict[str, tuple[str, ...]]:
    """What is read for every meeting, by its name."""
    return {job.name: tuple(str(path) for path in job.source.paths) for job in found}


pytestmark = pytest.mark.usefixtures("folder")


def test_every_file_is_a_meeting_named_for_it() -> None:
    touch("a.m4a", "b.vtt", "notes.md")
    assert read(jobs("a.m4a", "b.vtt", "notes.md")) == {
        "a": ("a.m4a",),
        "b": ("b.vtt",),
        "notes": ("notes.md",),
    }
    assert [job.source.kind for job in jobs("a.m4a", "b.vtt")] == ["recording", "transcript"]


def test_a_file_called_transcript_or_recording_is_named_for_its_folder_and_takes_its_meeting_file() -> None:
    touch("monday/recording.m4a", "monday/case.json", "monday/other.m4a")
    job, other = jobs("monday/recording.m4a", "monday/other.m4a")
    assert (job.name, job.meeting_file and job.meeting_file.name) == ("monday", "case.json")
    assert (other.name, other.meeting_file) == ("other", None)


def test_meetings_of_the_same_name_get_folders_of_their_own() -> None:
    touch("x/a.vtt", "y/a.vtt", "z/a-2.vtt")
    assert list(read(jobs("z/a-2.vtt", "x/a.vtt", "y/a.vtt"))) == ["a-2", "a", "a-3"]


def test_a_folder_gives_its_recordings_and_transcripts_each_with_the_other_of_its_name() -> None:
    touch("f/mon.m4a", "f/mon.vtt", "f/tue.mp3", "f/wed.srt", "f/thu.docx", "f/fri.txt")
    found = jobs("f")
    assert read(found) == {
        "mon": ("f/mon.vtt",),
        "tue": ("f/tue.mp3",),
        "fri": ("f/fri.txt",),
        "thu": ("f/thu.docx",),
        "wed": ("f/wed.srt",),
    }
    assert found[0].recording == Path("f/mon.m4a")


def test_a_folder_does_not_give_what_is_no_talk() -> None:
    touch("f/mon.vtt", "f/README.md", "f/minutes.md", "f/run.log", "f/actions.csv", "f/minutes.docx")
    touch("f/readme.txt", "f/participants.txt", "f/.hidden.vtt", "f/~$mon.docx", "f/deadlines.ics", "f/a.pdf")
    touch("f/package.json", "f/minutes.json", "f/gold-with-speakers.json", content='{"utterance": 3}')
    touch("f/tue.json", content='{"language": "en", "utterances": []}')
    touch("f/wed.json", content='{"text": "", "segments": []}')
    touch("f/minutes/mon/transcript.json", content='{"utterances": []}')
    assert list(read(jobs("f"))) == ["mon", "tue", "wed"]


def test_a_transcript_in_several_forms_is_one_meeting_read_from_the_fullest() -> None:
    touch("f/mon.txt", "f/mon.srt", "f/mon.vtt")
    assert read(jobs("f")) == {"mon": ("f/mon.vtt",)}


def test_what_was_written_for_a_meeting_is_that_meeting_again() -> None:
    touch("mon/minutes.md", "mon/minutes.json", "mon/transcript.vtt", "mon/transcript.txt")
    touch("mon/transcript.json", content='{"utterances": []}')
    assert read(jobs("mon")) == {"mon": ("mon/transcript.json",)}


def test_a_folder_with_a_meeting_file_and_one_recording_is_one_meeting() -> None:
    touch("mon/talk.m4a", "mon/zoom.vtt", "mon/meeting.yaml")
    (job,) = jobs("mon")
    assert job == Job(
        name="talk", source=job.source, recording=Path("mon/talk.m4a"), meeting_file=Path("mon/meeting.yaml")
    )
    assert job.source.paths == (Path("mon/zoom.vtt"),)


def test_a_recording_and_a_transcript_of_another_name_are_two_meetings() -> None:
    touch("f/talk.m4a", "f/zoom.vtt")
    assert list(read(jobs("f"))) == ["talk", "zoom"]


def test_folders_with_meeting_files_in_a_folder_are_meetings() -> None:
    touch("all/a/recording.ogg", "all/a/case.json", "all/a/meeting.yaml", "all/b/case.json", "all/c/talk.vtt")
    touch("all/b/transcript.json", content='{"utterances": []}')
    assert read(jobs("all")) == {"a": (str(Path("all/a/recording.ogg")),), "b": ("all/b/transcript.json",)}


def test_joined_files_are_one_meeting() -> None:
    touch("b.m4a", "a.m4a", "c.vtt")
    (job,) = jobs("b.m4a", "a.m4a", joined=True)
    assert (job.name, job.source.paths) == ("b", (Path("b.m4a"), Path("a.m4a")))
    with pytest.raises(UsageError, match="not one with the other"):
        jobs("b.m4a", "c.vtt", joined=True)
    Path("f").mkdir()
    with pytest.raises(UsageError, match="not a folder"):
        jobs("f", joined=True)


def test_a_transcript_flag_goes_with_one_recording() -> None:
    touch("a.m4a", "b.m4a", "t.vtt")
    (job,) = jobs("a.m4a", transcript="t.vtt")
    assert (job.name, job.source.kind, job.recording) == ("a", "transcript", Path("a.m4a"))
    for inputs in (("a.m4a", "b.m4a"), ("t.vtt",)):
        with pytest.raises(UsageError, match="exactly one recording"):
            jobs(*inputs, transcript="t.vtt")


@pytest.mark.parametrize("names", [(), ("README.md",), ("case.json",)])
def test_a_folder_with_nothing_to_read_is_told(names: tuple[str, ...]) -> None:
    Path("f").mkdir()
    touch(*(f"f/{name}" for name in names))
    with pytest.raises(InputError, match="f holds no recording and no transcript"):
        jobs("f")


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match=r"gone\.vtt does not exist"):
        jobs("gone.vtt")

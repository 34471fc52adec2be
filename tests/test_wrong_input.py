"""Wrong input: one clear sentence on stderr, the right exit code, nothing written, no traceback."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import registry
from tests import broken_recordings
from tests.command import files_under, lihui
from tests.recordings import record, tone
from tests.talks import vtt

pytestmark = pytest.mark.usefixtures("workplace")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (broken_recordings.empty, "talk.mp3 is empty."),
        (broken_recordings.text, "talk.m4a is not a recording"),
        (broken_recordings.random_bytes, "talk.wav is not a recording"),
        (broken_recordings.cut_mp3, "talk.mp3 is cut off or damaged"),
        (broken_recordings.cut_m4a, "talk.m4a is cut off or damaged"),
        (broken_recordings.silence, "talk.flac is silent"),
        (broken_recordings.film_without_sound, "talk.mp4 has no sound"),
        (broken_recordings.click, "talk.wav holds 0.2 s of audio: too short"),
        (broken_recordings.missing, "talk.wav does not exist"),
    ],
)
def test_a_bad_recording(make: Callable[[Path], Path], sentence: str, workplace: Path) -> None:
    done = lihui("run", make(workplace), "--asr", "sphinx")
    assert done.code == 1
    assert sentence in done.one_error
    assert not Path("minutes").exists()


def test_a_recording_without_a_word_in_it() -> None:
    done = lihui("run", record(Path("hum.wav"), tone(2.0), 16_000, "pcm_s16le"), "--asr", "sphinx")
    assert (done.code, done.one_error) == (1, "Not a word is heard in hum.wav.")
    assert not Path("minutes").exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("talk.vtt", b"", "talk.vtt is empty."),
        ("talk.vtt", b"WEBVTT\n\nNOTE nobody came\n", "talk.vtt has no line of speech."),
        ("talk.vtt", b"WEBVTT\n\n00:0x:01.000 --> 00:00:0y\nHello there\n", "talk.vtt"),
        ("talk.srt", b"1\n00:00:09,000 --> 00:00:01,000\nHello there\n", "talk.srt"),
        (
            "talk.txt",
            bytes(range(128, 256)) * 3 + b"\xff",
            "talk.txt is not text in UTF-8, UTF-16 or GB18030",
        ),
        ("talk.json", b'{"utterances": [', "talk.json"),
        ("talk.json", b'{"minutes": []}', "talk.json"),
        ("talk.docx", b"PK\x03\x04 no zip", "talk.docx"),
    ],
)
def test_a_bad_transcript(name: str, content: bytes, sentence: str) -> None:
    Path(name).write_bytes(content)
    done = lihui("run", name)
    assert done.code == 1
    assert done.one_error.startswith(sentence)
    assert not Path("minutes").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--asr", "wisper:turbo"], "There is no recogniser “wisper”: did you mean “whisper”?"),
        (["--asr", "whisper:trubo"], "did you mean “whisper:turbo”?"),
        (["--scribe", "ruls"], "There is no scribe “ruls”: did you mean “rules”?"),
        (["--format", "md,docs"], "There is no format “docs”: did you mean “docx”?"),
        (["--language", "fr"], "“fr” is no language of this program: write zh or en."),
        (["--transcript", "weekly.vtt"], "--transcript goes with exactly one recording."),
    ],
)
def test_a_flag_that_makes_no_sense_is_wrong_usage(arguments: list[str], sentence: str) -> None:
    done = lihui("run", vtt(Path("weekly.vtt")), *arguments)
    assert done.code == 2
    assert sentence in done.one_error
    assert not Path("minutes").exists()


@pytest.mark.parametrize(
    "arguments", [["run"], ["rum"], ["run", "x", "--nope"], ["doctor", "--fetch", "whisper:x"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    done = lihui(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "2026", ""])
def test_a_date_that_is_none(day: str) -> None:
    done = lihui("run", vtt(Path("weekly.vtt")), "--held-on", day)
    assert done.code == 1
    assert "is not a calendar date; write it as 2026-03-02." in done.one_error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.yaml", "participants:\n  - name: Anna\n   aliases: [A"),
        ("people.json", '[{"name": "Anna",}]'),
        ("people.csv", 'name,aliases\n"Anna,A\n'),
    ],
)
def test_a_participants_file_with_a_syntax_error(name: str, content: str) -> None:
    Path(name).write_text(content, encoding="utf-8")
    done = lihui("run", vtt(Path("weekly.vtt")), "--participants", name)
    assert done.code == 1
    assert f"{name} has a syntax error" in done.one_error


@pytest.mark.parametrize("flag", ["--meeting", "--previous", "--participants"])
def test_a_file_that_a_flag_names_and_that_is_not_there(flag: str) -> None:
    done = lihui("run", vtt(Path("weekly.vtt")), flag, "gone.json")
    assert done.code == 1
    assert "gone.json" in done.one_error


def test_a_wrong_flag_is_told_once_and_not_for_every_meeting_of_a_batch() -> None:
    for name in ("a", "b", "c"):
        vtt(Path("batch") / f"{name}.vtt")
    assert lihui("run", "batch", "--meeting", "gone.json").one_error


def test_a_zone_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIHUI_TIMEZONE", "Mars/Olympus")
    done = lihui("run", vtt(Path("weekly.vtt")))
    assert done.code == 1
    assert "There is no time zone" in done.one_error


def test_an_output_folder_that_cannot_be_written_is_told_before_the_work() -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    done = lihui("run", vtt(Path("weekly.vtt")), "-o", "taken/minutes")
    assert done.code == 1
    assert done.one_error == "taken/minutes cannot be written: not a directory."
    assert not (Path.cwd().parent / "cache").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_without_the_right_to_write() -> None:
    Path("locked").mkdir(mode=0o555)
    done = lihui("run", vtt(Path("weekly.vtt")), "-o", "locked/minutes")
    assert done.code == 1
    assert done.one_error == "locked/minutes cannot be written: permission denied."


def test_chinese_without_whispers_weights_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a machine without a connection; what is asked there is tested beside Whisper's weights.
    monkeypatch.setattr(registry, "_whisper_can_be_had", lambda: False)
    sound = record(Path("会议.wav"), tone(2.0), 16_000, "pcm_s16le")
    done = lihui("run", sound, "--language", "zh")
    assert done.code == 1
    assert "lihui doctor --fetch whisper:turbo" in done.one_error
    assert "import a transcript" in done.one_error
    assert files_under(Path()) == ["会议.wav"]

import os
import subprocess
import sys
import wave
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Audio, join, looks_like_recording, probe, read
from pipeline.errors import AudioError, EnvironmentProblem
from tests import broken_recordings as broken
from tests.recordings import record, tone, without_packets

FORMATS = [
    ("talk.m4a", "aac", 44_100, 2),
    ("talk.mp3", "libmp3lame", 44_100, 2),
    ("talk.wav", "pcm_s16le", 48_000, 2),
    ("loud.wav", "pcm_f32le", 96_000, 6),
    ("old.wav", "pcm_u8", 11_025, 1),
    ("talk.flac", "flac", 22_050, 1),
    ("talk.ogg", "libopus", 48_000, 1),
    ("talk.opus", "libopus", 16_000, 2),
    ("talk.aac", "aac", 32_000, 1),
    ("talk.wma", "wmav2", 44_100, 2),
    ("talk.amr", "libopencore_amrnb", 8_000, 1),
    ("talk.webm", "libopus", 48_000, 2),
    ("talk.mp4", "aac", 48_000, 1),
    ("talk.mkv", "flac", 44_100, 2),
    ("talk.mov", "alac", 44_100, 2),
]


def quiet(_: float) -> None:
    """Progress that nobody watches."""


def loud_hertz(audio: Audio, start: float, end: float) -> float:
    samples = audio.samples(start, end)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * SAMPLE_RATE / len(samples)


@pytest.mark.parametrize(("name", "codec", "rate", "channels"), FORMATS, ids=[row[0] for row in FORMATS])
def test_every_format_becomes_16_khz_mono(
    tmp_path: Path, name: str, codec: str, rate: int, channels: int
) -> None:
    source = record(tmp_path / name, tone(3.0, rate, channels), rate, codec)
    shares: list[float] = []
    audio = read(source, tmp_path / "out", progress=shares.append)
    with wave.open(str(audio.path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        assert file.getnframes() / 16_000 == audio.seconds
    assert audio.seconds == pytest.approx(3.0, abs=0.15)
    assert loud_hertz(audio, 1.0, 2.0) == pytest.approx(440, abs=2)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert looks_like_recording(source)


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path: Path) -> None:
    source = record(tmp_path / "http:talk 会议.wav", tone(1.0), 16_000, "pcm_s16le")
    assert read(source, tmp_path / "out", progress=quiet).seconds == 1.0


def test_a_recording_is_known_by_its_first_bytes_too(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.m4a", tone(1.0), 16_000, "aac").rename(tmp_path / "talk")
    notes = tmp_path / "notes"
    notes.write_text("Tom: good morning", encoding="utf-8")
    assert looks_like_recording(source)
    assert not looks_like_recording(notes)
    assert not looks_like_recording(tmp_path / "missing")


def test_metadata_say_when_and_how_long(tmp_path: Path) -> None:
    source = record(
        tmp_path / "talk.m4a", tone(2.0, 44_100, 2), 44_100, "aac", {"creation_time": "2026-03-02T01:05:00Z"}
    )
    info = probe(source)
    assert info.created == datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
    assert info.seconds == pytest.approx(2.0, abs=0.1)
    assert (info.channels, info.sample_rate) == (2, 44_100)


def test_a_phone_s_own_zone_wins_over_utc(tmp_path: Path) -> None:
    tags = {
        "creation_time": "2026-03-02T01:05:00Z",
        "com.apple.quicktime.creationdate": "2026-03-02T09:05:00+0800",
    }
    created = probe(record(tmp_path / "talk.mov", tone(1.0), 16_000, "aac", tags)).created
    assert created is not None
    assert created.isoformat() == "2026-03-02T09:05:00+08:00"


def test_a_clock_that_was_never_set_is_no_date(tmp_path: Path) -> None:
    tags = {"creation_time": "1970-01-01T00:00:00Z"}
    assert probe(record(tmp_path / "talk.mkv", tone(1.0), 16_000, "aac", tags)).created is None


def test_recordings_in_a_row_become_one(tmp_path: Path) -> None:
    first = record(tmp_path / "a.mp3", tone(2.0, 44_100), 44_100, "libmp3lame")
    second = record(tmp_path / "b.wav", np.zeros((1, 16_000), np.float32), 16_000, "pcm_s16le")
    shares: list[float] = []
    audio = join((first, second), tmp_path / "out", progress=shares.append)
    assert audio.seconds == pytest.approx(3.0, abs=0.1)
    assert audio.source == "a.mp3 + b.wav"
    assert np.abs(audio.samples(0.5, 1.5)).max() > 0.2
    assert np.abs(audio.samples(2.3, 2.9)).max() == 0.0
    assert shares == sorted(shares)


def test_a_pause_in_the_time_stamps_becomes_silence(tmp_path: Path) -> None:
    whole = record(tmp_path / "whole.mkv", tone(6.0), 16_000, "pcm_s16le")
    cut = without_packets(whole, tmp_path / "cut.mkv", 2.0, 4.0)
    audio = read(cut, tmp_path / "out", progress=quiet)
    assert audio.seconds == pytest.approx(6.0, abs=0.1)
    assert np.abs(audio.samples(2.3, 3.7)).max() == 0.0
    assert np.abs(audio.samples(4.3, 5.7)).max() > 0.2


def test_windows_and_clips_are_where_they_should_be(tmp_path: Path) -> None:
    steps = np.repeat(np.array([[0.1, 0.2, 0.3, 0.4]], np.float32), 16_000, axis=1)
    audio = read(record(tmp_path / "steps.flac", steps, 16_000, "flac"), tmp_path, progress=quiet)
    assert audio.samples(1.0, 2.0).shape == (16_000,)
    assert audio.samples(1.0, 2.0) == pytest.approx(0.2, abs=1e-3)
    assert audio.pcm(3.5, 99.0) == audio.pcm(3.5)
    assert len(audio.pcm(3.5)) == 16_000
    assert audio.pcm(9.0, 10.0) == b""
    levels = audio.levels(0.0, 4.0, step=1.0)
    assert levels == pytest.approx([-20.0, -14.0, -10.5, -8.0], abs=0.1)
    audio.clip(2.0, 2.5, tmp_path / "clip.wav")
    with wave.open(str(tmp_path / "clip.wav")) as clip:
        assert clip.getnframes() == 8_000
        assert clip.readframes(8_000) == audio.pcm(2.0, 2.5)


def test_blocks_are_cut_where_it_is_quiet(tmp_path: Path) -> None:
    sound = tone(60.0)
    for quiet_at in (17.0, 33.0, 50.0):
        sound[:, round(quiet_at * 16_000) : round((quiet_at + 0.5) * 16_000)] = 0
    audio = read(record(tmp_path / "talk.wav", sound, 16_000, "pcm_s16le"), tmp_path, progress=quiet)
    blocks = list(audio.blocks(20.0, search=5.0))
    assert [round(start, 1) for start, _ in blocks] == pytest.approx([0.0, 17.2, 33.2, 50.2], abs=0.3)
    assert [end for _, end in blocks[:-1]] == [start for start, _ in blocks[1:]]
    assert blocks[-1][1] == audio.seconds


WRONG: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (broken.empty, "talk.mp3 is empty."),
    "text": (broken.text, "talk.m4a is not a recording"),
    "random bytes": (broken.random_bytes, "talk.wav is not a recording"),
    "playlist": (broken.playlist, "talk.m4a is not a recording"),
    "cut mp3": (broken.cut_mp3, "talk.mp3 is cut off or damaged: it should last 1:00 and only 0:20"),
    "cut m4a": (broken.cut_m4a, "talk.m4a is cut off or damaged: its index is missing"),
    "cut m4a with index": (broken.cut_streamed_m4a, "talk.m4a is cut off or damaged: it should last 1:00"),
    "cut wav": (broken.cut_wav, "talk.wav is cut off or damaged: it should last 1:00 and only 0:20"),
    "cut flac": (broken.cut_flac, "talk.flac is cut off or damaged: it should last 1:00 and only 0:"),
    "damaged": (broken.scratched, "talk.flac is"),
    "silence": (broken.silence, "talk.flac is silent: nothing in it is louder than -60 dB"),
    "no sound track": (broken.film_without_sound, "talk.mp4 has no sound"),
    "too short": (broken.click, "talk.wav holds 0.2 s of audio: too short to hold speech."),
    "missing": (broken.missing, "talk.wav cannot be read: No such file"),
    "a folder": (broken.folder, "cannot be read: Is a directory"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_told_in_one_sentence_and_leaves_nothing(tmp_path: Path, case: str) -> None:
    make, sentence = WRONG[case]
    source = make(tmp_path)
    with pytest.raises(AudioError) as told:
        read(source, tmp_path / "out", progress=quiet)
    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
    assert not list((tmp_path / "out").glob("*"))


def test_a_good_file_is_not_replaced_by_a_bad_one(tmp_path: Path) -> None:
    good = record(tmp_path / "good.wav", tone(1.0), 16_000, "pcm_s16le")
    audio = read(good, tmp_path / "out", progress=quiet)
    with pytest.raises(AudioError):
        read(broken.cut_mp3(tmp_path), tmp_path / "out", progress=quiet)
    assert audio.seconds == 1.0
    assert len(audio.pcm()) == 32_000


def test_an_mp3_that_states_no_length_is_taken_as_it_is(tmp_path: Path) -> None:
    content = record(tmp_path / "talk.mp3", tone(10.0, 44_100), 44_100, "libmp3lame").read_bytes()
    # A recorder that was pulled writes no header frame; nothing tells then how long it should be.
    header = content.index(b"Info") if b"Info" in content[:2_000] else content.index(b"Xing")
    second = content.index(b"\xff\xfb", header)
    bare = tmp_path / "bare.mp3"
    bare.write_bytes(content[second : second + 40_000])
    assert read(bare, tmp_path / "out", progress=quiet).seconds > 2.0


def test_more_than_twelve_hours_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    to = tmp_path / "long.wav"
    with wave.open(str(to), "wb") as file:
        file.setparams((1, 1, 1_000, 0, "NONE", ""))
        file.writeframes(bytes(1_000 * (12 * 3600 + 60)))
    with pytest.raises(AudioError, match=r"long\.wav is longer than 12 hours"):
        read(to, tmp_path / "out", progress=quiet)


def test_a_folder_that_cannot_be_made_is_an_environment_problem(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(1.0), 16_000, "pcm_s16le")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        read(source, source / "out", progress=quiet)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_no_room_on_the_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(20.0), 16_000, "pcm_s16le")
    # A limit on file sizes fails a write the way a full disk does.
    program = (
        "import resource, sys; from pathlib import Path; from pipeline.audio import read\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from pipeline.errors import EnvironmentProblem\n"
        "try: read(Path(sys.argv[1]), Path(sys.argv[2]), progress=lambda _: None)\n"
        "except EnvironmentProblem as error: print(error)\n"
    )
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-c", program, str(source), str(out)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.stdout.startswith("There is no room on the disk for")
    assert not list(out.glob("*"))

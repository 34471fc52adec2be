import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline import audio, untrusted
from pipeline.errors import AudioError, EnvironmentProblem
from pipeline.untrusted import Bounds
from tests import broken_recordings as broken
from tests.recordings import record, tone
from tests.untrusted import bombs


def quiet(_: float) -> None:
    """Progress that nobody watches."""


def refused(source: Path, folder: Path, join: Callable[..., audio.Audio]) -> str:
    """The sentence with which a recording is refused; nothing is left behind then."""
    with pytest.raises(AudioError) as told:
        join((source,), folder, progress=quiet)
    assert not list(folder.glob("*"))
    return str(told.value)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "channels"),
    [
        ("talk.wav", "pcm_s16le", 48_000, 2),
        ("talk.m4a", "aac", 44_100, 2),
        ("talk.mp3", "libmp3lame", 44_100, 1),
    ],
)
def test_a_recording_is_read_as_in_this_process(
    tmp_path: Path, name: str, codec: str, rate: int, channels: int
) -> None:
    source = record(tmp_path / name, tone(5.0, rate, channels), rate, codec, {"title": "例会"})
    shares: list[float] = []
    here = audio.join((source,), tmp_path / "here", progress=quiet)
    there = untrusted.join((source,), tmp_path / "there", progress=shares.append)
    assert there.path == tmp_path / "there" / "audio.wav"
    assert there.path.read_bytes() == here.path.read_bytes()
    assert (there.seconds, there.source) == (here.seconds, here.source)
    assert shares == sorted(set(shares))
    assert shares[-1] == 1.0
    assert untrusted.probe(source) == audio.probe(source)
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["audio.wav"]


def test_several_recordings_become_one(tmp_path: Path) -> None:
    sources = (
        record(
            tmp_path / "-a 会议.ogg",
            tone(2.0, 48_000),
            48_000,
            "libopus",
            {"creation_time": "2026-03-02T01:05:00Z"},
        ),
        record(tmp_path / "b.wav", tone(1.0), 16_000, "pcm_s16le"),
    )
    here = audio.join(sources, tmp_path / "here", progress=quiet)
    there = untrusted.join(sources, tmp_path / "there", progress=quiet)
    assert there.path.read_bytes() == here.path.read_bytes()
    assert (there.seconds, there.source) == (here.seconds, here.source)
    assert untrusted.probe(sources[0]) == audio.probe(sources[0])


WRONG: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (broken.empty, "talk.mp3 is empty."),
    "random bytes": (broken.random_bytes, "talk.wav is not a recording"),
    "playlist": (broken.playlist, "talk.m4a is not a recording"),
    "cut m4a": (broken.cut_m4a, "talk.m4a is cut off or damaged: its index is missing"),
    "cut m4a with index": (broken.cut_streamed_m4a, "talk.m4a is cut off or damaged: it should last 1:00"),
    "damaged": (broken.scratched, "talk.flac is"),
    "no sound track": (broken.film_without_sound, "talk.mp4 has no sound"),
    "missing": (broken.missing, "talk.wav cannot be read: No such file"),
    "a folder": (broken.folder, "cannot be read: Is a directory"),
    "a header of years": (bombs.flac_of_years, "talk.flac is longer than 12 hours"),
    "a header of days": (bombs.wav_of_days, "talk.wav is longer than 12 hours"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_the_same_sentence(tmp_path: Path, case: str) -> None:
    make, sentence = WRONG[case]
    source = make(tmp_path)
    there = refused(source, tmp_path / "there", untrusted.join)
    assert sentence in there
    assert there == refused(source, tmp_path / "here", audio.join)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices in a folder are POSIX")
@pytest.mark.parametrize("kind", ["link", "pipe", "device"])
def test_what_is_no_file_of_its_own_is_refused_unopened(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "talk.wav"
    if kind == "link":
        source.symlink_to(record(tmp_path / "other.wav", tone(1.0), 16_000, "pcm_s16le"))
    elif kind == "pipe":
        os.mkfifo(source)
    else:
        source = Path("/dev/zero")
    sentence = f"{source.name} is no file of its own but a link, a pipe or a device."
    with pytest.raises(AudioError, match=sentence):
        untrusted.probe(source)
    assert refused(source, tmp_path / "out", untrusted.join) == sentence


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_twenty_hours_of_silence_fill_no_disk(tmp_path: Path, endless: Path) -> None:
    with pytest.raises(AudioError) as told:
        untrusted.join((endless,), tmp_path, progress=quiet, bounds=Bounds(seconds=600, written_megabytes=20))
    assert str(told.value) == (
        "talk.flac could not be decoded within 1024 MB and 10 minutes: it is damaged or made to do harm."
    )
    assert str(told.value.__cause__) == "it wrote more than 20 MB"
    assert not list(tmp_path.iterdir())


def test_twenty_hours_of_silence_take_no_longer_than_allowed(tmp_path: Path, endless: Path) -> None:
    bounds = Bounds(seconds=2, seconds_per_megabyte=0.01, written_megabytes=3000)
    with pytest.raises(
        AudioError, match=r"talk\.flac could not be decoded within 1024 MB and 2 seconds: "
    ) as told:
        untrusted.join((endless,), tmp_path, progress=quiet, bounds=bounds)
    assert str(told.value.__cause__) == "it took more than 2 s"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit on memory")
def test_an_enormous_picture_beside_the_sound_takes_no_memory(tmp_path: Path) -> None:
    source = bombs.enormous_picture(tmp_path)
    # The largest child of a process that has no other.
    program = (
        "import resource, sys; from pathlib import Path; from pipeline import untrusted\n"
        "source, folder = map(Path, sys.argv[1:])\n"
        "print(untrusted.join((source,), folder, progress=lambda _: None).seconds)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    line = [sys.executable, "-c", program, str(source), str(tmp_path / "out")]
    done = subprocess.run(line, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    seconds, kilobytes = map(float, done.stdout.split())
    assert seconds == pytest.approx(3.0, abs=0.15)
    assert kilobytes < 1024 * 1024  # 2 GB without the limit


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit on memory")
def test_memory_too_small_for_the_program_is_not_the_file_s_fault(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(1.0), 16_000, "pcm_s16le")
    with pytest.raises(EnvironmentProblem, match="did not start"):
        untrusted.probe(source, bounds=Bounds(seconds=60, megabytes=64))


def test_a_folder_that_cannot_be_made_is_an_environment_problem(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(1.0), 16_000, "pcm_s16le")
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        untrusted.join((source,), source / "out", progress=quiet)


def test_a_good_file_is_not_replaced_by_a_bad_one(tmp_path: Path) -> None:
    good = record(tmp_path / "good.wav", tone(1.0), 16_000, "pcm_s16le")
    kept = untrusted.join((good,), tmp_path / "out", progress=quiet)
    with pytest.raises(AudioError):
        untrusted.join((broken.cut_mp3(tmp_path),), tmp_path / "out", progress=quiet)
    assert len(kept.pcm()) == 32_000


def test_two_at_once_in_one_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(20.0), 16_000, "pcm_s16le")
    both = threading.Barrier(2)

    def join() -> audio.Audio:
        both.wait()
        return untrusted.join((source,), tmp_path / "out", progress=quiet)

    with ThreadPoolExecutor(2) as pool:
        first, second = (running.result() for running in [pool.submit(join), pool.submit(join)])
    assert first == second
    assert len(first.pcm()) == 20 * 32_000
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["audio.wav"]


def test_what_a_decoding_left_that_died_long_ago_is_removed(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(1.0), 16_000, "pcm_s16le")
    old, new = tmp_path / ".decoding-old", tmp_path / ".decoding-new"
    for scratch in (old, new):
        scratch.mkdir()
        (scratch / "audio.wav.part").write_bytes(bytes(100))
    os.utime(old, (0, 0))
    untrusted.join((source,), tmp_path, progress=quiet)
    assert not old.exists()
    assert new.exists()


def test_who_stops_watching_ends_the_decoding(tmp_path: Path, endless: Path) -> None:
    def stop(_: float) -> None:
        raise InterruptedError("cancelled")

    with pytest.raises(InterruptedError, match="cancelled"):
        untrusted.join((endless,), tmp_path, progress=stop)
    assert not list(tmp_path.iterdir())

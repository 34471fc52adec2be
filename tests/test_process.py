"""What only a process of its own can show: exit codes, streams, signals and limits as a shell sees them."""

import os
import pty
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.audio import read
from pipeline.minutes import Minutes
from tests.command import LIHUI, SAMPLES, ZH_CASE, files_under, lihui_process
from tests.talks import vtt

pytestmark = pytest.mark.usefixtures("workplace")

HEAVY = ("torch", "whisper", "transformers", "langchain", "jieba", "av", "numpy", "docx")


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys; from pipeline.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[]"
    assert "Usage" in done.stdout.decode()


def test_results_go_to_stdout_and_messages_to_stderr() -> None:
    done = lihui_process("run", vtt(Path("weekly.vtt")), "--json")
    assert done.code == 0
    assert Minutes.model_validate_json(done.out).actions
    assert done.err.startswith("weekly\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["run", "gone.m4a"], 1), (["run", "weekly.vtt", "--scribe", "nobody"], 2), (["run", "--nope"], 2)],
)
def test_failures_have_an_exit_code_and_one_sentence_and_no_traceback(
    arguments: list[str], code: int
) -> None:
    vtt(Path("weekly.vtt"))
    done = lihui_process(*arguments)
    assert done.code == code
    assert done.out == ""
    assert "Traceback" not in done.err


def test_chinese_comes_out_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = lihui_process("run", ZH_CASE / "transcript.json")
    assert done.code == 0
    assert "关键数据分析" in done.out


def test_a_reader_that_goes_away_is_no_reason_for_a_traceback() -> None:
    vtt(Path("weekly.vtt"))
    command = [*LIHUI, "run", "weekly.vtt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read().decode()


def test_a_full_disk_leaves_nothing_half_written() -> None:
    vtt(Path("weekly.vtt"))
    Path("minutes/weekly").mkdir(parents=True)
    Path("minutes/weekly/minutes.md").write_text("of last time", encoding="utf-8")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))  # the docx is larger, the rest is not

    command = [*LIHUI, "run", "weekly.vtt", "--quiet"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, preexec_fn=limit)
    assert done.returncode == 1
    assert done.stderr == "error: minutes/weekly/minutes.docx cannot be written: file too large.\n"
    assert done.stdout == ""
    assert files_under(Path("minutes")) == ["weekly/minutes.md"]
    assert Path("minutes/weekly/minutes.md").read_text(encoding="utf-8") == "of last time"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """The first half minute of the English sample."""
    audio = read(SAMPLES / "en-weekly" / "recording.m4a", tmp_path, progress=lambda _: None)
    audio.clip(0, 30, tmp_path / "here" / "clip.wav")
    return Path("clip.wav")


@contextmanager
def on_a_terminal(*arguments: str | Path, stdout: Path) -> Generator[tuple[subprocess.Popen[bytes], int]]:
    """The command with its stderr on a terminal, and that terminal's other end."""
    ours, theirs = pty.openpty()
    with stdout.open("wb") as out:
        process = subprocess.Popen([*LIHUI, *map(str, arguments)], stdout=out, stderr=theirs)
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read_until(terminal: int, pattern: str | None) -> str:
    """What a terminal shows until the pattern comes, or to its end."""
    shown = ""
    while pattern is None or not re.search(pattern, shown):
        try:
            part = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        shown += part.decode(errors="replace")
    return shown


def test_bars_on_a_terminal_leave_stdout_alone() -> None:
    vtt(Path("weekly.vtt"))
    with on_a_terminal("run", "weekly.vtt", "--json", stdout=Path("out.json")) as (process, terminal):
        shown = read_until(terminal, None)
        assert process.wait() == 0
    assert "Reading the meeting" in shown
    assert "schema_version" not in shown
    assert Minutes.model_validate_json(Path("out.json").read_bytes()).actions


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_run_stopped_half_way_goes_on_where_it_was(
    stop: signal.Signals, code: int, clip: Path, tmp_path: Path
) -> None:
    command = ("run", clip, "--asr", "sphinx", "--json")
    with on_a_terminal(*command, stdout=Path("out.json")) as (process, terminal):
        read_until(terminal, r"Listening[^%]*[1-9]\d* %")
        process.send_signal(stop)
        shown = read_until(terminal, None)
        assert process.wait() == code
    if stop == signal.SIGINT:
        assert "Stopped. What was finished is kept: the same command goes on from there." in shown
        assert "Traceback" not in shown
    assert Path("out.json").read_bytes() == b""
    assert not Path("minutes").exists()
    (kept,) = (tmp_path / "cache").iterdir()
    assert (kept / "audio.wav").stat().st_size > 900_000
    (decoded,) = kept.glob("read-*.json")
    before = decoded.stat().st_mtime_ns

    done = lihui_process(*command)
    assert done.code == 0
    assert decoded.stat().st_mtime_ns == before
    assert "david" in done.out
    assert not (kept / "audio.wav").exists()


def test_the_second_run_makes_nothing_again_and_says_the_same() -> None:
    shutil.copy(ZH_CASE / "transcript.json", "weekly.json")
    first = lihui_process("run", "weekly.json", "--json")
    second = lihui_process("run", "weekly.json", "--json")
    # The seconds of every stage are those of the first run: none was made again.
    assert second.out == first.out
    assert any(stage.seconds for stage in first.minutes.origin.stages)

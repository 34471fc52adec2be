import json
import os
import signal
import subprocess
import sys
import time
import traceback
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import untrusted
from pipeline.errors import AudioError, EnvironmentProblem, InputError
from pipeline.recording import RecordingInfo
from pipeline.untrusted import Bounds
from pipeline.untrusted.bounded import Died, ask, command
from pipeline.untrusted.messages import Decoded
from tests.recordings import record, tone

READY = 'print(\'{"say": "ready"}\', flush=True)\n'
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are POSIX")


def quiet(_: float) -> None:
    """Progress that nobody watches."""


def asked(program: str, seconds: float = 60.0, said_bytes: int = 100_000) -> RecordingInfo:
    """What becomes of a child that runs a program of ours instead of the real one."""
    line = (sys.executable, "-c", program)
    return ask(line, RecordingInfo, seconds=seconds, said_bytes=said_bytes, progress=quiet)


def child_of(parent: int) -> int | None:
    """The process that reads a file for another one."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
            ancestor = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if ancestor == parent and b"pipeline.untrusted" in line:
            return int(process.name)
    return None


def at_first_share(do: Callable[[int], None]) -> Callable[[float], None]:
    """Progress that does something to the child once."""
    done: list[int] = []

    def tell(_: float) -> None:
        child = None if done else child_of(os.getpid())
        if child is not None:
            done.append(child)
            do(child)

    return tell


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold within a minute."""
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@on_linux
def test_a_child_that_is_killed_is_told_in_one_sentence(tmp_path: Path, endless: Path) -> None:
    kill = at_first_share(lambda child: os.kill(child, signal.SIGKILL))
    with pytest.raises(
        AudioError, match=r"^talk\.flac could not be decoded within 1024 MB and 20 minutes: "
    ) as told:
        untrusted.join((endless,), tmp_path, progress=kill)
    assert str(told.value.__cause__) == "it was ended by signal 9"
    assert not list(tmp_path.iterdir())


@on_linux
def test_a_signal_to_the_whole_service_is_not_the_file_s_fault(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(60.0), 16_000, "pcm_s16le")
    stop = at_first_share(lambda child: os.kill(child, signal.SIGTERM))
    assert untrusted.join((source,), tmp_path / "out", progress=stop).seconds == 60.0


@on_linux
def test_the_limits_hold_before_the_file_is_opened(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(60.0), 16_000, "pcm_s16le")
    seen: list[str] = []
    look = at_first_share(lambda child: seen.append(Path(f"/proc/{child}/limits").read_text()))
    untrusted.join(
        (source,),
        tmp_path / "out",
        progress=look,
        bounds=Bounds(seconds=100, megabytes=500, written_megabytes=7),
    )
    limits = {line[:26].strip(): line[26:].split()[:2] for line in seen[0].splitlines()}
    assert limits["Max address space"] == [str(500 << 20)] * 2
    assert limits["Max file size"] == [str(7 << 20)] * 2
    assert limits["Max core file size"] == ["0", "0"]
    assert limits["Max open files"] == ["64", "64"]
    assert 100 < int(limits["Max cpu time"][1]) < 120


@on_linux
def test_a_child_ends_with_its_parent_and_leaves_nothing(tmp_path: Path, endless: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from pipeline import untrusted\n"
        "source, folder = map(Path, sys.argv[1:])\n"
        "untrusted.join((source,), folder, progress=lambda share: print(share, flush=True))\n"
    )
    line = [sys.executable, "-c", program, str(endless), str(tmp_path)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        child = child_of(parent.pid)
        assert child is not None
        assert list(tmp_path.iterdir())
        parent.kill()
    assert eventually(lambda: not list(tmp_path.iterdir()))
    assert eventually(lambda: not Path(f"/proc/{child}").exists())


def test_a_child_that_hangs_is_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "talk.wav")
    line = command("probe", json.dumps({"seconds": 60.0}), str(tmp_path / "talk.wav"))
    with pytest.raises(Died, match="it took more than 1 s"):
        ask(line, RecordingInfo, seconds=1, said_bytes=100_000, progress=quiet)


def test_a_child_that_spins_is_ended_by_the_processor_s_clock(tmp_path: Path, endless: Path) -> None:
    # The bounds are those of the child alone; its parent waits for much longer.
    bounds = json.dumps({"seconds": 1.0, "written_megabytes": 3000})
    line = command("decode", bounds, str(tmp_path / "out"), str(endless))
    with pytest.raises(Died, match="it was ended by signal 9"):
        ask(line, Decoded, seconds=600, said_bytes=100_000, progress=quiet)


def test_no_secret_is_in_the_child_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "LIHUI_TOKEN", "LIHUI_DATABASE_URL", "SMTP_PASSWORD", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    program = READY + (
        "import json, os\n"
        "found = json.dumps(dict(os.environ))\n"
        "print(json.dumps({'say': 'refused', 'error': 'InputError', 'sentence': found}))\n"
    )
    with pytest.raises(InputError) as told:
        asked(program)
    found = json.loads(str(told.value))
    assert "hunter2" not in str(found)
    assert found["LANG"] == "zh_CN.UTF-8"
    assert set(found) <= {"LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH"}


def test_nothing_is_imported_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path / "talk.wav", tone(1.0), 16_000, "pcm_s16le")
    (tmp_path / "av.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert untrusted.probe(Path("talk.wav")).seconds == 1.0


SAID: dict[str, tuple[str, str]] = {
    "one endless line": (
        "import sys\nwhile True: sys.stdout.write('x' * 65536)",
        "said more than it may",
    ),
    "endless shares": (
        'while True: print(\'{"say": "share", "share": 0.5}\')',
        "said more than it may",
    ),
    "no message": ("print('hello')", "said what is no message"),
    "a share beyond all": ('print(\'{"say": "share", "share": 2}\')', "said what is no message"),
    "another error": (
        'print(\'{"say": "refused", "error": "SystemExit", "sentence": "x"}\')',
        "said what is no message",
    ),
    "another result": ('print(\'{"say": "made", "result": {"seconds": 1}}\')', "said what was not asked"),
    "ready again": ('print(\'{"say": "ready"}\')', "said what was not asked"),
    "nothing": ("", "ended with code 0"),
    "half a message": ("print('{\"say\"', end='')", "broke off"),
    "a crash": ("import os; os.abort()", "ended by signal 6"),
    "silence": ("import os, time; os.close(1); time.sleep(600)", "fell silent"),
}


@pytest.mark.parametrize("case", SAID)
def test_whatever_a_child_says_its_parent_neither_grows_nor_waits(case: str) -> None:
    program, how = SAID[case]
    tracemalloc.start()
    try:
        with pytest.raises(Died, match=how) as told:
            asked(READY + program, said_bytes=1_000_000)
        # What the child says may be out of the file, and this may go into a log.
        assert "hello" not in "".join(traceback.format_exception(told.value))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_what_a_library_writes_on_stdout_is_no_message(tmp_path: Path) -> None:
    source = record(tmp_path / "talk.wav", tone(1.0), 16_000, "pcm_s16le")
    program = (
        "import os, sys; from pipeline.untrusted import child\n"
        "probe = child.probe\n"
        "child.probe = lambda path: (os.write(1, b'hello'), print('hello'), probe(path))[-1]\n"
        "sys.exit(child.main(sys.argv[1:]))\n"
    )
    line = (sys.executable, "-c", program, "probe", json.dumps({"seconds": 60.0}), str(source))
    assert ask(line, RecordingInfo, seconds=60, said_bytes=100_000, progress=quiet).seconds == 1.0


def test_what_its_child_started_is_gone_too(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(one.pid))\n"
    )
    with pytest.raises(Died, match="it took more than"):
        asked(program + READY, seconds=0.2)
    grandchild = int((tmp_path / "pid").read_text())

    def gone() -> bool:
        try:
            os.kill(grandchild, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{grandchild}/stat")
        return state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z"

    assert eventually(gone)


def test_what_leaves_the_group_of_its_child_keeps_nobody_waiting(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
        "one = subprocess.Popen(sleep, start_new_session=True)\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(one.pid))\n"
    )
    try:
        with pytest.raises(Died, match="it took more than 1 s"):
            asked(program + READY, seconds=1)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


def test_a_child_that_cannot_be_started_is_a_problem_of_this_machine(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot be started: No such file"):
        ask((str(tmp_path / "none"),), RecordingInfo, seconds=1, said_bytes=1000, progress=quiet)
    with pytest.raises(EnvironmentProblem, match="did not start"):
        asked("import sys; sys.exit(3)")

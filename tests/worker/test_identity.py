"""From the name of a worker others on its machine can tell that it is dead, and never say so of one that lives."""

import subprocess
import sys

import pytest

from pipeline.worker import identity
from pipeline.worker.identity import is_dead_here, new_worker_id
from tests.worker.service import until

SAY = "from pipeline.worker.identity import new_worker_id; print(new_worker_id(), flush=True); input()"


def test_a_worker_lives_as_long_as_its_process() -> None:
    command = [sys.executable, "-c", SAY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        name = process.stdout.readline().decode().strip()
        assert not is_dead_here(name)
        process.kill()
        # Also while nobody has asked how it ended: it is a zombie until the block ends.
        until(lambda: is_dead_here(name))
    assert is_dead_here(name)


def test_no_two_workers_have_one_name() -> None:
    assert new_worker_id() != new_worker_id()


def test_another_process_with_the_number_of_a_dead_one_is_not_taken_for_it() -> None:
    host, machine, pid, started, rest = new_worker_id().split(":")
    assert is_dead_here(f"{host}:{machine}:{pid}:{int(started) - 1}:{rest}")


@pytest.mark.parametrize("name", ["", "local", "a:b", "host:other:1:1:x", "host:-:1:-:x"])
def test_of_a_worker_elsewhere_only_its_silence_tells(name: str) -> None:
    assert not is_dead_here(name)


def test_where_the_system_tells_nothing_nobody_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_BOOT", identity.Path("/nowhere"))
    name = new_worker_id()
    assert name.split(":")[1] == "-"
    assert not is_dead_here(name)

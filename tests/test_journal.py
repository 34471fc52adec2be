"""A stage is made once for the same inputs, source and backend, and again when any of them changed."""

import inspect
import shutil
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipeline import journal as journals
from pipeline.backends.asr_sphinx import SphinxTranscriber
from pipeline.backends.asr_whisper import WhisperTranscriber
from pipeline.backends.store_folder import FolderStore
from pipeline.journal import Journal, source_digest, tell_nobody
from pipeline.minutes import Cost, StageOrigin
from pipeline.protocols import Work
from pipeline.scribes.rules import RulesScribe
from pipeline.stages.attribute import attribute


class Count(BaseModel):
    """What the stage under test makes."""

    number: int


class Counter:
    """A stage that counts how often it is made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, work: Work) -> Count:
        work.progress(0.5)
        self.made += 1
        return Count(number=self.made)


def run(
    store: FolderStore, make: Counter, *inputs: object, backend: str | None = None, stage: str = "count"
) -> int:
    journal = Journal(store, "0" * 16, tell_nobody)
    return journal.step(stage, Count, make, *inputs, by=attribute, backend=backend).number


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "cache")


def test_the_same_stage_with_the_same_inputs_is_made_once(store: FolderStore) -> None:
    make = Counter()
    assert [run(store, make, "a", Count(number=7), ("x", None)) for _ in range(3)] == [1, 1, 1]


def test_another_input_backend_or_stage_is_made_anew_and_the_old_is_kept(store: FolderStore) -> None:
    make = Counter()
    assert run(store, make, "a", backend="sphinx") == 1
    assert run(store, make, "b", backend="sphinx") == 2
    assert run(store, make, "a", backend="whisper:turbo") == 3
    assert run(store, make, "a", backend="sphinx", stage="other") == 4
    assert run(store, make, "a", backend="sphinx") == 1


def test_changed_source_makes_it_anew(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Counter()
    assert run(store, make) == 1

    def changed(by: object) -> str:
        return "another digest"

    monkeypatch.setattr(journals, "source_digest", changed)
    assert run(store, make) == 2


def test_a_removed_meeting_is_made_anew(store: FolderStore) -> None:
    make = Counter()
    assert run(store, make) == 1
    store.clear()
    assert run(store, make) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"stage": "count"}\n{"number": "x"}', b"\xff\x00"])
def test_a_damaged_result_is_made_anew(store: FolderStore, damage: bytes) -> None:
    make = Counter()
    assert run(store, make) == 1
    (kept,) = store.root.rglob("count-*.json")
    kept.write_bytes(damage)
    assert run(store, make) == 2
    assert run(store, make) == 2


def test_a_result_that_no_longer_holds_is_made_anew(store: FolderStore) -> None:
    make = Counter()
    journal = Journal(store, "0" * 16, tell_nobody)
    for expected in (1, 2):
        result = journal.step("count", Count, make, by=attribute, still=lambda kept: kept.number > 1)
        assert result.number == expected
    assert journal.step("count", Count, make, by=attribute, still=lambda kept: kept.number > 1).number == 2


def test_a_stage_that_fails_leaves_nothing_behind(store: FolderStore) -> None:
    def fail(_: Work) -> Count:
        raise KeyboardInterrupt

    journal = Journal(store, "0" * 16, tell_nobody)
    with pytest.raises(KeyboardInterrupt):
        journal.step("count", Count, fail, by=attribute)
    assert not store.root.exists()


def test_where_results_came_from_is_told_also_of_kept_ones(store: FolderStore) -> None:
    told: list[tuple[str, float]] = []
    origins: list[list[StageOrigin]] = []
    for _ in range(2):
        journal = Journal(store, "0" * 16, lambda stage, share: told.append((stage, share)))
        journal.step("count", Count, Counter(), by=attribute, backend="rules")
        origins.append(journal.origins)
    assert origins[0] == origins[1]
    assert (origins[0][0].stage, origins[0][0].backend) == ("count", "rules")
    assert told == [("count", 0.5), ("count", 1.0), ("count", 1.0)]


def test_backends_depend_on_the_backends_they_import_and_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "backends"
    copy.mkdir()
    for path in journals.BACKENDS.glob("*.py"):
        (copy / path.name).write_bytes(path.read_bytes())
    where = {by: copy / Path(by.__module__.rpartition(".")[2] + ".py") for by in _BACKENDS}
    monkeypatch.setattr(journals, "BACKENDS", copy)

    def file_of(by: type) -> str:
        return str(where[by])

    monkeypatch.setattr(inspect, "getfile", file_of)
    before = _digests()
    _touch(copy / "speech.py")
    after = _digests()
    assert before[SphinxTranscriber] != after[SphinxTranscriber]
    assert before[WhisperTranscriber] == after[WhisperTranscriber]
    _touch(copy / "asr_whisper.py")
    assert _digests()[WhisperTranscriber] != before[WhisperTranscriber]


_BACKENDS = (SphinxTranscriber, WhisperTranscriber)


def _digests() -> dict[type, str]:
    journals._file_digest.cache_clear()  # pyright: ignore[reportPrivateUsage] - a file does not change in a run
    return {by: source_digest(by) for by in _BACKENDS}


def _touch(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


def test_all_else_depends_on_the_whole_package_but_the_backends() -> None:
    assert source_digest(attribute) == source_digest(RulesScribe)
    assert source_digest(attribute) != source_digest(SphinxTranscriber)


def test_an_upgrade_of_the_service_makes_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "pipeline"
    shutil.copytree(journals.PACKAGE, copy, ignore=shutil.ignore_patterns("backends", "__pycache__"))
    monkeypatch.setattr(journals, "PACKAGE", copy)
    before = _package()
    for name in ("records/tables.py", "web/app.py", "worker/queue.py", "serving.py", "cli.py"):
        _touch(copy / name)
    assert _package() == before
    _touch(copy / "stages" / "due.py")
    assert _package() != before
    monkeypatch.undo()
    _package()  # what follows depends on the real one again


def _package() -> str:
    journals._file_digest.cache_clear()  # pyright: ignore[reportPrivateUsage] - a file does not change in a run
    journals._package_digest.cache_clear()  # pyright: ignore[reportPrivateUsage]
    return source_digest(attribute)


def test_a_finished_part_of_a_stage_outlives_the_stage_that_was_stopped(store: FolderStore) -> None:
    asked: list[str] = []

    def stage(work: Work, stops: bool) -> Count:
        for name in ("a", "b"):
            if stops and name == "b":
                raise KeyboardInterrupt
            work.part(Count, lambda name=name: asked.append(name) or Count(number=1), name)
        return Count(number=2)

    with pytest.raises(KeyboardInterrupt):
        Journal(store, "0" * 16, tell_nobody).step("s", Count, lambda work: stage(work, True), by=attribute)
    journal = Journal(store, "0" * 16, tell_nobody)
    assert journal.step("s", Count, lambda work: stage(work, False), by=attribute).number == 2
    assert asked == ["a", "b"]


def test_what_a_stage_spent_stands_in_its_origin_and_is_known_to_the_next(store: FolderStore) -> None:
    def asks(work: Work) -> Count:
        for _ in range(2):
            work.account(Cost(calls=1, tokens_in=10, tokens_out=3), prompt="read v1", sha256="f" * 64)
        return Count(number=1)

    journal = Journal(store, "0" * 16, tell_nobody)
    journal.step("first", Count, asks, by=attribute, backend="llm:x")
    spent: list[int] = []
    journal.step(
        "next", Count, lambda work: spent.append(work.spent_before()[0]) or Count(number=2), by=attribute
    )
    origin = journal.origins[0]
    assert (origin.calls, origin.tokens_in, origin.tokens_out, origin.prompt) == (2, 20, 6, "read v1")
    assert journal.origins[1].calls is None
    assert spent == [26]

"""The search, with a simulated model (see ``simulation``) behind a real HTTP server on loopback."""

import json
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cases import CASES
from eval.suites import suite
from eval.tuning.cli import app
from pipeline.errors import BackendError, InputError, UsageError
from pipeline.prompt import read_prompt
from pipeline.protocols import Message
from pipeline.transcript import Language
from tests.eval.tuning.conftest import Searched, files, simulation, tune
from tests.eval.tuning.simulation import POOR, RULES, finds_nothing
from tests.loopback_llm import BROKEN, HANG, NO_KEY, Fault, LoopbackModel, Question

LANGUAGES: tuple[Language, ...] = ("zh", "en")
ZH = ("--language", "zh")


def bodies(questions: Iterable[Question]) -> Counter[str]:
    return Counter(json.dumps(q.body, sort_keys=True) for q in questions)


def test_a_search_finds_the_missing_rules_in_both_languages_within_its_budget(searched: Searched) -> None:
    assert searched.result.exit_code == 0
    assert searched.calls <= 64
    assert all(text in searched.candidate for rule in RULES for text in rule.text.values())
    assert searched.report.count("Better than the start on dev, beyond chance.") == 2
    gained = [float(low) for low in re.findall(r"\*\*score\*\* .* \| ([+-]\d\.\d+) to", searched.report)]
    assert len(gained) == 2
    assert min(gained) > 0.1
    # Worked examples were tried, and did not help this model.
    assert "worked example" in searched.report
    assert "## 示例" not in searched.candidate
    assert "## Example" not in searched.candidate


def test_the_candidate_names_its_parent_and_leaves_alone_what_was_not_searched(
    searched: Searched, tmp_path: Path
) -> None:
    (tmp_path / "candidate.md").write_text(searched.candidate, "utf-8")
    (tmp_path / "poor.md").write_text(POOR, "utf-8")
    found, poor = (read_prompt(tmp_path / name, "read") for name in ("candidate.md", "poor.md"))
    assert found.inputs == poor.inputs
    assert all(found.parts[spoken, "user"] == poor.parts[spoken, "user"] for spoken in LANGUAGES)
    assert all("$language" in found.parts[spoken, "system"] for spoken in LANGUAGES)
    assert f"parent: read poor {poor.sha256[:12]}" in searched.candidate
    assert "- **期限的原话要逐字抄进 due_words。**" in searched.report


def test_a_stopped_search_goes_on_and_ends_like_one_that_was_not(
    answer: Callable[[Question], str], meetings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIHUI_LIMITS__THREADS", "1")
    command = ("--budget", "24", *ZH)

    def stopping(question: Question) -> str:
        if server.calls == 11:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        return answer(question)

    with simulation(answer, tmp_path) as server:
        assert tune(meetings, *command, output="whole").exit_code == 0
        whole = bodies(server.questions)
    with simulation(stopping, tmp_path) as server:
        assert tune(meetings, *command).exit_code != 0
        assert not Path("out/report.md").exists()
        before = server.questions
    with simulation(answer, tmp_path) as server:
        assert tune(meetings, *command).exit_code == 0
        after = bodies(server.questions)
        assert files("out") == files("whole")
    assert max(whole.values()) == 1
    # Of the question that was under way the answer may not have come.
    assert after & bodies(before) <= bodies(before[-1:])
    assert set(after | bodies(before)) == set(whole)


def test_a_larger_budget_goes_on_where_the_smaller_ended(model: LoopbackModel, meetings: Path) -> None:
    assert tune(meetings, "--budget", "14", *ZH).exit_code == 0
    first = model.calls
    assert {q.body["model"] for q in model.questions} == {"any"}
    assert first <= 14
    assert tune(meetings, "--budget", "24", *ZH).exit_code == 0
    # What the first one asked for its worked examples may not be wanted again, all else is.
    assert model.calls <= 24 + 0.15 * first + 1
    assert max(bodies(model.questions).values()) == 1


def test_another_model_may_reflect(model: LoopbackModel, meetings: Path) -> None:
    assert tune(meetings, "--budget", "24", "--reflect", "llm:openai:thinker", *ZH).exit_code == 0
    asked = {(q.body["model"], "edits" in (q.schema or {})["properties"]) for q in model.questions}
    assert asked == {("any", False), ("thinker", True)}
    assert "Read by openai:any, reflected on by openai:thinker" in files()[1]


def test_the_budget_of_tokens_is_kept(model: LoopbackModel, meetings: Path) -> None:
    assert tune(meetings, "--max-tokens", "40000", *ZH).exit_code == 0
    assert 20_000 < model.tokens_in + model.tokens_out <= 40_000


def test_a_budget_below_one_reading_of_dev_is_told(model: LoopbackModel, meetings: Path) -> None:
    done = tune(meetings, "--budget", "3", *ZH)
    assert isinstance(done.exception, InputError)
    assert "too small" in str(done.exception)
    assert model.calls <= 3


@pytest.mark.parametrize("which", ["--train", "--dev"])
@pytest.mark.parametrize("name", ["test", "all"])
def test_the_test_suite_cannot_be_chosen(model: LoopbackModel, meetings: Path, which: str, name: str) -> None:
    done = tune(meetings, which, name)
    assert isinstance(done.exception, UsageError)
    assert "test suite" in str(done.exception)
    assert model.calls == 0


def test_a_folder_with_a_meeting_of_the_test_suite_is_refused(
    model: LoopbackModel, meetings: Path, tmp_path: Path
) -> None:
    place = tmp_path / "mine" / suite("test")[0]
    place.mkdir(parents=True)
    (place / "case.json").write_text("{}")
    assert isinstance(tune(meetings, "--train", str(tmp_path / "mine")).exception, UsageError)


def test_no_file_of_the_test_suite_is_ever_opened(tmp_path: Path, meetings: Path) -> None:
    with simulation(finds_nothing, tmp_path), watching_files() as opened:
        suites = ("--train", "train", "--dev", "dev")
        done = tune(meetings, *suites, "--budget", "6", "--language", "en")
    assert done.exit_code == 0
    of_cases = {path.parent.name for path in opened if CASES in path.parents}
    assert of_cases == {*suite("train"), *suite("dev")}


@contextmanager
def watching_files() -> Generator[set[Path]]:
    """Every file that is opened meanwhile, by whatever function."""
    opened, watching = set[Path](), True

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(arguments[0], str):
            opened.add(Path(arguments[0]))

    # Python has no way to take a hook off again.
    sys.addaudithook(hear)
    yield opened
    watching = False


def test_a_worked_example_is_kept_only_where_it_helps(
    answer: Callable[[Question], str], meetings: Path, tmp_path: Path
) -> None:
    def learning_by_example(question: Question) -> str:
        if "edits" in (question.schema or {}).get("properties", {}):
            return finds_nothing(question)
        system, *rest = question.messages
        shown = "## 示例" in system.text
        known = " ".join(rule.text["zh"] for rule in RULES[:2]) if shown else ""
        return answer(replace(question, messages=(Message(role="system", text=system.text + known), *rest)))

    with simulation(learning_by_example, tmp_path):
        assert tune(meetings, "--budget", "20", *ZH).exit_code == 0
        candidate, report = files()
    assert candidate.count("## 示例") == 1
    assert "worked example, taken" in report
    assert read_prompt(tmp_path / "out" / "candidate.md", "read").parts["zh", "system"].count("→ {") == 1


def test_without_a_better_draft_no_candidate_is_written(tmp_path: Path, meetings: Path) -> None:
    with simulation(finds_nothing, tmp_path):
        done = tune(meetings, "--budget", "12", *ZH)
        assert done.exit_code == 0
        assert "No better prompt" in done.output
        assert not Path("out/candidate.md").exists()
        assert "No draft was better than the start." in Path("out/report.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("faults", "calls", "timeout"),
    [
        (repeat(BROKEN), 3, "300"),
        (repeat(HANG), 3, "0.2"),
        ([NO_KEY], 3, "300"),
        ([None] * 6 + [NO_KEY], 7, "300"),
    ],
)
def test_a_model_that_fails_ends_the_search_with_its_reason(
    answer: Callable[[Question], str],
    meetings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    faults: Iterable[Fault | None],
    calls: int,
    timeout: str,
) -> None:
    monkeypatch.setenv("LIHUI_LIMITS__TRIES", "1")
    monkeypatch.setenv("LIHUI_LIMITS__TIMEOUT", timeout)
    with simulation(answer, tmp_path, faults) as server:
        done = tune(meetings, *ZH)
        assert isinstance(done.exception, BackendError)
        assert server.calls <= calls


def test_what_is_no_model_or_no_task_is_told(model: LoopbackModel, meetings: Path) -> None:
    assert "no language model" in str(tune(meetings, "--scribe", "rules").exception)
    assert "write zh or en" in str(tune(meetings, "--language", "fr").exception)
    done = CliRunner().invoke(app, ["tune", "compose", "--scribe", "llm:openai:any"])
    assert "cannot be tuned" in str(done.exception)
    assert model.calls == 0


def test_without_a_folder_the_candidate_becomes_the_next_version(
    answer: Callable[[Question], str], meetings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prompts" / "read").mkdir(parents=True)
    (tmp_path / "prompts" / "read" / "v1.md").write_text(POOR, "utf-8")
    (tmp_path / "prompts" / "active.toml").write_text("read = 1\nreflect = 1\n", "utf-8")
    monkeypatch.setattr("pipeline.prompt.PROMPTS", tmp_path / "prompts")
    places = ("--train", str(meetings / "train"), "--dev", str(meetings / "dev"))
    asked = ("tune", "read", "--scribe", "llm:openai:any", "--prompt", "read=poor.md", *places)
    with simulation(answer, tmp_path):
        assert CliRunner().invoke(app, [*asked, "--budget", "24", *ZH]).exit_code == 0
        # The same search again has found that version before.
        assert CliRunner().invoke(app, [*asked, "--budget", "24", *ZH]).exit_code == 0
        made = Path("eval-tune-read/candidate.md").read_text("utf-8")
    assert sorted(p.name for p in (tmp_path / "prompts" / "read").iterdir()) == ["v1.md", "v2.md"]
    assert (tmp_path / "prompts" / "read" / "v2.md").read_text("utf-8") == made

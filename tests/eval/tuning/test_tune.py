"""The search, with a simulated model (see ``simulation``) behind a real HTTP server on loopback."""

import json
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.cases import CASES
from eval.suites import suite
from eval.tuning.cli import app
from pipeline.errors import BackendError, InputError, UsageError
from pipeline.prompt import read_prompt
from pipeline.protocols import Message
from tests.eval.tuning.conftest import simulation
from tests.eval.tuning.simulation import RULES, finds_nothing
from tests.loopback_llm import BROKEN, NO_KEY, Fault, LoopbackModel, Question

ZH = ("--language", "zh")


def tune(meetings: Path, *more: str, output: str = "out") -> Result:
    places = ("--train", str(meetings / "train"), "--dev", str(meetings / "dev"), "-o", output)
    asked = ("tune", "read", "--scribe", "llm:openai:any", "--prompt", "read=poor.md", *places, *more)
    return CliRunner().invoke(app, asked)


def files(output: str = "out") -> list[str]:
    return [Path(output, name).read_text("utf-8") for name in ("candidate.md", "report.md")]


def bodies(questions: Iterable[Question]) -> Counter[str]:
    return Counter(json.dumps(q.body, sort_keys=True) for q in questions)


def test_a_search_finds_the_missing_rules_in_both_languages_within_its_budget(
    model: LoopbackModel, meetings: Path
) -> None:
    done = tune(meetings, "--budget", "64")
    assert done.exit_code == 0
    assert model.calls <= 64
    candidate, report = files()
    assert all(text in candidate for rule in RULES for text in rule.text.values())
    assert report.count("Better than the start on dev, beyond chance.") == 2
    gained = [float(low) for low in re.findall(r"\*\*score\*\* .* \| ([+-]\d\.\d+) to", report)]
    assert len(gained) == 2
    assert min(gained) > 0.1
    assert "- **期限的原话要逐字抄进 due_words。**" in report
    # What was not searched for stands as it did.
    prompt, poor = read_prompt(Path("out/candidate.md"), "read"), read_prompt(Path("poor.md"), "read")
    assert prompt.inputs == poor.inputs
    assert all(prompt.parts[spoken, "user"] == poor.parts[spoken, "user"] for spoken in ("zh", "en"))
    assert "parent: read poor" in candidate


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
    assert first <= 14
    assert tune(meetings, "--budget", "24", *ZH).exit_code == 0
    # What the first one asked for its worked examples may not be wanted again, all else is.
    assert model.calls <= 24 + 0.15 * first + 1
    assert max(bodies(model.questions).values()) == 1


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
        done = tune(meetings, *suites, "--budget", "12", "--language", "en")
    assert done.exit_code == 0
    of_cases = {path.parent.name for path in opened if CASES in path.parents}
    assert of_cases == {*suite("train"), *suite("dev")}


@contextmanager
def watching_files() -> Iterator[set[Path]]:
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
        system, *rest = question.messages
        shown = "## 示例" in system.text
        known = " ".join(rule.text["zh"] for rule in RULES[:2]) if shown else ""
        return answer(replace(question, messages=(Message(role="system", text=system.text + known), *rest)))

    with simulation(learning_by_example, tmp_path):
        assert tune(meetings, "--budget", "30", *ZH).exit_code == 0
        candidate, report = (Path("out", name).read_text("utf-8") for name in ("candidate.md", "report.md"))
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
    ("faults", "calls"), [(repeat(BROKEN), 3), ([NO_KEY], 3), ([None] * 6 + [NO_KEY], 7)]
)
def test_a_model_that_fails_ends_the_search_with_its_reason(
    answer: Callable[[Question], str],
    meetings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    faults: Iterable[Fault | None],
    calls: int,
) -> None:
    monkeypatch.setenv("LIHUI_LIMITS__TRIES", "1")
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

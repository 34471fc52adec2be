"""The judge of summaries, with a model on loopback that says what the test wants."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cases import CASES, load_case
from eval.gold_minutes import minutes_of_gold
from eval.harness import Run, result_of
from eval.report import make_report
from eval.results import write_results
from eval.tuning.cli import app
from eval.tuning.verdicts import read_verdicts
from tests.eval.tuning.conftest import simulation
from tests.loopback_llm import REFUSAL, Question

CASE = "zh-telecom-weekly-01"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    case = load_case(CASES / CASE)
    result = result_of(case, minutes_of_gold(case))
    write_results(Run((result,), {}), make_report([result], {}, suite="s", scribe="x"), folder)
    return folder


def verdict(*kinds: str) -> Callable[[Question], str]:
    """Answers for these sections; for all that were asked for where none are named."""

    def answer(question: Question) -> str:
        listed = [line[1:-1] for line in question.messages[1].text.splitlines() if line.startswith("[")]
        same = {"faithful": True, "complete": False, "readable": True, "reason": "缺了结论。"}
        return json.dumps(
            {"verdicts": [{"kind": kind, **same} for kind in (kinds or listed)]}, ensure_ascii=False
        )

    return answer


def judge(results: Path, folder: Path) -> tuple[int, Path]:
    copied = folder / "results"
    if not copied.exists():
        shutil.copytree(results, copied)
    done = CliRunner().invoke(app, ["judge", str(copied), "--scribe", "llm:openai:any"])
    return done.exit_code, copied / "verdicts.jsonl"


def test_every_summary_gets_a_verdict_and_is_asked_about_once(results: Path, tmp_path: Path) -> None:
    with simulation(verdict(), tmp_path) as server:
        code, file = judge(results, tmp_path)
        assert (code, server.calls) == (0, 1)
        first = file.read_bytes()
        assert judge(results, tmp_path)[0] == 0
        assert server.calls == 1
    assert file.read_bytes() == first
    found = read_verdicts([file])
    assert {v.kind for v in found} == {
        s.kind for s in minutes_of_gold(load_case(CASES / CASE)).sections if s.summary
    }
    assert {(v.case, v.by, v.complete) for v in found} == {(CASE, "llm:openai:any", False)}
    assert all((v.prompt or "").startswith("judge v1 ") for v in found)


def test_an_answer_that_leaves_out_a_section_is_sent_back(results: Path, tmp_path: Path) -> None:
    with simulation(verdict("data"), tmp_path) as server:
        code, file = judge(results, tmp_path)
    assert code == 1
    assert server.calls > 1
    assert "one verdict for each of" in server.questions[1].text
    assert read_verdicts([file]) == ()


def test_a_model_that_declines_leaves_the_meeting_unjudged(results: Path, tmp_path: Path) -> None:
    with simulation(verdict(), tmp_path, [REFUSAL]):
        assert judge(results, tmp_path)[0] == 1

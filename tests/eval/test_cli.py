import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eval.cases import CASES
from pipeline.cli import app
from tests.eval.recount import recount

CHOSEN = ("en-saas-weekly-01", "zh-telecom-weekly-01", "zh-retail-weekly-02")
COSTS = {"seconds"}


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIHUI_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def lihui_eval(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    for name in CHOSEN:
        shutil.copytree(CASES / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def results(chosen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("results")
    assert lihui_eval("run", "--cases", chosen, "-o", output).exit_code == 0
    return output


def report_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "report.json").read_bytes())


def test_the_report_equals_a_recount_of_the_result_files(results: Path) -> None:
    counts = {name: recount(CASES / name, results / name / "minutes.json") for name in CHOSEN}
    report = report_of(results)
    for group, names in (("zh", CHOSEN[1:]), ("en", CHOSEN[:1]), ("all", CHOSEN)):
        told = {n: m for n, m in report["scores"][group].items() if n not in COSTS}
        assert set(told) == {measure for name in names for measure in counts[name]}
        for measure, row in told.items():
            pairs = [counts[name][measure] for name in names if measure in counts[name]]
            hits, total = (sum(part) for part in zip(*pairs, strict=True))
            assert (row["hits"], row["total"]) == (hits, total), measure
            assert row["value"] == pytest.approx(hits / total)


def test_the_minutes_of_every_case_lie_beside_the_report(results: Path) -> None:
    assert {p.name for p in results.iterdir() if p.is_dir()} == set(CHOSEN)
    assert all((results / name / "minutes.json").exists() for name in CHOSEN)
    assert (results / "report.md").read_text("utf-8").startswith("# rules on ")


def test_the_table_shows_what_the_report_says(chosen: Path, tmp_path: Path) -> None:
    shown = lihui_eval("run", "--cases", chosen, "-o", tmp_path).output
    assert f"{report_of(tmp_path)['scores']['all']['actions.f1']['value']:.3f}" in shown
    assert "meetings" in shown


def test_the_same_cases_give_the_same_report_and_finished_work_is_not_done_again(
    results: Path, chosen: Path, tmp_path: Path
) -> None:
    lihui_eval("run", "--cases", chosen, "-o", tmp_path, "--parallel", "3")
    # Even the seconds: they are those of the first time.
    assert (tmp_path / "report.json").read_bytes() == (results / "report.json").read_bytes()


def test_results_can_be_scored_without_making_them_again(results: Path, chosen: Path, tmp_path: Path) -> None:
    done = lihui_eval("score", chosen, results, "-o", tmp_path)
    assert done.exit_code == 0
    told = {name: m["value"] for name, m in report_of(results)["scores"]["all"].items()}
    assert {n: m["value"] for n, m in report_of(tmp_path)["scores"]["all"].items()} == told
    one = lihui_eval("score", chosen / CHOSEN[0], results)
    assert one.exit_code == 0
    assert "all (given" in one.output


def test_a_result_that_is_missing_is_counted_as_failed(results: Path, chosen: Path, tmp_path: Path) -> None:
    some = tmp_path / "some"
    shutil.copytree(results / CHOSEN[1], some / CHOSEN[1])
    done = lihui_eval("score", chosen, some, "-o", tmp_path / "report")
    assert done.exit_code == 1
    report = report_of(tmp_path / "report")
    assert set(report["failed"]) == {CHOSEN[0], CHOSEN[2]}
    assert "minutes.json is missing" in report["failed"][CHOSEN[0]]
    assert lihui_eval("score", chosen, tmp_path / "nowhere").exit_code != 0


@pytest.mark.parametrize("wrong", [("--suite", "nightly"), ("--scribe", "nobody"), ("--cases", "nowhere")])
def test_what_does_not_exist_ends_with_an_error_and_no_report(tmp_path: Path, wrong: tuple[str, str]) -> None:
    assert lihui_eval("run", *wrong, "-o", tmp_path).exit_code != 0
    assert not (tmp_path / "report.json").exists()


def test_cases_without_a_recording_are_left_out_of_a_run_from_recordings(
    chosen: Path, tmp_path: Path
) -> None:
    done = lihui_eval("run", "--cases", chosen, "--audio", "-o", tmp_path)
    assert done.exit_code != 0
    assert "recording" in str(done.exception)


def report_with(results: Path, folder: Path, wrong: str) -> Path:
    """The results with minutes in which all of one field is gone, scored again under the same names."""
    shutil.copytree(results, folder)
    for name in CHOSEN:
        file = folder / name / "minutes.json"
        minutes = json.loads(file.read_bytes())
        minutes[wrong] = []
        file.write_text(json.dumps(minutes), "utf-8")
    return folder


@pytest.fixture(scope="module")
def forgetful(results: Path, chosen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of results without decisions."""
    folder = report_with(results, tmp_path_factory.mktemp("forgetful") / "results", "decisions")
    assert lihui_eval("score", chosen, folder, "-o", folder).exit_code == 0
    report = report_of(folder) | {"scribe": "rules", "suite": report_of(results)["suite"]}
    (folder / "report.json").write_text(json.dumps(report), "utf-8")
    return folder


def test_compare_shows_the_fields_and_every_item(results: Path, forgetful: Path) -> None:
    told = lihui_eval("compare", results, forgetful).output
    found = report_of(results)["scores"]["all"]["decisions.recall"]["hits"]
    assert f"broken: {found:.0f}\n" in told
    assert "(right -> missed)" in told
    assert "decisions f1" in told
    assert "fixed: 0\n" in told


def test_the_gate_lets_the_accepted_result_pass_and_stops_a_worse_one(
    results: Path, forgetful: Path, tmp_path: Path
) -> None:
    none = lihui_eval("gate", results, "--baselines", tmp_path)
    assert none.exit_code == 1
    assert "accepted yet" in str(none.exception)
    accepted = lihui_eval("accept", results, "--baselines", tmp_path)
    assert Path(accepted.output.replace("\n", "")).exists()
    assert lihui_eval("gate", results, "--baselines", tmp_path).exit_code == 0
    worse = lihui_eval("gate", forgetful, "--baselines", tmp_path)
    assert worse.exit_code == 3
    assert "decisions F1 went from" in worse.output
    broken = lihui_eval("gate", forgetful, "--baselines", tmp_path, "--most-broken", "1")
    assert "items that were right are wrong now, 1 may be" in broken.output


def test_check_lists_faults_and_says_how_many(chosen: Path, tmp_path: Path) -> None:
    assert lihui_eval("check", "--cases", chosen).exit_code == 0
    broken = tmp_path / CHOSEN[0]
    shutil.copytree(chosen / CHOSEN[0], broken)
    (broken / "gold.json").write_text("{}")
    done = lihui_eval("check", "--cases", tmp_path)
    assert done.exit_code == 1
    assert f"{CHOSEN[0]}/gold.json: sections: Field required." in done.output
    assert "1 faults" in done.output


def test_a_reviewed_meeting_is_adopted_and_scored(results: Path, chosen: Path, tmp_path: Path) -> None:
    meeting = tmp_path / "made" / "weekly"
    shutil.copytree(results / CHOSEN[2], meeting)
    shutil.copy(chosen / CHOSEN[2] / "transcript.json", meeting)
    done = lihui_eval("adopt", meeting, "--cases", tmp_path / "mine")
    assert done.exit_code == 0
    assert lihui_eval("check", "--cases", tmp_path / "mine").exit_code == 0
    assert lihui_eval("score", tmp_path / "mine", tmp_path / "made", "-o", tmp_path / "out").exit_code == 0
    told = report_of(tmp_path / "out")["scores"]["all"]
    assert {told[n]["value"] for n in ("actions.f1", "kpis.f1", "labels", "owner", "due", "coverage")} == {
        1.0
    }
    # The program makes the same of it again.
    assert lihui_eval("run", "--cases", tmp_path / "mine", "-o", tmp_path / "again").exit_code == 0
    assert report_of(tmp_path / "again")["scores"]["all"]["actions.f1"]["value"] == 1.0

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eval.cases import CASES
from pipeline.cli import app
from tests.eval.recount import recount

CHOSEN = ("en-factory-daily-01", "zh-telecom-weekly-01", "zh-retail-weekly-02")


def evaluate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", "run", *map(str, arguments)])


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    for name in CHOSEN:
        shutil.copytree(CASES / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def results(chosen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("results")
    assert evaluate("--cases", chosen, "-o", output).exit_code == 0
    return output


def report_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "report.json").read_bytes())


@pytest.mark.parametrize("name", CHOSEN)
def test_the_report_equals_a_recount_of_the_minutes(results: Path, name: str) -> None:
    told = report_of(results)["cases"][name]
    counts = recount(CASES / name, results / name / "minutes.json")
    for field in ("decisions", "actions", "kpis", "issues", "feedback"):
        row = told["items"][field]
        hits, predicted, expected = counts[field]
        assert (row["hits"], row["predicted"], row["expected"]) == counts[field]
        assert row["recall"] == (hits / expected if expected else None)
        assert row["precision"] == (hits / predicted if predicted else None)
    assert (told["rates"]["labels"]["hits"], told["rates"]["labels"]["total"]) == counts["labels"][:2]


def test_the_totals_are_sums_over_the_cases_of_a_language(results: Path) -> None:
    report = report_of(results)
    assert set(report["scores"]) == {"en", "zh", "all"}
    for group, names in (("zh", CHOSEN[1:]), ("en", CHOSEN[:1]), ("all", CHOSEN)):
        for field, total in report["scores"][group]["items"].items():
            for count in ("hits", "predicted", "expected"):
                assert total[count] == sum(report["cases"][n]["items"][field][count] for n in names)
        due = report["scores"][group]["rates"]["due"]
        assert due["total"] == report["scores"][group]["items"]["actions"]["hits"]
        assert due["rate"] == pytest.approx(due["hits"] / due["total"])


def test_the_table_shows_what_the_report_says(chosen: Path, tmp_path: Path) -> None:
    shown = evaluate("--cases", chosen, "-o", tmp_path).output
    actions = report_of(tmp_path)["scores"]["all"]["items"]["actions"]
    assert f"{actions['hits']} of {actions['expected']} found, {actions['predicted']} given" in shown
    assert f"{actions['f1']:.3f}" in shown


def test_the_same_cases_give_the_same_report(results: Path, chosen: Path, tmp_path: Path) -> None:
    evaluate("--cases", chosen, "-o", tmp_path)
    assert (tmp_path / "report.json").read_bytes() == (results / "report.json").read_bytes()


def test_a_suite_is_measured_case_by_case(tmp_path: Path) -> None:
    from eval.suites import suite

    assert evaluate("--suite", "dev", "-o", tmp_path).exit_code == 0
    assert tuple(report_of(tmp_path)["cases"]) == suite("dev")
    assert report_of(tmp_path)["failed"] == {}


@pytest.mark.parametrize("wrong", [("--suite", "nightly"), ("--scribe", "nobody"), ("--cases", "nowhere")])
def test_what_does_not_exist_ends_with_an_error_and_no_report(tmp_path: Path, wrong: tuple[str, str]) -> None:
    assert evaluate(*wrong, "-o", tmp_path).exit_code != 0
    assert not (tmp_path / "report.json").exists()

import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from eval.cases import CASES, Case, load_case
from eval.gold_minutes import minutes_of_gold
from eval.harness import result_of
from eval.outcomes import Extra, Outcome
from eval.provenance import data_sha256, provenance
from eval.report import CaseResult, Report, make_report, read_report
from eval.score import measures
from eval.table import LABELS, markdown, table
from pipeline.errors import InputError
from pipeline.minutes import Action, Origin, StageOrigin

IDS = ("zh-ecom-weekly-01", "zh-ecom-weekly-02", "zh-bank-quarterly-01", "en-hotel-monthly-01")
ZH1, ZH2, BANK, EN = (load_case(CASES / name) for name in IDS)


def forgetful(case: Case, actions: int = 1) -> CaseResult:
    """Perfect minutes, but that many actions are missing, and one was made up."""
    gold = minutes_of_gold(case)
    made_up = Action(id="x", task="×××", evidence=gold.actions[0].evidence, support="quoted")
    return result_of(case, gold.model_copy(update={"actions": (*gold.actions[actions:], made_up)}))


RESULTS = (forgetful(ZH1), forgetful(ZH2), forgetful(BANK, 2), forgetful(EN))


def report_of(results: tuple[CaseResult, ...] = RESULTS, baseline: Report | None = None) -> Report:
    return make_report(results, {"broken": "Why."}, suite="made", scribe="nobody", baseline=baseline)


REPORT = report_of()


def test_a_score_is_the_rate_of_the_sums() -> None:
    recall = REPORT.scores["all"]["actions.recall"]
    expected = sum(len(c.gold.actions) for c in (ZH1, ZH2, BANK, EN))
    assert (recall.hits, recall.total) == (expected - 5, expected)
    assert recall.value == (expected - 5) / expected
    assert list(REPORT.scores) == ["all", "en", "zh"]
    assert REPORT.scores["en"]["actions.recall"].hits == len(EN.gold.actions) - 1


def test_intervals_are_drawn_by_series_and_absent_where_there_is_one() -> None:
    assert {c.series for c in REPORT.cases.values()} == {ZH1.series, BANK.series, EN.series}
    recall = REPORT.scores["all"]["actions.recall"]
    assert recall.low is not None
    assert recall.high is not None
    assert recall.low <= recall.value <= recall.high
    assert REPORT.scores["en"]["actions.recall"].low is None
    two = report_of(RESULTS[:2]).scores["all"]["actions.recall"]
    assert (two.low, two.high) == (None, None)


def test_beside_every_score_stand_its_anchors() -> None:
    second = replace(ZH1, second=ZH1.gold.model_copy(update={"decisions": ()}))
    results = (result_of(second, minutes_of_gold(ZH1)), *RESULTS[1:])
    report = report_of(results, baseline=REPORT)
    shown = report.scores["all"]
    assert shown["decisions.recall"].anchors.second == 0.0
    assert shown["actions.f1"].anchors.second == 1.0
    assert shown["actions.f1"].anchors.baseline == REPORT.scores["all"]["actions.f1"].value
    floor = shown["actions.f1"].anchors.floor
    assert floor is not None
    assert floor < 0.5
    assert report.second_cases == 1
    assert shown["coverage"].anchors.second is None
    assert {m.anchors.second for m in report.scores["en"].values()} == {None}


def test_what_became_of_every_item_is_told() -> None:
    told = REPORT.cases[BANK.id]
    actions = [o for o in told.outcomes if o.field == "actions"]
    assert [o.state for o in actions[:3]] == ["missed", "missed", "right"]
    assert told.extra == (Extra(field="actions", text="×××"),)
    assert Outcome(field="actions", text="x", found=True, wrong=("owner",)).right is False


def test_a_report_comes_back_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(REPORT.model_dump_json().encode())
    assert read_report(tmp_path) == read_report(tmp_path / "report.json") == REPORT
    (tmp_path / "report.json").write_text("{}")
    with pytest.raises(InputError, match="is no report"):
        read_report(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_report(tmp_path / "nowhere.json")


def test_what_it_was_made_with_is_stated() -> None:
    stage = StageOrigin(stage="read_out", backend="llm:x", prompt="read v3", prompt_sha256="ab")
    minutes = minutes_of_gold(EN).model_copy(update={"origin": Origin(version="1", stages=(stage, stage))})
    made = provenance([minutes], [EN])
    assert made.backends == ("llm:x",)
    assert [(p.name, p.sha256) for p in made.prompts] == [("read v3", "ab")]
    assert re.fullmatch(r"[0-9a-f]{40}", made.commit or "0" * 40)
    assert {"lihui", "numpy", "pydantic"} <= set(made.packages)
    assert made.seed


def test_the_data_hash_changes_with_any_file_of_a_case(tmp_path: Path) -> None:
    for name in ("case.json", "transcript.json", "gold.json"):
        (tmp_path / name).write_bytes((CASES / EN.id / name).read_bytes())
    case = load_case(tmp_path)
    before = data_sha256([case])
    assert data_sha256([case]) == before
    (tmp_path / "second.json").write_bytes((tmp_path / "gold.json").read_bytes())
    assert data_sha256([case]) != before
    assert data_sha256([EN, BANK]) == data_sha256([BANK, EN]) != data_sha256([EN])


def shown(group: str) -> list[str]:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(table(REPORT, group))
    return captured.get().splitlines()


def test_the_terminal_shows_each_score_with_its_interval_and_floor() -> None:
    lines = shown("all")
    assert lines[0].strip() == "all (nobody, made)"
    # No case has a second reading and nothing was accepted: these columns are left out.
    assert lines[1].split() == ["precision", "recall", "score", "interval", "floor"]
    m = REPORT.scores["all"]
    row = next(line for line in lines if line.startswith("actions ")).split()
    assert row[1:4] == [f"{m[f'actions.{n}'].value:.3f}" for n in ("precision", "recall", "f1")]
    assert row[4] == f"{m['actions.f1'].low:.3f}–{m['actions.f1'].high:.3f}"
    assert "interval" not in shown("en")[1]


def test_markdown_says_what_failed_and_has_every_score_with_its_counts() -> None:
    text = markdown(REPORT)
    assert "- meetings: 4 through, 1 failed" in text
    assert "- failed: broken: Why." in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({line.count("|") for line in rows}) == 1
    assert any(re.search(r"\| \d+ of \d+ found, \d+ given \|$", line) for line in rows)


def test_every_score_has_a_name_for_people() -> None:
    assert {name.partition(".")[0] for r in RESULTS for name in measures(r.scores)} <= set(LABELS)

from rich.console import Console

from eval.report import as_json, table
from eval.score import Scores
from eval.scorers.counts import Matches, Rate
from eval.scorers.sections import Windows

SCORES = Scores(
    items={"actions": Matches(3, 4, 6), "kpis": Matches(0, 0, 2)},
    rates={"owner": Rate(2, 3), "due": Rate()},
    borders=Matches(1, 2, 2),
    windows=Windows(1, 2, 8),
)
TOTAL = SCORES + Scores()


def shown(scores: Scores) -> list[str]:
    console = Console(width=120, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(table(scores, "zh (rules, dev)"))
    return captured.get().splitlines()


def test_a_row_has_its_rates_and_the_counts_they_come_from() -> None:
    lines = shown(TOTAL)
    assert lines[0].strip() == "zh (rules, dev)"
    row = next(line for line in lines if line.startswith("actions"))
    assert " ".join(row.split()) == "actions 0.750 0.500 0.600 3 of 6 found, 4 given"
    assert next(line for line in lines if line.startswith("owner")).split()[1:] == ["0.667", "2", "of", "3"]
    assert next(line for line in lines if line.startswith("Pk")).split()[1] == "0.125"


def test_what_does_not_apply_is_left_empty() -> None:
    row = next(line for line in shown(TOTAL) if line.startswith("kpis"))
    assert " ".join(row.split()) == "kpis 0.000 0.000 0 of 2 found, 0 given"
    assert next(line for line in shown(TOTAL) if line.startswith("due")).split() == ["due", "0", "of", "0"]


def test_json_holds_counts_and_rates() -> None:
    values = as_json(TOTAL)
    assert values["items"]["actions"] == {
        "hits": 3, "predicted": 4, "expected": 6, "precision": 0.75, "recall": 0.5, "f1": 0.6,
    }  # fmt: skip
    assert values["items"]["borders"] == {
        "hits": 1, "predicted": 2, "expected": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5,
    }  # fmt: skip
    assert values["rates"]["due"] == {"hits": 0, "total": 0, "rate": None}
    assert values["windows"] == {"pk": 0.125, "window_diff": 0.25}


def test_scores_add_up_field_by_field() -> None:
    twice = SCORES + SCORES
    assert twice.items["actions"] == Matches(6, 8, 12)
    assert twice.rates["owner"] == Rate(4, 6)
    assert (twice.borders, twice.windows) == (Matches(2, 4, 4), Windows(2, 4, 16))

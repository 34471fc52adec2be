"""No error goes unseen, and none is seen where it is not: the committed table says what each one moves."""

import tomllib
from inspect import isfunction
from pathlib import Path

import pytest

from eval.cases import Case, load_cases
from eval.gold_minutes import minutes_of_gold
from eval.score import MATCHED, RATES, measures, score
from pipeline.minutes import Minutes
from tests.eval import planted_errors

TABLE: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("planted_errors.toml").read_text("utf-8")
)
CASES = tuple(load_cases())
PARTS = ("precision", "recall", "f1")
NOT_OF_THE_GOLD = {"wer", "cpwer", "cer", "cpcer", "seconds", "calls", "tokens_in", "tokens_out"}


def values(minutes: Minutes, case: Case) -> dict[str, float]:
    return {name: rate.hits / rate.total for name, rate in measures(score(minutes, case)).items()}


PERFECT = {case.id: values(minutes_of_gold(case), case) for case in CASES}


def moved_by(name: str, case: Case) -> set[str] | None:
    """The measures that differ from those of perfect minutes; None where there is nothing to plant the error in."""
    plant: planted_errors.Plant = getattr(planted_errors, name)
    planted = plant(minutes_of_gold(case), case)
    if planted is None:
        return None
    before, after = PERFECT[case.id], values(planted, case)
    return {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}


def expanded(names: list[str]) -> set[str]:
    return {m for n in names for m in ([f"{n}.{part}" for part in PARTS] if n in MATCHED else [n])}


@pytest.mark.parametrize("name", TABLE)
def test_an_error_moves_what_the_table_says_and_nothing_else(name: str) -> None:
    allowed = expanded(TABLE[name]["moves"])
    moved = {case.id: found for case in CASES if (found := moved_by(name, case)) is not None}
    assert moved, "no case has anything to plant it in"
    stray = {id: extra for id, found in moved.items() if (extra := found - allowed)}
    assert stray == {}
    assert set[str]().union(*moved.values()) == allowed


def test_every_score_of_the_gold_is_moved_by_some_error() -> None:
    moved = {m for row in TABLE.values() for m in expanded(row["moves"])}
    every = {f"{name}.{part}" for name in MATCHED for part in PARTS} | (set(RATES) - NOT_OF_THE_GOLD)
    assert every - moved == set()


def test_the_table_names_every_error_there_is() -> None:
    plants = {
        n
        for n, f in vars(planted_errors).items()
        if isfunction(f) and f.__module__ == planted_errors.__name__
    }
    assert {n for n in plants if not n.startswith("_")} == set(TABLE)

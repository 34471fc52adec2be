from dataclasses import replace
from pathlib import Path

import pytest

from eval.cases import Case, load_cases
from eval.gold_minutes import minutes_of_gold
from eval.score import score
from eval.tuning.metric import WEIGHTS, objective, parts
from pipeline.minutes import Minutes


@pytest.fixture(scope="module")
def case(meetings: Path) -> Case:
    return next(c for c in load_cases(meetings / "train") if len(c.gold.actions) > 2)


@pytest.fixture(scope="module")
def perfect(case: Case) -> Minutes:
    return minutes_of_gold(case)


def test_perfect_minutes_have_the_whole_score(meetings: Path) -> None:
    for case in load_cases(meetings / "dev"):
        assert objective(score(minutes_of_gold(case), case)) == 1.0


def test_minutes_without_items_keep_only_what_the_sections_are_worth(case: Case, perfect: Minutes) -> None:
    empty = perfect.model_copy(
        update=dict.fromkeys(("actions", "decisions", "kpis", "issues", "feedback"), ())
    )
    known = parts(score(perfect, case))
    worth = WEIGHTS["labels"] / sum(WEIGHTS[name] for name in known)
    assert objective(score(empty, case)) == pytest.approx(worth)


def test_nothing_is_gained_by_leaving_out_an_action_whose_owner_and_date_are_wrong(
    case: Case, perfect: Minutes
) -> None:
    first, *others = perfect.actions
    due = first.due.model_copy(update={"on": None if first.due.on else case.meeting.held_on})
    wrong = first.model_copy(update={"owner": "nobody", "due": due})
    said = perfect.model_copy(update={"actions": (wrong, *others)})
    silent = perfect.model_copy(update={"actions": tuple(others)})
    assert objective(score(silent, case)) < objective(score(said, case)) < 1.0


def test_what_a_meeting_does_not_have_is_no_part_of_its_score(case: Case) -> None:
    bare = replace(case, gold=case.gold.model_copy(update={"decisions": (), "actions": ()}))
    assert not parts(score(minutes_of_gold(bare), bare)).keys() & {"decisions", "actions", "owner", "due"}

"""Edits proposed by a model, here one on loopback that says what the test wants."""

import json
from pathlib import Path

import pytest

from eval.tuning.drafts import Draft
from eval.tuning.reflecting import LEAST_ROOM, Reflector
from pipeline.limits import Limits
from pipeline.prompt import find_prompt
from pipeline.registry import make_language_model
from tests.eval.tuning.conftest import simulation
from tests.eval.tuning.simulation import POOR

SYSTEM = Draft("read", POOR).system("en")
FIND = "find its items in the transcript"


def edits(*pairs: tuple[str, str]) -> str:
    return json.dumps({"causes": ["c"], "edits": [{"old": old, "new": new} for old, new in pairs]})


def reflected(folder: Path, *answers: str) -> tuple[str | None, list[str]]:
    """What became of the system part, and all that was asked."""
    said = iter(answers)
    with simulation(lambda question: next(said, answers[-1]), folder) as server:
        reflect, repair = (find_prompt(task, {}) for task in ("reflect", "repair"))
        model = make_language_model("openai:any", Limits())
        reflector = Reflector(model, Limits(), reflect, repair, start=SYSTEM, language="en")
        edited = reflector.edited(SYSTEM, ["Missed: decision “x”"])
        return edited, [question.text for question in server.questions]


def test_passages_are_replaced_and_added(tmp_path: Path) -> None:
    answer = edits((FIND, "list its items"), ("", "Leave out jokes."))
    edited, (asked,) = reflected(tmp_path, answer)
    assert edited == SYSTEM.replace(FIND, "list its items") + "\n\nLeave out jokes."
    assert SYSTEM in asked
    assert "Missed: decision “x”" in asked


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (edits(("not there", "x")), "stands 0 times"),
        (edits(("t", "x")), "times in the instructions"),
        (edits(("$language", "")), "exactly the placeholders $language"),
        (edits(("", "costs $5")), "write $$"),
        (edits(("", "x" * (LEAST_ROOM + 100))), "replace or shorten"),
        (json.dumps({"causes": [], "edits": []}), "at least 1 item"),
    ],
)
def test_an_edit_that_cannot_be_made_is_sent_back_with_the_reason(
    wrong: str, told: str, tmp_path: Path
) -> None:
    edited, asked = reflected(tmp_path, wrong, edits((FIND, "list its items")))
    assert edited == SYSTEM.replace(FIND, "list its items")
    assert told in asked[1]


def test_a_model_that_never_proposes_an_edit_proposes_none(tmp_path: Path) -> None:
    assert reflected(tmp_path, "I would not change a thing.")[0] is None

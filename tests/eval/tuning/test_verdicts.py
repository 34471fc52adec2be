import json
import random
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from eval.tuning.cli import app
from eval.tuning.verdicts import PEOPLE_NEEDED, QUESTIONS, Verdict, calibrate, refusals
from pipeline.errors import InputError
from pipeline.minutes import KINDS

JUDGE = "llm:openai:any"


def verdicts(meetings: int, wrong: float, seed: int = 1) -> list[Verdict]:
    """A person's and a judge's verdicts on all sections of some meetings; the judge errs so often."""
    chance = random.Random(seed)
    made: list[Verdict] = []
    for number in range(meetings):
        for kind in KINDS:
            said = [chance.random() < 0.6 for _ in QUESTIONS]
            judged = [yes != (chance.random() < wrong) for yes in said]
            for by, answers in (("王蕾", said), (JUDGE, judged)):
                yes = dict(zip(QUESTIONS, answers, strict=True))
                made.append(Verdict.model_validate({"case": f"m{number}", "kind": kind, "by": by, **yes}))
    return made


def test_kappa_is_cohens() -> None:
    kappa = cast(Callable[..., float], import_module("sklearn.metrics").cohen_kappa_score)
    made = verdicts(20, 0.2)
    for found in calibrate(made):
        people, judge = (
            [getattr(v, found.question) for v in made if v.is_judge is is_judge] for is_judge in (False, True)
        )
        assert found.kappa is not None
        assert found.kappa == pytest.approx(kappa(people, judge))
        assert found.interval is not None
        assert found.interval.low < found.kappa < found.interval.high
        assert found.agreed == sum(a == b for a, b in zip(people, judge, strict=True))


def test_a_judge_that_agrees_with_enough_people_may_gate() -> None:
    assert refusals(calibrate(verdicts(20, 0.05))) == ()


def test_a_judge_may_not_gate_by_few_verdicts_however_well_it_agrees() -> None:
    few = verdicts(PEOPLE_NEEDED // 6, 0.0)
    assert "too few" in refusals(calibrate(few))[0]


def test_a_judge_that_agrees_by_chance_may_not_gate() -> None:
    told = refusals(calibrate(verdicts(20, 0.5)))
    assert [reason.split(":")[0] for reason in told] == ["faithful", "complete", "readable"]


def test_a_side_that_always_says_the_same_has_no_kappa() -> None:
    made = [v.model_copy(update={"faithful": True}) for v in verdicts(4, 0.1)]
    assert calibrate(made)[0].kappa is None


@pytest.mark.parametrize(
    ("judges", "told"), [(False, "none of a judge"), (True, "both a person and the judge")]
)
def test_a_missing_side_is_told(judges: bool, told: str) -> None:
    with pytest.raises(InputError, match=told):
        calibrate([v for v in verdicts(2, 0.1) if v.is_judge is judges])


def test_two_judges_are_not_mixed() -> None:
    made = verdicts(2, 0.1)
    other = made[1].model_copy(update={"by": "llm:other:model"})
    with pytest.raises(InputError, match="several judges"):
        calibrate([*made, other])


def test_the_command_shows_agreement_and_refuses(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl"
    file.write_text("\n".join(v.model_dump_json() for v in verdicts(3, 0.0)), "utf-8")
    done = CliRunner().invoke(app, ["calibrate", str(file)])
    assert done.exit_code == 3
    assert "faithful: kappa 1.00" in done.output
    assert "The judge may not gate: 18 verdicts of people are too few" in done.output
    file.write_text("\n".join(v.model_dump_json() for v in verdicts(20, 0.05)), "utf-8")
    assert CliRunner().invoke(app, ["calibrate", str(file)]).exit_code == 0


def test_a_line_that_is_no_verdict_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl"
    line = json.loads(verdicts(1, 0.0)[0].model_dump_json())
    file.write_text(json.dumps(line) + "\n" + json.dumps(line | {"faithful": "perhaps"}), "utf-8")
    error = CliRunner().invoke(app, ["calibrate", str(file)]).exception
    assert isinstance(error, InputError)
    assert "line 2: faithful" in str(error)

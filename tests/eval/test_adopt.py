from pathlib import Path

import pytest

from eval.adopt import adopt, case_of
from eval.cases import CASES, load_case
from eval.check import check_case
from eval.gold_minutes import minutes_of_gold
from eval.results import read_results
from eval.score import LOWER_IS_BETTER, measures
from pipeline.errors import InputError, UsageError
from pipeline.files import write_together
from pipeline.minutes import Action, Decision, Evidence, Minutes
from pipeline.run import summarize_transcript
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Transcript

IDS = ("en-retail-weekly-02", "zh-logistics-weekly-02")
both = pytest.mark.parametrize("name", IDS)


def made(name: str) -> tuple[Minutes, Transcript]:
    case = load_case(CASES / name)
    meeting = case.meeting.model_copy(update={"date_source": "given"})
    return summarize_transcript(case.transcript, meeting, RulesScribe()), case.transcript


def reviewed(minutes: Minutes, transcript: Transcript) -> Minutes:
    """As a person leaves them: one action re-worded, one removed, one added, an owner changed."""
    first, _, *rest = minutes.actions
    said = transcript.utterances[4]
    evidence = (Evidence(utterance=said.id, quote=said.text),)
    added = Action(id="e1", task=said.text, owner="Somebody", evidence=evidence, support="quoted")
    decided = Decision(id="e2", text=said.text, evidence=evidence, support="quoted")
    better = first.model_copy(update={"task": "Something else entirely", "owner": "Somebody"})
    return minutes.model_copy(
        update={"actions": (better, *rest, added), "decisions": (*minutes.decisions, decided)}
    )


def written(folder: Path, minutes: Minutes, transcript: Transcript) -> Path:
    write_together(
        {
            folder / "minutes.json": minutes.model_dump_json().encode(),
            folder / "transcript.json": transcript.model_dump_json().encode(),
        }
    )
    return folder


@both
def test_reviewed_minutes_are_perfect_on_the_case_that_was_made_of_them(tmp_path: Path, name: str) -> None:
    minutes, transcript = made(name)
    folder = written(tmp_path / "minutes" / name, reviewed(minutes, transcript), transcript)
    place = adopt(folder, tmp_path / "cases")
    (result,) = read_results([load_case(place)], tmp_path / "minutes").results
    scores = measures(result.scores)
    scores.pop("seconds")
    assert {n: r.rate for n, r in scores.items()} == {n: float(n not in LOWER_IS_BETTER) for n in scores}
    assert {"actions.f1", "owner", "due", "kpis.f1", "carry_over", "coverage", "rouge_l.f1"} <= set(scores)


@both
def test_minutes_that_were_not_reviewed_are_not_perfect_on_it(tmp_path: Path, name: str) -> None:
    minutes, transcript = made(name)
    place = adopt(written(tmp_path / name, reviewed(minutes, transcript), transcript), tmp_path / "cases")
    (result,) = read_results(
        [load_case(place)], written(tmp_path / "m" / name, minutes, transcript).parent
    ).results
    assert measures(result.scores)["actions.f1"].rate != 1.0


@both
def test_an_adopted_case_is_sound(tmp_path: Path, name: str) -> None:
    case = load_case(CASES / name)
    folder = written(tmp_path / name, minutes_of_gold(case), case.transcript)
    place = adopt(folder, tmp_path / "cases", "mine-01")
    assert place.name == "mine-01"
    assert [fault.text for fault in check_case(place) if fault.certain] == []
    assert load_case(place).gold.actions == case.gold.actions
    assert load_case(place).meeting.open_actions == case.meeting.open_actions


def test_an_action_that_repeats_a_redated_open_item_is_no_gold_action() -> None:
    case = load_case(CASES / IDS[1])
    minutes = minutes_of_gold(case)
    row = next(c for c in minutes.carry_over if c.status == "redated")
    again = Action(id="x", task=row.task, evidence=row.evidence, support="quoted")
    adopted = case_of(minutes.model_copy(update={"actions": (*minutes.actions, again)}), case.transcript, "x")
    assert adopted.gold.actions == case.gold.actions


def test_what_cannot_be_adopted_is_refused(tmp_path: Path) -> None:
    minutes, transcript = made(IDS[0])
    folder = written(tmp_path / "weekly", minutes, transcript)
    adopt(folder, tmp_path / "cases")
    with pytest.raises(UsageError, match="is there already"):
        adopt(folder, tmp_path / "cases")
    with pytest.raises(UsageError, match="no name of a case"):
        adopt(folder, tmp_path / "cases", "../x")
    with pytest.raises(InputError, match=r"minutes\.json is missing"):
        adopt(tmp_path / "nowhere", tmp_path / "cases")
    bare = Action(id="x", task="Something", evidence=(), support="quoted")
    written(tmp_path / "bare", minutes.model_copy(update={"actions": (bare,)}), transcript)
    with pytest.raises(InputError, match="rests on no utterance"):
        adopt(tmp_path / "bare", tmp_path / "cases")

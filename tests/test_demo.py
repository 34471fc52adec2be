"""The demo's promise: from the sound of the sample come the minutes that were said in it.

Other meetings of the same kind are tried with ``DEMO_VARIANTS="2 5" pytest tests/test_demo.py``; they are
spoken by flite first.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from eval.alignment import on_reference
from eval.cases import Case, load_case
from eval.scorers.pairing import pair
from pipeline.minutes import Minutes
from pipeline.transcript import Transcript
from tests.command import SAMPLES, Outcome, files_under, lihui

pytestmark = pytest.mark.usefixtures("workplace")

VARIANTS = os.environ.get("DEMO_VARIANTS", "").split()


def assert_the_promise_is_kept(minutes: Minutes, heard: Transcript, case: Case) -> None:
    """All decisions, and all eight actions with their owners; at most one date is not the right one."""
    assert [section.status for section in minutes.sections] == ["covered"] * 6
    paired = pair(on_reference(minutes, heard, case.transcript), case)
    assert paired["decisions"].missed == (), [decision.text for decision in minutes.decisions]
    actions = paired["actions"]
    found = [(action.task, action.owner, action.due.on) for action in minutes.actions]
    assert len(case.gold.actions) == 8
    wrong = [name for said, gold in actions.pairs for name in actions.wrong(said, gold)]
    assert len(actions.pairs) - wrong.count("due") >= 7, found
    assert "owner" not in wrong, found
    named = [gold for _, gold in actions.pairs if case.gold.actions[gold].owner is not None]
    assert len(named) == 5, found


def test_the_demo_ends_with_the_minutes_of_the_sample() -> None:
    done = lihui("demo")
    assert done.code == 0
    folder = Path("minutes/en-weekly")
    minutes = Minutes.model_validate_json((folder / "minutes.json").read_bytes())
    _assert_it_is_shown(done, minutes, folder)
    case = load_case(SAMPLES / "en-weekly")
    heard = Transcript.model_validate_json((folder / "transcript.json").read_bytes())
    assert_the_promise_is_kept(minutes, heard, case)


def _assert_it_is_shown(done: Outcome, minutes: Minutes, folder: Path) -> None:
    """The terminal shows the minutes, that they are only as good as the recogniser, and the files."""
    assert ("transcribe", "sphinx") in [(stage.stage, stage.backend) for stage in minutes.origin.stages]
    assert any("accuracy is low" in notice for notice in minutes.notices)
    assert "accuracy" in done.out
    assert "accuracy is low" in done.err
    for heading in ("Purpose", "Key figures", "Department reports", "Issues and solutions", "Next steps"):
        assert heading in done.out
    assert {f"{folder}/{name}" for name in files_under(folder)} == set(done.out.split()[-10:])


if VARIANTS:

    @pytest.mark.parametrize("number", VARIANTS)
    def test_a_meeting_with_other_names_and_dates_keeps_the_promise_too(number: str, tmp_path: Path) -> None:
        command = [
            sys.executable,
            str(SAMPLES / "make_samples.py"),
            "--variant",
            number,
            "--output",
            str(tmp_path),
        ]
        subprocess.run(command, check=True, capture_output=True)
        folder = tmp_path / f"en-weekly-{number}"
        done = lihui("run", folder / "recording.m4a", "--asr", "sphinx", "--json")
        assert done.code == 0
        heard = Transcript.model_validate_json(Path(f"minutes/{folder.name}/transcript.json").read_bytes())
        case = load_case(folder)
        assert_the_promise_is_kept(done.minutes, heard, case)

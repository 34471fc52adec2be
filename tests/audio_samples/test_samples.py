"""The samples hold together: recording, transcript, case and gold say the same."""

import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from eval.cases import Case, Gold, load_case
from pipeline.audio import probe, read
from pipeline.backends.asr_sphinx import SphinxTranscriber
from pipeline.minutes import KINDS
from pipeline.transcript import Transcript

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "audio_samples"


def recording(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.stem == "recording")


@pytest.fixture(params=["en-weekly", "zh-weekly"])
def folder(request: pytest.FixtureRequest) -> Path:
    return SAMPLES / str(request.param)


def evidence_holds(case: Case) -> None:
    gold, last = case.gold, len(case.transcript.utterances) - 1
    rows = (*gold.decisions, *gold.actions, *gold.kpis, *gold.issues, *gold.feedback, *gold.carry_over)
    assert all(row.evidence and 0 <= min(row.evidence) <= max(row.evidence) <= last for row in rows)
    assert len(gold.kinds) == len(case.transcript.utterances)
    assert gold.sections[0].first == 0
    people = {person.name for person in case.meeting.participants}
    assert {action.owner for action in gold.actions} - {None} <= people
    assert {u.speaker for u in case.transcript.utterances} == people
    assert {row.id for row in gold.carry_over} == {item.id for item in case.meeting.open_actions}


def test_a_sample_has_everything_a_meeting_has(folder: Path) -> None:
    case = load_case(folder)
    evidence_holds(case)
    assert set(case.gold.kinds) == set(KINDS)
    assert len(case.gold.actions) == 8
    assert 2 <= len(case.gold.decisions) <= 3
    assert len(case.gold.kpis) >= 4
    assert {row.status for row in case.gold.carry_over} >= {"redated", "done"}


def test_turns_follow_each_other_with_clear_gaps_within_the_recording(folder: Path) -> None:
    turns = load_case(folder).transcript.utterances
    assert all(turn.start is not None and turn.end is not None for turn in turns)
    for turn, following in pairwise(turns):
        assert (following.start or 0) - (turn.end or 0) >= 0.5
    seconds = probe(recording(folder)).seconds
    assert seconds is not None
    assert 0 < seconds - (turns[-1].end or 0) < 1.5


def test_the_recording_says_on_which_day_it_was_made(folder: Path) -> None:
    created = probe(recording(folder)).created
    assert created is not None
    assert created.date() == load_case(folder).meeting.held_on


def test_the_recordings_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 6_000_000


def test_five_owners_are_named_in_the_words_and_three_only_by_voice() -> None:
    owners = [action.owner for action in load_case(SAMPLES / "en-weekly").gold.actions]
    with_speakers = Gold.model_validate_json((SAMPLES / "en-weekly" / "gold-with-speakers.json").read_bytes())
    assert sum(owner is None for owner in owners) == 3
    assert all(
        known is not None and heard in (None, known)
        for heard, known in zip(owners, (action.owner for action in with_speakers.actions), strict=True)
    )


@pytest.fixture(scope="module")
def variant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The English meeting with other names, dates, figures and tasks, freshly spoken."""
    if shutil.which("flite") is None:
        pytest.skip("flite speaks the variants: apt-get install flite")
    to = tmp_path_factory.mktemp("variant")
    command = [sys.executable, str(SAMPLES / "make_samples.py"), "--variant", "5", "--output", str(to)]
    subprocess.run(command, check=True, capture_output=True)
    return to / "en-weekly-5"


@pytest.fixture(scope="module")
def heard(variant: Path, tmp_path_factory: pytest.TempPathFactory) -> Transcript:
    audio = read(recording(variant), tmp_path_factory.mktemp("read"), progress=lambda _: None)
    return SphinxTranscriber().transcribe(audio, language="en", names=(), progress=lambda _: None)


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower()).split()


def test_the_gold_of_a_variant_moves_with_its_words(variant: Path) -> None:
    case, sample = load_case(variant), load_case(SAMPLES / "en-weekly")
    evidence_holds(case)
    assert case.meeting.held_on != sample.meeting.held_on
    assert {p.name for p in case.meeting.participants} != {p.name for p in sample.meeting.participants}
    assert [a.task for a in case.gold.actions] != [a.task for a in sample.gold.actions]
    held_on = case.meeting.held_on
    assert held_on is not None
    for action in case.gold.actions:
        said = " ".join(case.transcript.utterances[line].text for line in action.evidence)
        assert action.due is not None
        assert (action.due_phrase or "") in said
        assert action.task.lower() in said.lower()
        assert held_on < action.due <= held_on + timedelta(days=31)
        if action.owner is not None:
            assert action.owner.split()[0] in said


def test_the_deadlines_of_a_variant_are_those_of_the_rules(variant: Path) -> None:
    case = load_case(variant)
    held_on = case.meeting.held_on
    assert held_on is not None
    for action in case.gold.actions:
        assert action.due == _meant(action.due_phrase or "", held_on), action.due_phrase


ORDINALS = (
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"),
)


def _meant(phrase: str, held_on: date) -> date:
    """Reads a deadline of the sample by counting days, apart from how the samples are made."""
    days = [held_on + timedelta(days=ahead) for ahead in range(1, 40)]
    month_end = next(day for day in days if (day + timedelta(days=1)).day == 1)
    following_monday = next(day for day in days if day.weekday() == 0)
    if "end of" in phrase:
        return month_end
    word = phrase.split()[-1]
    if "by the" in phrase:
        number = 11 + ORDINALS.index(phrase.split()[2])
        return next(day for day in days if day.day == number)
    if "by next" in phrase or "make it" in phrase or "I mean" in phrase:
        return next(day for day in days if day >= following_monday and day.strftime("%A") == word)
    return next(day for day in days if day.strftime("%A") == word)


def test_a_variant_is_heard_nearly_word_for_word(variant: Path, heard: Transcript) -> None:
    said = load_case(variant).transcript
    assert abs(len(heard.utterances) - len(said.utterances)) <= 2
    wrong = set(plain(" ".join(u.text for u in said.utterances))) ^ set(
        plain(" ".join(u.text for u in heard.utterances))
    )
    assert len(wrong) <= 12, sorted(wrong)


def test_the_lines_behind_actions_and_decisions_are_heard(variant: Path, heard: Transcript) -> None:
    case = load_case(variant)
    lines = {line for row in (*case.gold.actions, *case.gold.decisions) for line in row.evidence}
    right = sum(
        any(plain(case.transcript.utterances[line].text) == plain(u.text) for u in heard.utterances)
        for line in lines
    )
    assert right >= len(lines) - 1

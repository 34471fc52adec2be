import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.cases import CASES
from eval.check import check_cases

NAME = "zh-logistics-weekly-02"  # with open items of the week before
Files = dict[str, Any]


def spoilt(folder: Path, spoil: Callable[[Files], object]) -> Path:
    """A case of the project with its parsed files changed."""
    place = folder / NAME
    shutil.copytree(CASES / NAME, place)
    names = ("case", "transcript", "gold")
    files: Files = {n: json.loads((place / f"{n}.json").read_bytes()) for n in names}
    spoil(files)
    for name, content in files.items():
        (place / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return place


def told(folder: Path) -> list[tuple[str, str]]:
    return [(fault.file, fault.text) for fault in check_cases(folder) if fault.certain]


def test_the_projects_own_cases_have_no_fault() -> None:
    assert [fault for fault in check_cases() if fault.certain] == []


SPOILT: dict[str, tuple[Callable[[Files], object], str, str]] = {
    "id": (lambda f: f["case"].update(id="x"), "case.json", "The id is “x”"),
    "no day": (lambda f: f["case"].pop("held_on"), "case.json", "held_on is missing"),
    "next meeting": (
        lambda f: f["case"].update(next_meeting="2020-01-01"),
        "case.json",
        "is not after this one",
    ),
    "twice": (
        lambda f: f["case"]["participants"].append(f["case"]["participants"][0]),
        "case.json",
        "takes part twice",
    ),
    "language": (
        lambda f: f["transcript"].update(language="en"),
        "transcript.json",
        "The language is en, and zh",
    ),
    "no such kind": (lambda f: f["gold"]["sections"][0].update(kind="chat"), "gold.json", "sections.0.kind"),
    "no such state": (
        lambda f: f["gold"]["issues"][0].update(status="maybe"),
        "gold.json",
        "issues.0.status",
    ),
    "silence": (
        lambda f: f["transcript"]["utterances"][3].update(text=" "),
        "transcript.json",
        "Utterance 3",
    ),
    "stranger": (
        lambda f: f["transcript"]["utterances"][3].update(speaker="某某"),
        "transcript.json",
        "某某 takes no part",
    ),
    "backwards": (
        lambda f: f["transcript"]["utterances"][3].update(start=9999.0, end=9998.0),
        "transcript.json",
        "ends before it starts",
    ),
    "a gap": (lambda f: f["gold"]["sections"].pop(1), "gold.json", "do not cover all"),
    "cut in two": (
        lambda f: (
            f["gold"]["sections"].insert(0, {**f["gold"]["sections"][0], "last": 0}),
            f["gold"]["sections"][1].update(first=1),
        ),
        "gold.json",
        "they are one",
    ),
    "no evidence": (lambda f: f["gold"]["actions"][0].update(evidence=[]), "gold.json", "has no evidence"),
    "out of range": (
        lambda f: f["gold"]["kpis"][0].update(evidence=[9999]),
        "gold.json",
        "not there: [9999]",
    ),
    "not in order": (lambda f: f["gold"]["actions"][0].update(evidence=[5, 4]), "gold.json", "not in order"),
    "doubled": (
        lambda f: f["gold"]["decisions"].append(f["gold"]["decisions"][0]),
        "gold.json",
        "is there twice",
    ),
    "owner": (
        lambda f: f["gold"]["actions"][0].update(owner="某某"),
        "gold.json",
        "某某 is neither a participant nor",
    ),
    "past": (lambda f: f["gold"]["actions"][0].update(due="2020-01-01"), "gold.json", "before the meeting"),
    "no words": (
        lambda f: f["gold"]["actions"][0].update(due="2026-12-31", due_phrase=None),
        "gold.json",
        "without the words",
    ),
    "no digit": (lambda f: f["gold"]["kpis"][0].update(value="很多"), "gold.json", "has no digit"),
    "row missing": (lambda f: f["gold"]["carry_over"].pop(), "gold.json", "has no row in carry_over"),
    "row too many": (lambda f: f["case"]["open_actions"].pop(), "gold.json", "is no open item"),
    "unmentioned": (
        lambda f: f["gold"]["carry_over"][0].update(status="not_mentioned", evidence=[1]),
        "gold.json",
        "is not_mentioned with evidence [1]",
    ),
    "date of none": (
        lambda f: f["gold"]["carry_over"][0].update(status="done", new_due="2027-01-01"),
        "gold.json",
        "has a new date and is done",
    ),
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_fault_is_found_and_named_with_its_file(tmp_path: Path, spoil: str) -> None:
    change, file, text = SPOILT[spoil]
    spoilt(tmp_path, change)
    found = told(tmp_path)
    assert [f for f, t in found if text in t] == [file], found


def test_every_fault_is_told_not_only_the_first(tmp_path: Path) -> None:
    def spoil(files: Files) -> None:
        files["case"].update(id="x")
        files["gold"]["actions"][0].update(owner="某某", evidence=[])

    assert len(told(spoilt(tmp_path, spoil))) == 3


def test_a_second_reading_is_checked_like_the_first(tmp_path: Path) -> None:
    place = spoilt(tmp_path, lambda f: f["gold"]["actions"][0].update(owner="某某"))
    shutil.copy(place / "gold.json", place / "second.json")
    shutil.copy(CASES / NAME / "gold.json", place / "gold.json")
    assert [file for file, _ in told(tmp_path)] == ["second.json"]


def test_a_missing_file_and_a_folder_without_cases_are_faults(tmp_path: Path) -> None:
    place = spoilt(tmp_path, lambda f: None)
    (place / "gold.json").unlink()
    assert told(place) == [("gold.json", "The file is missing.")]
    (tmp_path / "empty").mkdir()
    assert told(tmp_path / "empty") == [("", "The folder holds no case.")]


def test_words_of_a_deadline_that_nobody_says_are_a_doubt_not_a_fault(tmp_path: Path) -> None:
    place = spoilt(
        tmp_path, lambda f: f["gold"]["actions"][0].update(due_phrase="明年五月", due="2030-01-01")
    )
    doubts = {fault.text for fault in check_cases(place) if not fault.certain}
    assert any("is not said near its evidence" in text for text in doubts)
    assert any("“明年五月” reads as" in text and "not 2030-01-01" in text for text in doubts)
    assert told(place) == []

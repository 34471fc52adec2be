import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from eval.cases import CASES, Case, load_case, load_cases
from eval.gold_minutes import minutes_of_gold
from eval.score import LOWER_IS_BETTER, MATCHED, score, total
from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.minutes import KINDS, Section
from pipeline.run import summarize_transcript

ALL = tuple(load_cases())
every_case = pytest.mark.parametrize("case", ALL, ids=lambda case: case.id)


def test_both_languages_are_there() -> None:
    assert {case.transcript.language for case in ALL} == {"zh", "en"}


@every_case
def test_a_case_is_what_its_folder_says(case: Case) -> None:
    assert (case.meeting.id, case.meeting.language) == (case.id, case.transcript.language)
    assert case.id.startswith(case.transcript.language)
    assert case.meeting.held_on is not None
    assert all(u.text.strip() for u in case.transcript.utterances)


@every_case
def test_the_sections_cover_every_utterance_and_change_their_label(case: Case) -> None:
    sections = case.gold.sections
    assert len(case.gold.kinds) == len(case.transcript.utterances)
    assert all(a.last + 1 == b.first and a.kind != b.kind for a, b in pairwise(sections))


@every_case
def test_every_item_is_proved_by_utterances_that_exist(case: Case) -> None:
    gold, last = case.gold, len(case.transcript.utterances) - 1
    rows = [*gold.decisions, *gold.actions, *gold.kpis, *gold.issues, *gold.feedback]
    rows += [row for row in gold.carry_over if row.status != "not_mentioned"]
    assert [r for r in rows if not r.evidence or min(r.evidence) < 0 or max(r.evidence) > last] == []


@every_case
def test_owners_are_participants_departments_or_names_that_are_said(case: Case) -> None:
    known = {n for p in case.meeting.participants for n in (p.name, p.department)}
    heard = " ".join(f"{u.speaker} {u.text}" for u in case.transcript.utterances)
    owners = {a.owner for a in case.gold.actions if a.owner}
    strange = owners - known
    assert not (strange and case.meeting.participants), strange
    assert [o for o in strange if o not in heard] == []


@every_case
def test_no_deadline_lies_before_the_meeting(case: Case) -> None:
    held = case.meeting.held_on
    assert held is not None
    dues = [a.due for a in case.gold.actions] + [c.new_due for c in case.gold.carry_over]
    assert [due for due in dues if due is not None and due < held] == []
    assert [a.task for a in case.gold.actions if a.due and not a.due_phrase] == []


@every_case
def test_every_open_item_has_one_row_and_a_redated_one_its_date(case: Case) -> None:
    rows = case.gold.carry_over
    assert sorted(r.id for r in rows) == sorted(o.id for o in case.meeting.open_actions)
    assert [r.id for r in rows if r.new_due is not None and r.status != "redated"] == []


@every_case
def test_the_gold_fed_back_is_perfect_in_every_field(case: Case) -> None:
    scores = score(minutes_of_gold(case), case)
    assert [f for f, m in scores.items.items() if not m.hits == m.predicted == m.expected] == []
    perfect = {n: r.total * (n not in LOWER_IS_BETTER) for n, r in scores.rates.items()}
    assert {n: r.hits for n, r in scores.rates.items()} == perfect
    assert scores.rates["owner"].total == len(case.gold.actions)


def test_empty_minutes_find_nothing() -> None:
    nothing: dict[str, object] = dict.fromkeys(
        ("actions", "decisions", "kpis", "issues", "feedback", "carry_over"), ()
    )
    nothing["sections"] = tuple(Section(kind=kind, status="not_mentioned") for kind in KINDS)
    empty = total(score(minutes_of_gold(c).model_copy(update=nothing), c) for c in ALL)
    assert {name: m.recall for name, m in empty.items.items()} == dict.fromkeys(MATCHED, 0.0)
    assert {name: m.precision for name, m in empty.items.items()} == dict.fromkeys(MATCHED, None)
    assert (empty.rates["carry_over"].rate, empty.rates["coverage"].rate) == (0.0, 0.0)
    assert set(empty.rates) == {"carry_over", "carry_over_status", "coverage", "labels", "pk", "window_diff"}


@every_case
def test_every_owner_replaced_by_another_is_wrong(case: Case) -> None:
    gold = minutes_of_gold(case)
    names = [p.name for p in case.meeting.participants] or ["A", "B"]

    def another(owner: str | None) -> str:
        return next(name for name in names if name != owner)

    given = tuple(a.model_copy(update={"owner": another(a.owner)}) for a in gold.actions)
    assert score(gold.model_copy(update={"actions": given}), case).rates["owner"].hits == 0


def test_what_does_not_apply_is_absent(tmp_path: Path) -> None:
    case = load_case(written(tmp_path))
    scores = score(minutes_of_gold(case), case)
    assert set(scores.rates) == {"labels", "pk", "window_diff"}


# Cases of one's own


def written(folder: Path, **changed: Any) -> Path:
    """A small case on disk; ``name=value`` replaces that file's content, None leaves the file out."""
    files: dict[str, Any] = {
        "case": {"id": "mine", "language": "en", "held_on": "2026-03-02", "mood": "good"},
        "transcript": {"language": "en", "utterances": [{"id": 0, "text": "Hi."}, {"id": 1, "text": "Bye."}]},
        "gold": {"sections": [{"kind": "purpose", "first": 0, "last": 1}], "notes": "none"},
    } | changed
    case = folder / "mine"
    case.mkdir()
    for name, content in files.items():
        if content is not None:
            (case / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return case


def test_keys_of_ones_own_say_nothing(tmp_path: Path) -> None:
    case = load_case(written(tmp_path))
    assert (case.id, case.gold.kinds) == ("mine", ("purpose", "purpose"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"gold": None}, "gold.json is missing"),
        ({"transcript": {"language": "en"}}, "transcript.json: utterances"),
        ({"transcript": {"language": "en", "utterances": [{"id": 4, "text": "Hi."}]}}, "without gaps"),
        ({"case": {"language": "de"}}, "case.json: language"),
        ({"gold": {"sections": [{"kind": "chat", "first": 0, "last": 1}]}}, "gold.json: sections"),
        (
            {"gold": {"sections": [{"kind": "data", "first": 0, "last": 0}]}},
            "gold.json: the sections must cover",
        ),
        ({"gold": {"sections": []}}, "all 2 utterances"),
    ],
)
def test_what_is_wrong_with_a_case_is_said_with_its_file(
    tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        load_case(written(tmp_path, **changed))


def test_a_folder_without_cases_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no case"):
        list(load_cases(tmp_path))


def test_named_cases_come_in_the_order_they_are_named() -> None:
    ids = (ALL[3].id, ALL[0].id)
    assert tuple(c.id for c in load_cases(CASES, ids)) == ids


def test_a_case_without_any_item_can_be_scored(tmp_path: Path) -> None:
    from pipeline.scribes.rules import RulesScribe

    case = load_case(written(tmp_path))
    scores = score(summarize_transcript(case.transcript, Meeting(), RulesScribe()), case)
    assert scores.items["actions"].recall is None
    assert scores.rates["labels"].total == 2

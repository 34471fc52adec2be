"""Edits go over the wire as they are: JSON in, the same JSON out, and nothing without a bound."""

import json
from typing import Any, cast

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.minutes import Minutes
from pipeline.review import Edit, Entry, Proposal, Review, fold, propose
from pipeline.transcript import Transcript
from tests.review.meetings import entries, entry

EDITS: TypeAdapter[Edit] = TypeAdapter(Edit)

BODIES = (
    {"kind": "change", "item": "a1", "field": "due.on", "before": None, "after": "2026-03-06"},
    {
        "kind": "change",
        "item": "a1",
        "field": "due",
        "before": {},
        "after": {"phrase": "周五", "on": "2026-03-06"},
    },
    {"kind": "change", "item": "a1", "field": "co_owners", "before": [], "after": ["何敏", "杜磊"]},
    {"kind": "change", "item": "a1", "field": "evidence", "before": [], "after": [{"utterance": 3}]},
    {"kind": "change", "item": "section:data", "field": "points", "before": [], "after": [{"text": "x"}]},
    {"kind": "change", "item": "meeting", "field": "cadence_days", "before": None, "after": 7},
    {"kind": "change", "item": "meeting", "field": "participants", "before": [], "after": [{"name": "x"}]},
    {
        "kind": "change",
        "item": "meeting",
        "field": "agenda",
        "before": [],
        "after": [{"topic": "x", "minutes": 2.5}],
    },
    {"kind": "mark", "item": "a1", "state": "rejected", "reason": "没有说过"},
    {
        "kind": "add",
        "content": {"list": "decisions", "text": "x"},
        "evidence": [{"utterance": 3, "quote": "x"}],
    },
    {"kind": "merge", "item": "a1", "others": ["a2"]},
    {"kind": "split", "item": "a1", "texts": ["x", "y"]},
    {"kind": "correct", "utterance": 3, "before": "x", "after": "y"},
    {"kind": "reassign", "utterance": 3, "before": None, "after": "何敏"},
    {"kind": "rename", "before": "S2", "after": "杜磊"},
    {"kind": "decline", "edit": {"kind": "mark", "item": "a1", "state": "rejected", "proposed": True}},
    {"kind": "undo", "number": 3},
)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: f"{body['kind']} {body.get('field', '')}")
def test_an_edit_is_read_and_written_as_it_is(body: dict[str, Any]) -> None:
    edit = EDITS.validate_json(json.dumps(body))
    again = EDITS.validate_python(json.loads(EDITS.dump_json(edit)))
    assert again == edit
    written = json.loads(EDITS.dump_json(edit, exclude_unset=True))
    assert written == body
    on_record = entry(1, edit)
    assert Entry.model_validate_json(on_record.model_dump_json()) == on_record


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "delete", "item": "a1"},
        {"kind": "change", "item": "a1", "field": "task"},
        {"kind": "change", "item": "a1", "field": "task", "before": None, "after": True},
        {"kind": "change", "item": "a1", "field": "task", "before": None, "after": {"deep": [1]}},
        {"kind": "change", "item": "a1", "field": "task", "before": None, "after": "x" * 100_001},
        {"kind": "change", "item": "", "field": "task", "before": None, "after": "x"},
        {"kind": "mark", "item": "a1", "state": "accepted", "reason": "x"},
        {"kind": "mark", "item": "a1", "state": "wrong"},
        {"kind": "add", "content": {"list": "carry_over", "text": "x"}, "evidence": [{"utterance": 3}]},
        {"kind": "add", "content": {"list": "decisions", "text": "x\u0000"}, "evidence": [{"utterance": 3}]},
        {"kind": "add", "content": {"list": "decisions", "text": "x" * 4001}, "evidence": [{"utterance": 3}]},
        {"kind": "add", "content": {"list": "decisions", "text": "x"}, "evidence": [{"utterance": -1}]},
        {"kind": "merge", "item": "a1", "others": []},
        {"kind": "split", "item": "a1", "texts": ["x"]},
        {"kind": "undo", "number": 0},
        {"kind": "decline", "edit": {"kind": "undo", "number": 1}},
        {"kind": "undo", "number": 1, "extra": 1},
    ],
)
def test_what_is_no_edit_is_refused_at_the_door(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EDITS.validate_json(json.dumps(body))


def test_an_entry_knows_its_time_zone() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Entry.model_validate(
            {"number": 1, "by": "x", "at": "2026-03-02T10:00:00", "made_against": 0, "edit": BODIES[-1]}
        )


def test_every_string_and_list_of_the_schema_has_a_bound() -> None:
    schema = EDITS.json_schema()
    assert schema["discriminator"]["propertyName"] == "kind"
    assert list(_unbounded(schema)) == []


def test_reviews_and_proposals_are_read_back(either: tuple[Minutes, Transcript]) -> None:
    draft, transcript = either
    fresh = draft.model_copy(update={"actions": draft.actions[1:]})
    edits = [EDITS.validate_python(body) for body in BODIES if body["kind"] in ("mark", "split", "rename")][
        ::-1
    ]
    review = fold(draft, transcript, entries(*edits[:2]))
    assert Review.model_validate_json(review.model_dump_json()) == review
    for proposal in propose(draft, fresh, fold(draft, transcript, [])):
        assert Proposal.model_validate_json(proposal.model_dump_json()) == proposal


def _unbounded(node: object, path: str = "") -> list[str]:
    """Where strings and arrays are that may grow without end."""
    if isinstance(node, list):
        return [p for n, part in enumerate(cast(list[object], node)) for p in _unbounded(part, f"{path}/{n}")]
    if not isinstance(node, dict):
        return []
    fields = cast(dict[str, object], node)
    free = fields.get("type") == "string" and not fields.keys() & {"maxLength", "enum", "const", "format"}
    endless = fields.get("type") == "array" and "maxItems" not in fields
    here = [path] if free or endless else []
    return here + [p for key, part in fields.items() for p in _unbounded(part, f"{path}/{key}")]

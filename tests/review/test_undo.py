"""Undo, undo of an undo, and undos that have to wait."""
# ruff: noqa: E501 - cases as one line each read as the tables they are

import pytest

from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.review import (
    Add,
    Change,
    Conflict,
    Correct,
    Decline,
    Edit,
    Mark,
    Merge,
    Proof,
    Reassign,
    Rename,
    Split,
    Undo,
    conflict,
    fold,
)
from pipeline.review.content import DecisionContent
from pipeline.transcript import Transcript
from tests.review.meetings import entries

Draft = tuple[Minutes, Transcript]

TASK = Change(item="a1", field="task", before="", after="x")
AGAIN = Change(item="a1", field="task", before="x", after="y")
OWNER = Change(item="a1", field="owner", before=None, after="Tom")
NEW = Add(content=DecisionContent(text="x"), evidence=(Proof(utterance=9),))


def against(draft: Draft, *edits: Edit, number: int) -> Conflict | None:
    return conflict(*draft, entries(*edits), Undo(number=number), len(edits))


def test_undoing_an_undo_brings_the_edit_back(either: Draft) -> None:
    done = fold(*either, entries(TASK))
    undone = fold(*either, entries(TASK, Undo(number=1)))
    redone = fold(*either, entries(TASK, Undo(number=1), Undo(number=2)))
    undone_again = fold(*either, entries(TASK, Undo(number=1), Undo(number=2), Undo(number=3)))
    assert undone.minutes == undone_again.minutes == either[0]
    assert done.minutes == redone.minutes != either[0]
    assert [r.undone for r in (done, undone, redone, undone_again)] == [(), (1,), (2,), (1, 3)]
    assert redone.standing("a1").edited
    assert not undone.standing("a1").edited


def test_only_what_holds_is_undone(en: Draft) -> None:
    for edits, says in (
        ((TASK, Undo(number=1), Undo(number=1)), "Edit 1 was undone already"),
        ((Undo(number=1),), "no edit 1 to undo"),
        ((TASK, Undo(number=3)), "no edit 3 to undo"),
    ):
        with pytest.raises(InputError, match=says):
            fold(*en, entries(*edits))
        with pytest.raises(InputError, match=says):
            conflict(*en, entries(*edits[:-1]), edits[-1], len(edits) - 1)


def test_numbers_rise(en: Draft) -> None:
    one, two = entries(TASK, OWNER)
    with pytest.raises(InputError, match="rise"):
        fold(*en, [two, one])
    assert fold(*en, [one, two.model_copy(update={"number": 7})]).revision == 7


@pytest.mark.parametrize(
    ("edits", "number", "by"),
    [
        ((TASK, AGAIN), 1, 2),
        ((TASK, Change(item="a1", field="due", before=None, after=None), AGAIN, OWNER), 1, 3),
        ((Change(item="a1", field="due", before=None, after=None), Change(item="a1", field="due.on", before=None, after=None)), 1, 2),
        ((NEW, Change(item="h1", field="text", before="x", after="y")), 1, 2),
        ((NEW, Mark(item="h1", state="rejected")), 1, 2),
        ((NEW, Merge(item="d1", others=("h1",))), 1, 2),
        ((TASK, Merge(item="a2", others=("a1",))), 1, 2),
        ((Merge(item="a1", others=("a2",)), OWNER), 1, 2),
        ((Split(item="a1", texts=("x", "y")), Mark(item="h1-2", state="accepted")), 1, 2),
        ((Mark(item="a1", state="rejected"), Mark(item="a1", state="unreviewed"), Merge(item="a1", others=("a2",))), 2, 3),
        ((Correct(utterance=1, before="", after="x"), Correct(utterance=1, before="x", after="y")), 1, 2),
        ((Rename(before="S2", after="Tom"), Rename(before="Tom", after="Tom Stone")), 1, 2),
        ((Rename(before="S2", after="Tom"), Reassign(utterance=1, before="Tom", after="Ann")), 1, 2),
        ((TASK, Undo(number=1), AGAIN), 2, 3),
        ((TASK, Undo(number=1), Undo(number=2), AGAIN), 1, 4),
        ((TASK, AGAIN, Undo(number=2), Undo(number=1), Undo(number=3)), 4, 2),
    ],
)  # fmt: skip
def test_an_undo_waits_for_what_builds_on_it(
    en: Draft, edits: tuple[Edit, ...], number: int, by: int
) -> None:
    found = against(en, *edits, number=number)
    assert found is not None
    assert (found.what, found.number, found.by) == ("built_on", by, "何敏")


@pytest.mark.parametrize(
    ("edits", "number"),
    [
        ((TASK, OWNER), 1),
        ((TASK, Mark(item="a1", state="accepted")), 1),
        ((TASK, AGAIN, Undo(number=2)), 1),
        ((TASK, Undo(number=1)), 2),
        ((NEW, Change(item="h1", field="text", before="x", after="y"), Undo(number=2)), 1),
        ((NEW, Mark(item="d1", state="rejected")), 1),
        ((Merge(item="a1", others=("a2",)), Mark(item="a3", state="rejected")), 1),
        ((Split(item="a1", texts=("x", "y")), NEW), 1),
        (
            (
                Reassign(utterance=1, before="S2", after="Tom"),
                Reassign(utterance=2, before="S2", after="Tom"),
            ),
            1,
        ),
        ((Rename(before="S2", after="Tom"), Rename(before="Mara Quinn", after="Mara")), 1),
        ((Decline(edit=TASK), TASK), 1),
        ((Correct(utterance=1, before="", after="x"), Reassign(utterance=1, before="S2", after=None)), 1),
    ],
)
def test_an_undo_waits_for_nothing_else(en: Draft, edits: tuple[Edit, ...], number: int) -> None:
    assert against(en, *edits, number=number) is None
    fold(*en, entries(*edits, Undo(number=number)))


def test_a_split_undone_is_the_item_as_it_was(either: Draft) -> None:
    edits = (Mark(item="a1", state="accepted"), Split(item="a1", texts=("x", "y")), Undo(number=2))
    review = fold(*either, entries(*edits))
    assert review.minutes == either[0]
    assert review.standing("a1").state == "accepted"
    assert review.gone == review.made == ()

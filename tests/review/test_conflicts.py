"""Two people at once: who runs against whom."""
# ruff: noqa: E501 - cases as one line each read as the tables they are

import pytest

from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.review import (
    Add,
    Change,
    Conflict,
    Correct,
    Deadline,
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
)
from pipeline.review.content import DecisionContent
from pipeline.transcript import Transcript
from tests.review.meetings import BEGUN, entries

Draft = tuple[Minutes, Transcript]

LINE = "Conversion was 3.1 percent last week, down 0.4 points."


def change(field: str, before: str | None, after: str | None, item: str = "a2") -> Change:
    return Change(item=item, field=field, before=before, after=after)


TASK = change("task", "Send the shift plan", "Send the plan")
DAY = Change(item="a1", field="due.on", before="2026-03-06", after="2026-03-09")
DUE = Change(
    item="a1",
    field="due",
    before=Deadline.model_validate(
        {"phrase": "by Friday", "on": "2026-03-06", "reason": "“by Friday” is the first Friday"}
    ),
    after=Deadline(phrase="by Monday"),
)
PHRASE = change("due.phrase", "by Friday", "by Monday", "a1")
NEW = Add(content=DecisionContent(text="x"), evidence=(Proof(utterance=9),))


def against(draft: Draft, edit: Edit, *others: Edit, seen: int = 0) -> Conflict | None:
    return conflict(*draft, entries(*others, by="Joel Baker"), edit, seen)


def test_both_values_who_and_when(en: Draft) -> None:
    found = against(en, change("owner", "Mara Quinn", "Joel Baker"), change("owner", "Mara Quinn", "Tom"))
    assert found == Conflict(
        what="changed",
        thing="a2",
        field="owner",
        now="Tom",
        wanted="Joel Baker",
        number=1,
        by="Joel Baker",
        at=BEGUN.replace(minute=1),
    )


def test_who_has_seen_it_runs_against_nobody(en: Draft) -> None:
    assert against(en, change("owner", "Tom", "Joel"), change("owner", "Mara Quinn", "Tom"), seen=1) is None


@pytest.mark.parametrize(
    ("edit", "others", "what", "field", "now"),
    [
        (DAY, (DUE,), "changed", "due.on", None),
        (DUE, (DAY,), "changed", "due", {"phrase": "by Friday", "on": "2026-03-09", "reason": None}),
        (Mark(item="a1", state="accepted"), (Mark(item="a1", state="rejected"),), "changed", "mark", "rejected"),
        (TASK, (Merge(item="a1", others=("a2",)),), "gone", "task", None),
        (TASK, (Split(item="a2", texts=("x", "y")),), "gone", "task", None),
        (Mark(item="a2", state="accepted"), (Split(item="a2", texts=("x", "y")),), "gone", "mark", None),
        (Merge(item="a1", others=("a2",)), (Mark(item="a2", state="rejected"),), "changed", None, "rejected"),
        (Merge(item="a1", others=("a2",)), (Mark(item="a1", state="rejected"),), "changed", "mark", "rejected"),
        (Merge(item="a3", others=("a2",)), (Merge(item="a1", others=("a2",)),), "gone", None, None),
        (Merge(item="a2", others=("a3",)), (Merge(item="a1", others=("a2",)),), "gone", "mark", None),
        (Split(item="a2", texts=("x", "y")), (Split(item="a2", texts=("x", "z")),), "gone", None, None),
        (change("owner", None, "Ann", "a1"), (Merge(item="a1", others=("a2",)),), "changed", "owner", "Mara Quinn"),
        (Correct(utterance=1, before=LINE, after="x"), (Correct(utterance=1, before=LINE, after="y"),), "changed", "text", "y"),
        (Reassign(utterance=1, before="S2", after="Ann"), (Rename(before="S2", after="Tom"),), "changed", "speaker", "Tom"),
        (Rename(before="S2", after="Ann"), (Rename(before="S2", after="Tom"),), "changed", None, "Tom"),
    ],
)  # fmt: skip
def test_what_runs_against_each_other(
    en: Draft, edit: Edit, others: tuple[Edit, ...], what: str, field: str | None, now: object
) -> None:
    found = against(en, edit, *others)
    assert found is not None
    assert (found.what, found.field, found.now) == (what, field, now)


@pytest.mark.parametrize(
    ("edit", "others"),
    [
        (TASK, (change("owner", "Mara Quinn", "Tom"),)),
        (TASK, (change("task", "Finish the tracking", "x", "a1"),)),
        (TASK, (TASK,)),
        (TASK, (TASK, Undo(number=1))),
        (TASK, (Mark(item="a2", state="accepted"), NEW)),
        (PHRASE, (DAY,)),
        # The department followed from the owner: nobody wrote it.
        (change("department", "Operations", "Sales"), (change("owner", "Mara Quinn", "Joel Baker"),)),
        (Mark(item="a1", state="accepted"), (Mark(item="a1", state="accepted"), DAY)),
        (Merge(item="a1", others=("a2",)), (DAY, Mark(item="a1", state="accepted"))),
        (Merge(item="a1", others=("a2",)), (Mark(item="a2", state="accepted"),)),
        (NEW, (NEW, Split(item="a2", texts=("x", "y")))),
        (Decline(edit=TASK), (TASK,)),
        (Rename(before="S2", after="Tom"), (Rename(before="S2", after="Tom"),)),
        (Rename(before="S2", after="Tom"), (Reassign(utterance=1, before="S2", after="Ann"),)),
        (Reassign(utterance=1, before="S2", after="Ann"), (Correct(utterance=1, before=LINE, after="y"),)),
    ],
)  # fmt: skip
def test_what_does_not(en: Draft, edit: Edit, others: tuple[Edit, ...]) -> None:
    assert against(en, edit, *others) is None


def test_an_undo_that_somebody_has_not_seen_counts_as_a_change(en: Draft) -> None:
    was, undo = change("owner", "Mara Quinn", "Tom"), Undo(number=1)
    found = against(en, change("owner", "Tom", "Ann"), was, undo, seen=1)
    assert found is not None
    assert (found.now, found.number) == ("Mara Quinn", 2)
    assert against(en, change("owner", "Tom", "Ann"), was, undo, Undo(number=2), seen=1) is None
    gone = against(en, change("text", "x", "y", "h1"), NEW, undo, seen=1)
    assert gone is not None
    assert (gone.what, gone.number) == ("gone", 2)


@pytest.mark.parametrize(
    ("edit", "seen", "says"),
    [
        (TASK, 3, "the last one is 1"),
        (change("task", "another", "x"), 0, "did not read"),
        (change("task", "x", "y", "a9"), 0, "nothing called “a9”"),
        (change("task", "Send the shift plan", ""), 0, "at least 1 character"),
        (Correct(utterance=1, before="another", after="x"), 0, "did not read"),
        (Correct(utterance=99, before="another", after="x"), 0, "no line #99"),
        (Rename(before="S9", after="x"), 0, "Nobody"),
        (Mark(item="section:data", state="accepted"), 0, "section:data"),
        (Merge(item="a1", others=("meeting",)), 0, "meeting"),
    ],
)
def test_an_edit_of_what_was_never_there_is_refused(en: Draft, edit: Edit, seen: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        against(en, edit, NEW, seen=seen)

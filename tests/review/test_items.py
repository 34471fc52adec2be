"""Items are marked, added, merged and split."""

import pytest

from pipeline.errors import InputError
from pipeline.minutes import Due, Evidence, Minutes
from pipeline.review import Add, Change, Edit, Mark, Merge, Proof, Review, Split, fold
from pipeline.review.content import ActionContent, DecisionContent, ReportContent
from pipeline.transcript import Transcript
from tests.review.meetings import BEGUN, entries, quotes

Draft = tuple[Minutes, Transcript]


def add(*utterances: int, task: str = "x") -> Add:
    proofs = tuple(Proof(utterance=n) for n in utterances)
    return Add(content=ActionContent(task=task), evidence=proofs)


def reviewed(draft: Draft, *edits: Edit) -> Review:
    return fold(*draft, entries(*edits))


def ids(review: Review, field: str = "actions") -> list[str]:
    return [item.id for item in getattr(review.minutes, field)]


def test_marks_say_who_when_and_why(zh: Draft) -> None:
    review = reviewed(
        zh, Mark(item="d1", state="accepted"), Mark(item="k2", state="rejected", reason="不是我们的数字")
    )
    accepted, rejected = review.standing("d1"), review.standing("k2")
    assert (accepted.state, accepted.by, accepted.edited) == ("accepted", "何敏", False)
    assert (rejected.state, rejected.reason) == ("rejected", "不是我们的数字")
    assert rejected.at is not None
    assert rejected.at > BEGUN
    back = reviewed(zh, Mark(item="k2", state="rejected"), Mark(item="k2", state="unreviewed"))
    assert back.standing("k2").state == "unreviewed"


def test_rejected_items_stay_in_the_review_and_leave_the_final_minutes(either: Draft) -> None:
    review = reviewed(either, Mark(item="a3", state="rejected"), Mark(item="k2", state="rejected"))
    assert review.minutes == either[0]
    final = review.final()
    assert [a.id for a in final.actions] == ["a1", "a2"]
    assert [k.id for k in final.kpis] == ["k1"]
    # The check on a1 is about the item of last time with the same id.
    assert [check.about for check in final.checks] == ["a1"]
    assert final.decisions == either[0].decisions


def test_what_was_open_last_time_is_not_rejected(en: Draft) -> None:
    with pytest.raises(InputError, match="change its status"):
        reviewed(en, Mark(item="carry_over:a1", state="rejected"))
    review = reviewed(en, Mark(item="carry_over:a1", state="accepted"))
    assert review.standing("carry_over:a1").state == "accepted"
    assert review.standing("a1").state == "unreviewed"


def test_a_section_is_not_marked(en: Draft) -> None:
    with pytest.raises(InputError, match="section:data"):
        reviewed(en, Mark(item="section:data", state="accepted"))


def test_an_added_item_stands_where_it_was_said_and_is_accepted(either: Draft) -> None:
    transcript = either[1]
    review = reviewed(either, Mark(item="d1", state="accepted"), add(9, 4, task="  x "))
    assert ids(review) == ["h2", "a1", "a2", "a3"]
    item = review.minutes.actions[0]
    assert (item.task, item.owner, item.due, item.support) == ("x", None, Due(), None)
    assert item.evidence == quotes(transcript, 9, 4)
    assert (review.standing("h2").state, review.standing("h2").by) == ("accepted", "何敏")


def test_ids_of_people_s_items_are_not_those_of_the_draft(en: Draft) -> None:
    minutes, transcript = en
    again = minutes.model_copy(
        update={
            "actions": tuple(a.model_copy(update={"id": f"h{n}"}) for n, a in enumerate(minutes.actions, 1))
        }
    )
    review = fold(again, transcript, entries(add(9)))
    assert ids(review) == ["h1", "h2", "h3", "hh1"]


def test_an_item_needs_a_line_that_proves_it(en: Draft) -> None:
    with pytest.raises(ValueError, match="at least 1 item"):
        add()
    with pytest.raises(InputError, match="no line #10"):
        reviewed(en, add(10))


def test_merging_unites_the_evidence_and_fills_in_what_is_missing(either: Draft) -> None:
    minutes, transcript = either
    review = reviewed(either, Merge(item="a1", others=("a3", "a2")))
    (action,) = review.minutes.actions
    kept, taken = minutes.actions[0], minutes.actions[1]
    assert (action.id, action.task, action.due) == ("a1", kept.task, kept.due)
    assert (action.owner, action.owner_reason, action.department) == (
        taken.owner,
        taken.owner_reason,
        taken.department,
    )
    assert action.co_owners == taken.co_owners
    assert action.evidence == quotes(transcript, 5, 6)
    assert [(gone.was.id, gone.into) for gone in review.gone] == [("a3", ("a1",)), ("a2", ("a1",))]
    assert {standing.item for standing in review.standings}.isdisjoint({"a2", "a3"})
    assert "a3" not in [check.about for check in review.minutes.checks]


def test_a_day_is_taken_with_its_phrase_or_not_at_all(either: Draft) -> None:
    review = reviewed(either, Merge(item="a3", others=("a1",)))
    assert review.minutes.actions[-1].due == either[0].actions[2].due


def test_reports_are_merged_line_by_line(en: Draft) -> None:
    content = ReportContent(
        department="Sales", done=("Returns page finished", "Training held"), next=("Hire",)
    )
    review = reviewed(
        en, Add(content=content, evidence=(Proof(utterance=9),)), Merge(item="r1", others=("h1",))
    )
    (report,) = review.minutes.reports
    assert report.department == "Product"
    assert report.done == ("Returns page finished", "Training held")
    assert (report.problems, report.next) == (("Tracking is missing",), ("Hire",))


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ((Merge(item="a1", others=("a1",)),), "with itself"),
        ((Merge(item="a1", others=("a2", "a2")),), "twice"),
        ((Merge(item="a1", others=("d1",)),), "actions and decisions"),
        ((Merge(item="carry_over:a1", others=("a1",)),), "item of last time"),
        ((Merge(item="meeting", others=("a1",)),), "no item"),
        ((Mark(item="a1", state="rejected"), Merge(item="a1", others=("a2",))), "was rejected"),
        ((Mark(item="a2", state="rejected"), Merge(item="a1", others=("a2",))), "was rejected"),
        ((Mark(item="a2", state="rejected"), Split(item="a2", texts=("x", "y"))), "was rejected"),
        ((Merge(item="a1", others=("a2",)), Mark(item="a2", state="accepted")), "it became a1 in edit 1"),
        ((Split(item="a2", texts=("x", "y")), Merge(item="a1", others=("a2",))), "it became h1-1, h1-2"),
        ((Split(item="r1", texts=("x", "y")),), "cannot be split"),
    ],
)
def test_what_cannot_be_merged_or_split_is_refused(en: Draft, edits: tuple[Edit, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        reviewed(en, *edits)


def test_splitting_gives_every_part_all_but_the_text(either: Draft) -> None:
    review = reviewed(
        either,
        Change(item="a1", field="owner", before=None, after="Tom"),
        Mark(item="a1", state="accepted"),
        Split(item="a1", texts=("x", "y")),
    )
    assert ids(review) == ["h3-1", "h3-2", "a2", "a3"]
    one, two, *_ = review.minutes.actions
    assert (one.task, two.task) == ("x", "y")
    assert one.model_copy(update={"id": two.id, "task": two.task}) == two
    assert (one.owner, one.evidence, one.due) == (
        "Tom",
        either[0].actions[0].evidence,
        either[0].actions[0].due,
    )
    assert review.standing("h3-2").state == "accepted"
    assert review.standing("h3-2").edited


def test_parts_of_a_split_item_keep_what_people_wrote_in_it(en: Draft) -> None:
    department = Change(item="a2", field="department", before="Operations", after="Sales")
    split = Split(item="a2", texts=("x", "y"))
    owner = Change(item="h2-1", field="owner", before="Mara Quinn", after="Joel Baker")
    parts = reviewed(en, department, split, owner).minutes.actions[1:3]
    assert [part.department for part in parts] == ["Sales", "Sales"]


def test_a_new_decision_quotes_the_words_that_were_chosen(zh: Draft) -> None:
    proof = Proof(utterance=4, quote="不做直降")
    review = reviewed(zh, Add(content=DecisionContent(text="不降价", made_by="何敏"), evidence=(proof,)))
    added = review.minutes.decisions[-1]
    assert added.evidence == (Evidence(utterance=4, quote="不做直降", start=40, end=48),)
    assert added.made_by == "何敏"

"""What a new run of the stages says is offered beside what people made of the draft."""

from datetime import date
from typing import Any

import pytest

from pipeline.meeting import Meeting
from pipeline.minutes import Action, Due, Minutes, Point
from pipeline.review import (
    Add,
    Change,
    Correct,
    Deadline,
    Decline,
    Edit,
    Entry,
    Mark,
    Merge,
    Proof,
    Proposal,
    Rename,
    Review,
    Split,
    fold,
    propose,
)
from pipeline.review.alignment import align
from pipeline.review.content import ActionContent, DecisionContent
from pipeline.run import summarize_transcript
from pipeline.samples import sample_folder
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Transcript
from tests.review.meetings import entries, entry, quotes

Draft = tuple[Minutes, Transcript]


def with_action(minutes: Minutes, ref: str, **values: Any) -> Minutes:
    """The minutes of a run that sees one action otherwise."""
    actions = tuple(a.model_copy(update=values) if a.id == ref else a for a in minutes.actions)
    return minutes.model_copy(update={"actions": actions})


def without(minutes: Minutes, *refs: str) -> Minutes:
    return minutes.model_copy(update={"actions": tuple(a for a in minutes.actions if a.id not in refs)})


def offered(draft: Draft, fresh: Minutes, *edits: Edit) -> tuple[Proposal, ...]:
    return propose(draft[0], fresh, fold(*draft, entries(*edits)))


def accepted(draft: Draft, edits: list[Entry], proposals: tuple[Proposal, ...]) -> tuple[list[Entry], Review]:
    for proposal in proposals:
        edits = [*edits, entry(len(edits) + 1, proposal.edit)]
    return edits, fold(*draft, edits)


def owner(after: str | None, ref: str = "a2") -> Change:
    return Change(item=ref, field="owner", before=None, after=after)


def test_a_run_that_says_the_same_has_nothing_to_say_against_people(either: Draft) -> None:
    everything = (
        owner("Tom"),
        Mark(item="a1", state="rejected"),
        Mark(item="d1", state="accepted"),
        Merge(item="k1", others=("k2",)),
        Split(item="a3", texts=("x", "y")),
        Add(content=DecisionContent(text="x"), evidence=(Proof(utterance=9),)),
        Change(item="section:data", field="summary", before=None, after="x"),
        Change(item="carry_over:a1", field="status", before="redated", after="done"),
        Change(item="meeting", field="title", before=None, after="x"),
    )
    assert offered(either, either[0], *everything) == ()


def test_a_change_carries_the_edit_both_values_and_the_reason(zh: Draft) -> None:
    due = Due(phrase="周五前", on=date(2026, 3, 13), reason="“周五前”从新的日期算起")
    (proposal,) = offered(zh, with_action(zh[0], "a1", due=due))
    assert proposal.edit == Change(
        item="a1",
        field="due",
        before=Deadline(phrase="周五前", on=date(2026, 3, 6), reason="“周五前”是会议当周的周五"),
        after=Deadline(phrase="周五前", on=date(2026, 3, 13), reason="“周五前”从新的日期算起"),
        proposed=True,
    )
    assert proposal.now == {"phrase": "周五前", "on": "2026-03-06", "reason": "“周五前”是会议当周的周五"}
    assert (proposal.reason, proposal.touched) == ("“周五前”从新的日期算起", False)
    _, review = accepted(zh, [], (proposal,))
    assert review.minutes.actions[0].due == due


def test_what_a_person_wrote_is_offered_another_value_and_said_to_be_theirs(en: Draft) -> None:
    fresh = with_action(en[0], "a2", owner="Joel Baker", owner_reason="Joel said he would")
    (theirs,) = offered(en, fresh, owner("Tom"))
    assert (theirs.now, theirs.proposed, theirs.touched) == ("Tom", "Joel Baker", True)
    assert theirs.reason == "Joel said he would"
    (confirmed,) = offered(en, fresh, Mark(item="a2", state="accepted"))
    assert (confirmed.now, confirmed.touched) == ("Mara Quinn", True)
    (elsewhere,) = offered(en, fresh, owner("Tom", "a1"))
    assert not elsewhere.touched


def test_what_a_person_wrote_already_is_not_offered(en: Draft) -> None:
    fresh = with_action(en[0], "a2", owner="Joel Baker", department="Product")
    assert offered(en, fresh, owner("Joel Baker")) == ()
    day = with_action(en[0], "a3", due=Due(phrase="once legal signs off", on=date(2026, 3, 9), reason="x"))
    by_hand = Change(item="a3", field="due.on", before=None, after="2026-03-09")
    assert offered(en, day, by_hand) == ()


def test_a_department_comes_with_its_owner(en: Draft) -> None:
    fresh = with_action(en[0], "a2", owner="Joel Baker", department="Product")
    assert [p.edit.field for p in offered(en, fresh) if isinstance(p.edit, Change)] == ["owner"]
    assert offered(en, with_action(en[0], "a2", department="Head office"))[0].proposed == "Head office"


def test_why_there_is_no_day_is_worth_offering_why_there_is_one_is_not(en: Draft) -> None:
    minutes = en[0]
    dated, undated = minutes.actions[0].due, minutes.actions[2].due
    other = {"reason": "for another reason"}
    assert offered(en, with_action(minutes, "a1", due=dated.model_copy(update=other))) == ()
    fresh = with_action(minutes, "a3", due=undated.model_copy(update=other))
    assert offered(en, fresh)[0].reason == "for another reason"
    cleared = Change(item="a3", field="due.on", before=None, after=None)
    assert offered(en, fresh, cleared) == ()


def test_ids_may_have_shifted(either: Draft) -> None:
    minutes, transcript = either
    first, *rest = minutes.actions
    new = Action(id="a1", task="海报 poster 上线", evidence=quotes(transcript, 0), support="quoted")
    shifted = (a.model_copy(update={"id": f"a{n}"}) for n, a in enumerate((first, *rest), 2))
    (proposal,) = offered(either, minutes.model_copy(update={"actions": (new, *shifted)}))
    assert proposal.edit == Add(
        content=ActionContent(task=new.task),
        evidence=(Proof(utterance=0, quote=transcript.utterances[0].text),),
        proposed=True,
    )
    _, review = accepted(either, [], (proposal,))
    assert [a.id for a in review.minutes.actions] == ["h1", "a1", "a2", "a3"]
    assert review.minutes.actions[0].evidence == new.evidence


def test_an_item_that_a_run_no_longer_has_is_offered_to_be_rejected(either: Draft) -> None:
    fresh = without(either[0], "a3")
    (proposal,) = offered(either, fresh)
    assert proposal.edit == Mark(item="a3", state="rejected", proposed=True)
    assert (proposal.now, proposal.proposed, proposal.touched) == ("unreviewed", "rejected", False)
    assert offered(either, fresh, Mark(item="a3", state="accepted"))[0].touched
    assert offered(either, fresh, owner("Tom", "a3"))[0].touched
    assert offered(either, fresh, Mark(item="a3", state="rejected")) == ()
    assert [a.id for a in accepted(either, [], (proposal,))[1].final().actions] == ["a1", "a2"]


def test_rejected_items_are_left_alone(en: Draft) -> None:
    fresh = with_action(en[0], "a2", owner="Joel Baker", task="Send the plan")
    assert offered(en, fresh, Mark(item="a2", state="rejected")) == ()


def test_a_declined_proposal_is_not_made_again_with_the_same_value(en: Draft) -> None:
    minutes, transcript = en
    new = Action(id="a9", task="Book the room", evidence=quotes(transcript, 0))
    fresh = with_action(without(minutes, "a3"), "a2", owner="Joel Baker")
    fresh = fresh.model_copy(update={"actions": (*fresh.actions, new)})
    proposals = offered(en, fresh)
    assert [p.edit.kind for p in proposals] == ["change", "mark", "add"]
    declined = tuple(Decline(edit=p.edit) for p in proposals)
    assert offered(en, fresh, *declined) == ()
    # What the person writes afterwards does not bring it back, another value does.
    assert offered(en, fresh, *declined, owner("Ann")) == ()
    (again,) = offered(en, with_action(fresh, "a2", owner="Tom"), *declined)
    assert again.proposed == "Tom"


def test_an_accepted_addition_is_the_stages_own_from_then_on(en: Draft) -> None:
    minutes, transcript = en
    new = Action(
        id="a9",
        task="Book the room",
        due=Due(phrase="by Friday", on=date(2026, 3, 6)),
        evidence=quotes(transcript, 0),
    )
    fresh = minutes.model_copy(update={"actions": (*minutes.actions, new)})
    edits, review = accepted(en, [], propose(minutes, fresh, fold(*en, [])))
    assert propose(minutes, fresh, review) == ()
    later = with_action(fresh, "a9", due=Due(phrase="by Friday", on=date(2026, 3, 13)))
    (moved,) = propose(minutes, later, review)
    assert isinstance(moved.edit, Change)
    assert (moved.edit.item, moved.edit.field, moved.touched) == ("h1", "due", True)
    (lost,) = propose(minutes, minutes, review)
    assert lost.edit == Mark(item="h1", state="rejected", proposed=True)
    assert edits[0].edit == propose(minutes, fresh, fold(*en, []))[0].edit


def test_what_people_added_is_not_offered_again_nor_taken_away(zh: Draft) -> None:
    minutes, transcript = zh
    added = Add(content=ActionContent(task="准备上新的海报"), evidence=(Proof(utterance=0),))
    found = Action(id="a4", task="准备上新海报", owner="何敏", evidence=quotes(transcript, 0))
    fresh = minutes.model_copy(update={"actions": (*minutes.actions, found)})
    assert offered(zh, fresh, added) == ()
    assert offered(zh, minutes, added) == ()
    assert offered(zh, fresh, added, Merge(item="a1", others=("h1",))) == ()
    assert len(offered(zh, fresh)) == 1


def test_merged_items_are_there_while_one_of_them_is(either: Draft) -> None:
    minutes = either[0]
    merge = Merge(item="a1", others=("a3",))
    assert offered(either, without(minutes, "a3"), merge) == ()
    assert offered(either, without(minutes, "a1"), merge) == ()
    # What a run says of the one that went is not said of the one that stayed.
    assert offered(either, with_action(minutes, "a3", owner="Tom", section="data"), merge) == ()
    (lost,) = offered(either, without(minutes, "a1", "a3"), merge)
    assert lost.edit == Mark(item="a1", state="rejected", proposed=True)


def test_what_was_united_is_not_offered_to_be_taken_apart(en: Draft) -> None:
    fresh = with_action(en[0], "a1", evidence=quotes(en[1], 5, 4))
    assert offered(en, fresh, Merge(item="a1", others=("a3",))) == ()
    assert [p.proposed for p in offered(en, fresh)] != []


def test_parts_of_a_split_item_keep_their_texts_and_hear_of_the_rest(en: Draft) -> None:
    minutes, transcript = en
    split = Split(item="a2", texts=("Write the shift plan", "Send the shift plan to all"))
    fresh = with_action(minutes, "a2", task="Send it", owner="Joel Baker", owner_reason=None)
    found = offered(en, fresh, split)
    assert [(p.edit.item, p.edit.field) for p in found if isinstance(p.edit, Change)] == [
        ("h1-1", "owner"),
        ("h1-2", "owner"),
    ]
    assert offered(en, without(minutes, "a2"), split) == ()
    both = (
        minutes.actions[1].model_copy(update={"id": "a2", "task": "Write the shift plan"}),
        Action(id="a7", task="Send the shift plan to everyone", evidence=quotes(transcript, 5)),
    )
    resplit = minutes.model_copy(update={"actions": (minutes.actions[0], *both, minutes.actions[2])})
    assert offered(en, resplit, split) == ()


def test_sections_and_what_was_open_are_offered_too(zh: Draft) -> None:
    minutes, transcript = zh
    purpose, data, *others = minutes.sections
    point = Point(text="转化率3.7%", evidence=quotes(transcript, 1))
    sections = (purpose, data.model_copy(update={"summary": "转化率上升。", "points": (point,)}), *others)
    row = minutes.carry_over[0].model_copy(update={"new_due": date(2026, 3, 20)})
    fresh = minutes.model_copy(update={"sections": sections, "carry_over": (row,)})
    found = offered(zh, fresh)
    assert [(p.edit.item, p.edit.field) for p in found if isinstance(p.edit, Change)] == [
        ("section:data", "summary"),
        ("section:data", "points"),
        ("carry_over:a1", "new_due"),
    ]
    _, review = accepted(zh, [], found)
    assert (review.minutes.sections[1], review.minutes.carry_over) == (sections[1], (row,))


def test_what_no_person_could_write_is_not_offered(en: Draft) -> None:
    assert offered(en, with_action(en[0], "a2", task="Send the shift plan " * 400)) == ()
    far = Due(phrase="by Friday", on=date(9000, 1, 1))
    assert offered(en, with_action(en[0], "a1", due=far)) == ()


def test_items_are_aligned_by_evidence_and_words(zh: Draft) -> None:
    minutes, transcript = zh
    one, two, three = minutes.actions
    reworded = two.model_copy(update={"task": "把排班表发出来", "id": "a1"})
    assert align((one, two, three), (three, reworded, one)) == ((0, 2), (1, 1), (2, 0))
    elsewhere = one.model_copy(update={"evidence": quotes(transcript, 0)})
    assert align((one,), (elsewhere,)) == ((0, 0),)
    assert align((two,), (three,)) == align((), (one,)) == ()
    # The same words twice in a meeting are told apart by where they were said.
    assert align((one, elsewhere), (elsewhere, one)) == ((0, 1), (1, 0))
    week, last = (
        minutes.kpis[0].model_copy(update={"period": p, "value": v})
        for p, v in (("上周", "3.1"), ("上上周", "3.5"))
    )
    assert align((week, last), (last, week)) == ((0, 1), (1, 0))


def test_the_same_words_elsewhere_and_other_words_on_the_line_are_other_items(zh: Draft) -> None:
    transcript = zh[1]

    def action(task: str, *numbers: int) -> Action:
        return Action(id="a1", task=task, evidence=quotes(transcript, *numbers))

    early, late = action("发数据", 0), action("发数据", 5)
    assert align((early, late), (action("发数据", 5, 6), action("发数据", 0, 1))) == ((0, 1), (1, 0))
    title, colour = action("改海报的标题", 6), action("改海报的颜色", 6)
    reworded = (action("海报的颜色要改", 6), action("海报的标题要改", 6))
    assert align((title, colour), reworded) == ((0, 1), (1, 0))


CORRECTIONS = {
    "zh": (31, "排班表", "值班表"),
    "en": (27, "supplier", "carrier"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sample_meeting_is_corrected_run_again_and_agreed_with(language: str) -> None:
    folder = sample_folder(f"{language}-weekly")
    transcript = Transcript.model_validate_json((folder / "transcript.json").read_bytes())
    facts = Meeting.model_validate_json((folder / "case.json").read_bytes())
    draft = summarize_transcript(transcript, facts, RulesScribe())
    line, old, new = CORRECTIONS[language]
    text = transcript.utterances[line].text
    kept = draft.actions[0].model_copy(update={"owner": facts.participants[0].name, "owner_reason": None})
    by_hand = entries(
        Change(item="meeting", field="held_on", before="2026-03-02", after="2026-03-04"),
        Rename(before=facts.participants[2].name, after="Robin"),
        Correct(utterance=line, before=text, after=text.replace(old, new)),
        owner(kept.owner, "a1"),
        Mark(item="a2", state="rejected"),
    )
    review = fold(draft, transcript, by_hand)
    assert review.depends == ("transcript", "held_on")
    fresh = summarize_transcript(review.transcript, review.minutes.meeting, RulesScribe())

    proposals = propose(draft, fresh, review)
    assert any(isinstance(p.edit, Change) and p.edit.field == "due" for p in proposals)
    assert not any(getattr(p.edit, "item", None) == "a2" for p in proposals)
    assert review.minutes.actions[0].owner == kept.owner

    _, agreed = accepted((draft, transcript), by_hand, proposals)
    assert propose(draft, fresh, agreed) == ()
    found = {a.task: a.due.on for a in agreed.final().actions}
    assert found == {a.task: a.due.on for a in fresh.actions if a.task != draft.actions[1].task}

"""What holds whatever people do, in whatever order."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pipeline.errors import InputError
from pipeline.minutes import Action, Due, Evidence, Minutes
from pipeline.review import (
    Change,
    Entry,
    Mark,
    Merge,
    Review,
    Split,
    Undo,
    conflict,
    fold,
    propose,
)
from pipeline.review.things import named_rows
from pipeline.transcript import Transcript
from tests.review.growth import added, changes, work
from tests.review.meetings import BEGUN, meeting, quotes

Draft = tuple[Minutes, Transcript]

DRAFTS = st.sampled_from([meeting("zh"), meeting("en")])
ITEMS = ["a1", "a2", "a3", "d1", "d2", "k1", "k2", "i1", "r1", "f1", "n1", "n2"]
thorough = settings(
    derandomize=True, max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def same(review: Review, draft: Draft) -> bool:
    return (review.minutes, review.transcript) == draft


@thorough
@given(st.data(), DRAFTS)
def test_the_same_entries_are_the_same_review_also_from_the_record(data: st.DataObject, draft: Draft) -> None:
    entries = data.draw(work(*draft))
    review = fold(*draft, entries)
    record = TypeAdapter(list[Entry])
    assert fold(*draft, record.validate_json(record.dump_json(entries))) == review
    assert Review.model_validate_json(review.model_dump_json()) == review
    assert review.revision == len(entries)


@thorough
@given(st.data(), DRAFTS)
def test_undoing_everything_gives_the_draft_back(data: st.DataObject, draft: Draft) -> None:
    entries = data.draw(work(*draft))
    untouched = fold(*draft, [])
    while True:
        undone = set(fold(*draft, entries).undone)
        left = [e for e in entries if e.number not in undone and not isinstance(e.edit, Undo)]
        if not left:
            break
        # Nothing builds on the last one.
        more = added(*draft, entries, Undo(number=left[-1].number))
        assert more is not None
        entries = more
    review = fold(*draft, entries)
    assert same(review, draft)
    assert review.model_copy(update={"revision": 0, "undone": ()}) == untouched


@thorough
@given(st.data(), DRAFTS)
def test_an_edit_and_its_undo_leave_no_trace_in_what_others_do(data: st.DataObject, draft: Draft) -> None:
    item = data.draw(st.sampled_from(ITEMS))
    others = data.draw(work(*draft, without=item, step=10))
    mark = Mark(item=item, state=data.draw(st.sampled_from(["accepted", "rejected"])))
    edit = data.draw(changes(fold(*draft, []), item)) if data.draw(st.booleans()) else mark
    at = data.draw(st.integers(0, len(others)))
    until = data.draw(st.integers(at, len(others)))
    numbers = [0, *(entry.number for entry in others)]
    first = Entry(number=numbers[at] + 1, by="x", at=BEGUN, made_against=0, edit=edit)
    undo = Entry(number=numbers[until] + 2, by="x", at=BEGUN, made_against=0, edit=Undo(number=first.number))
    try:
        fold(*draft, [first])
    except InputError:
        return
    both = sorted([*others, first, undo], key=lambda entry: entry.number)
    alone, with_it = fold(*draft, others), fold(*draft, both)
    kept = {"revision": 0, "undone": ()}
    assert with_it.model_copy(update=kept) == alone.model_copy(update=kept)


@thorough
@given(st.data(), DRAFTS)
def test_edits_of_different_items_commute(data: st.DataObject, draft: Draft) -> None:
    one, other = data.draw(st.lists(st.sampled_from(ITEMS), min_size=2, max_size=2, unique=True))
    review = fold(*draft, [])
    pair = [data.draw(changes(review, ref)) for ref in (one, other)]
    forth = [Entry(number=n, by="x", at=BEGUN, made_against=0, edit=e) for n, e in enumerate(pair, 1)]
    back = [Entry(number=n, by="x", at=BEGUN, made_against=0, edit=e) for n, e in enumerate(pair[::-1], 1)]
    try:
        assert fold(*draft, forth).minutes == fold(*draft, back).minutes
        assert conflict(*draft, forth[:1], pair[1], 0) is None
    except InputError:
        return


@thorough
@given(st.data(), DRAFTS)
def test_two_changes_made_at_once_conflict_exactly_in_one_field_with_two_values(
    data: st.DataObject, draft: Draft
) -> None:
    review = fold(*draft, [])
    item = data.draw(st.sampled_from(ITEMS))
    mine, theirs = data.draw(changes(review, item)), data.draw(changes(review, item))
    entry = Entry(number=1, by="x", at=BEGUN, made_against=0, edit=theirs)
    try:
        now = fold(*draft, [entry])
        alone = fold(*draft, [entry.model_copy(update={"edit": mine})])
        found = conflict(*draft, [entry], mine, 0)
    except InputError:
        return
    fields = sorted((mine.field, theirs.field), key=len)
    apart = not (fields[1] == fields[0] or fields[1].startswith(f"{fields[0]}."))
    if apart:
        assert found is None
    elif found is not None:
        assert (found.number, found.by) == (1, "x")
        assert found.now != found.wanted
    else:
        # They agree, or one of the two changed nothing that the other is about.
        again = entry.model_copy(update={"number": 2, "edit": mine})
        assert fold(*draft, [entry, again]).minutes in (now.minutes, alone.minutes)


def quoted(review: Review) -> set[tuple[int, str]]:
    return {(e.utterance, e.quote) for _, row in named_rows(review.minutes) for e in row.evidence}


@thorough
@given(st.data(), DRAFTS)
def test_merging_and_splitting_lose_no_evidence(data: st.DataObject, draft: Draft) -> None:
    entries = data.draw(work(*draft, most=6))
    review = fold(*draft, entries)
    refs = [s.item for s in review.standings if not s.item.startswith("carry_over")]
    one, other = data.draw(st.sampled_from(refs)), data.draw(st.sampled_from(refs))
    for edit in (Merge(item=one, others=(other,)), Split(item=one, texts=("x", "y"))):
        more = added(*draft, entries, edit)
        if more is None:
            continue
        after = fold(*draft, more)
        assert quoted(after) >= quoted(review)
        if isinstance(edit, Split):
            parts = [after.thing(f"h{len(more)}-{n}") for n in (1, 2)]
            assert {_evidence(part) for part in parts} == {_evidence(review.thing(one))}


def _evidence(thing: object) -> tuple[Evidence, ...]:
    return getattr(thing, "evidence", ())


@st.composite
def runs(draw: st.DrawFn, draft: Minutes, review: Review) -> Minutes:
    """Another run, on the lines as they now read: some actions are seen otherwise, some not at all, ids shift."""
    lines = review.transcript

    def seen(action: Action) -> Action:
        update: dict[str, object] = {"evidence": quotes(lines, *(e.utterance for e in action.evidence))}
        if draw(st.booleans()):
            on = draw(st.none() | st.sampled_from([date(2026, 3, 6), date(2026, 3, 13)]))
            update["due"] = Due(phrase=draw(st.none() | st.just("Friday")), on=on, reason="because")
        if draw(st.booleans()):
            update |= {"owner": draw(st.none() | st.just("Tom")), "owner_reason": "because"}
        if draw(st.booleans()):
            update["evidence"] = quotes(lines, 6, 3)
        return action.model_copy(update=update)

    actions = [seen(action) for action in draft.actions if draw(st.integers(0, 3))]
    if draw(st.booleans()):
        new = Action(id="a0", task="Book a room 订会议室", evidence=quotes(lines, 8))
        actions.insert(draw(st.integers(0, len(actions))), new)
    numbered = (action.model_copy(update={"id": f"a{n}"}) for n, action in enumerate(actions, 1))
    decisions = draft.decisions[draw(st.integers(0, 1)) :]
    said = (d.model_copy(update={"evidence": quotes(lines, d.evidence[0].utterance)}) for d in decisions)
    return draft.model_copy(update={"actions": tuple(numbered), "decisions": tuple(said)})


@thorough
@given(st.data(), DRAFTS)
def test_nothing_that_people_did_changes_by_a_proposal(data: st.DataObject, draft: Draft) -> None:
    entries = data.draw(work(*draft))
    review = fold(*draft, entries)
    before = review.model_dump_json()
    proposals = propose(draft[0], data.draw(runs(draft[0], review)), review)
    assert review.model_dump_json() == before
    states = {standing.item: standing.state for standing in review.standings}
    written = {(touch.thing, touch.field) for touch in review.touches}
    for proposal in proposals:
        edit = proposal.edit
        if not isinstance(edit, Change | Mark):
            continue
        assert edit.proposed
        assert states.get(edit.item) != "rejected"
        field = edit.field if isinstance(edit, Change) else None
        theirs = states.get(edit.item) == "accepted" or (edit.item, field) in written
        assert proposal.touched or not theirs
        assert proposal.now != proposal.proposed


@thorough
@given(st.data(), DRAFTS)
def test_proposals_can_be_carried_out_and_are_not_made_twice(data: st.DataObject, draft: Draft) -> None:
    entries = data.draw(work(*draft))
    review = fold(*draft, entries)
    fresh = data.draw(runs(draft[0], review))
    for proposal in propose(draft[0], fresh, review):
        more = added(*draft, entries, proposal.edit)
        assert more is not None
        entries = more
    assert propose(draft[0], fresh, fold(*draft, entries)) == ()


def test_the_random_work_is_of_all_kinds() -> None:
    seen: set[str] = set()

    @settings(thorough, database=None)
    @given(work(*meeting("en")))
    def look(entries: list[Entry]) -> None:
        seen.update(entry.edit.kind for entry in entries)

    look()
    assert seen >= {"change", "mark", "add", "merge", "split", "correct", "reassign", "rename", "undo"}

"""Random work on a meeting: edits that a person could make, one after the other."""

from collections.abc import Sequence

from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.review import (
    Add,
    Change,
    Correct,
    Decline,
    Edit,
    Entry,
    FieldValue,
    Mark,
    Merge,
    Proof,
    Reassign,
    Rename,
    Review,
    Split,
    State,
    Undo,
    conflict,
    fields_of,
    fold,
    read,
)
from pipeline.review.content import ActionContent, DecisionContent
from pipeline.transcript import Transcript
from tests.review.meetings import BEGUN

TEXTS = st.sampled_from(
    ["把排班表发出来", "改海报", "Send the plan", "by Friday", "周五前", "何敏", "Joel Baker", "x"]
)
DAYS = st.sampled_from(["2026-03-06", "2026-03-09", "2026-04-01"])
STATES: st.SearchStrategy[State] = st.sampled_from(["unreviewed", "accepted", "rejected"])
LINES = st.integers(0, 9)
KINDS = st.sampled_from(
    [
        "change",
        "change",
        "change",
        "mark",
        "mark",
        "add",
        "merge",
        "split",
        "correct",
        "reassign",
        "rename",
        "undo",
    ]
)


@st.composite
def values(draw: st.DrawFn, field: str) -> FieldValue:
    """A value that a field takes, or nearly."""
    match field:
        case "due":
            due = {"phrase": draw(st.none() | TEXTS), "on": draw(st.none() | DAYS)}
            return Change.model_validate({"item": "a1", "field": "due", "before": None, "after": due}).after
        case "due.on" | "held_on" | "next_meeting" | "new_due":
            return draw(st.none() | DAYS)
        case "co_owners" | "done" | "problems" | "next":
            return tuple(draw(st.lists(TEXTS, max_size=3, unique=True)))
        case "evidence":
            return tuple(
                Proof(utterance=n) for n in draw(st.lists(LINES, min_size=1, max_size=3, unique=True))
            )
        case "points" | "participants" | "agenda":
            return ()
        case "kind" | "status" | "language" | "basis" | "section" | "priority":
            choices = [
                "issue",
                "risk",
                "open",
                "resolved",
                "done",
                "redated",
                "zh",
                "en",
                "yoy",
                "plans",
                "high",
            ]
            return draw(st.sampled_from(choices))
        case "cadence_days":
            return draw(st.integers(1, 30))
        case _:
            return draw(st.none() | TEXTS)


@st.composite
def edits(draw: st.DrawFn, review: Review, entries: Sequence[Entry], refs: Sequence[str]) -> Edit:
    """An edit of some of a review's things; it may be one that is refused."""
    lines = review.transcript.utterances
    match draw(KINDS):
        case "change":
            ref = draw(st.sampled_from(refs))
            return draw(changes(review, ref))
        case "mark":
            return Mark(item=draw(st.sampled_from(refs)), state=draw(STATES))
        case "add":
            proofs = tuple(Proof(utterance=n) for n in draw(st.lists(LINES, min_size=1, max_size=2)))
            text = draw(TEXTS)
            content = draw(st.sampled_from([ActionContent(task=text), DecisionContent(text=text)]))
            return Add(content=content, evidence=proofs, proposed=draw(st.booleans()))
        case "merge":
            item = draw(st.sampled_from(refs))
            alike = [ref for ref in refs if type(review.thing(ref)) is type(review.thing(item))]
            others = draw(st.lists(st.sampled_from(alike), min_size=1, max_size=2, unique=True))
            return Merge(item=item, others=tuple(others))
        case "split":
            texts = draw(st.lists(TEXTS, min_size=2, max_size=3))
            return Split(item=draw(st.sampled_from(refs)), texts=tuple(texts))
        case "correct":
            line = lines[draw(LINES)]
            text = draw(st.sampled_from([line.text.replace("，", " ; ").upper(), line.text[::-1], "x"]))
            return Correct(utterance=line.id, before=line.text, after=text)
        case "reassign":
            line = lines[draw(LINES)]
            return Reassign(utterance=line.id, before=line.speaker, after=draw(st.none() | TEXTS))
        case "rename":
            names = sorted({line.speaker for line in lines if line.speaker}) or ["S2"]
            return Rename(before=draw(st.sampled_from(names)), after=draw(TEXTS))
        case _:
            if not entries:
                return Decline(edit=Mark(item="a1", state="rejected"))
            return Undo(number=draw(st.integers(1, entries[-1].number)))


@st.composite
def changes(draw: st.DrawFn, review: Review, ref: str) -> Change:
    """A change of one field of a thing; it may be one that is refused."""
    thing = review.thing(ref)
    parts = ["due.on", "due.phrase"] if "due" in fields_of(type(thing)) else []
    field = draw(st.sampled_from([*fields_of(type(thing)), *parts]))
    value = {"item": ref, "field": field, "before": read(thing, field), "after": None}
    return Change.model_validate(value).model_copy(update={"after": draw(values(field))})


@st.composite
def work(
    draw: st.DrawFn,
    draft: Minutes,
    transcript: Transcript,
    *,
    most: int = 10,
    without: str = "",
    step: int = 1,
) -> list[Entry]:
    """Entries as they come to be: none runs against another, all can be carried out.

    Args:
        draw: Of hypothesis.
        draft: Minutes worked on.
        transcript: What they were made of.
        most: How many entries.
        without: A thing nobody touches.
        step: From one number to the next.
    """
    entries: list[Entry] = []
    for _ in range(draw(st.integers(0, most))):
        review = fold(draft, transcript, entries)
        refs = [s.item for s in review.standings] + ["meeting", "section:data", "section:issues"]
        edit = draw(edits(review, entries, [ref for ref in refs if ref != without]))
        entries = added(draft, transcript, entries, edit, step=step) or entries
    return entries


def added(
    draft: Minutes, transcript: Transcript, entries: list[Entry], edit: Edit, *, step: int = 1
) -> list[Entry] | None:
    """The entries with one more; None where it is refused."""
    last = entries[-1].number if entries else 0
    new = Entry(number=last + step, by="何敏", at=BEGUN, made_against=last, edit=edit)
    try:
        if conflict(draft, transcript, entries, edit, last) is not None:
            return None
    except InputError:
        return None
    again = isinstance(edit, Undo) and isinstance(_of(entries, edit.number).edit, Undo)
    try:
        fold(draft, transcript, [*entries, new])
    except InputError:
        # What conflicts allow to be taken back can be taken back; to bring back is to do it again, which may fail.
        assert again or not isinstance(edit, Undo)
        return None
    return [*entries, new]


def _of(entries: list[Entry], number: int) -> Entry:
    return next(entry for entry in entries if entry.number == number)

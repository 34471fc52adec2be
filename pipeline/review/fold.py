"""The draft with everything people did to it: entries in, their sum out."""

from collections.abc import Iterator, Sequence

from pipeline.minutes import Minutes
from pipeline.review.carrying_out import carry_out
from pipeline.review.content import LISTS
from pipeline.review.desk import Desk
from pipeline.review.edits import Entry
from pipeline.review.review import Review, Standing, changed_facts, named_in
from pipeline.review.settling import is_misquoted, settle
from pipeline.review.things import MEETING
from pipeline.review.undoing import in_effect
from pipeline.transcript import Transcript


def fold(draft: Minutes, transcript: Transcript, entries: Sequence[Entry]) -> Review:
    """Carries entries out on a draft, one after the other.

    A correction of the transcript changes no item by itself. Its quotes stay the words that the item was made of:
    where the corrected line still has them, whatever its punctuation, they are written as it has them; where
    it does not, the old words stay and the thing is named in ``misquoted``. People who correct a name in a line
    expect the line to change, and to be asked before the minutes they have read do: running the stages again
    and ``propose`` ask them.

    Args:
        draft: As the stages made it.
        transcript: What it was made of.
        entries: All so far; their numbers rise.

    Raises:
        InputError: An entry names what is not there, or gives a field what it does not take.
    """
    holding = in_effect(entries)
    desk = Desk(draft, transcript)
    for entry in entries:
        desk.hear(entry)
        if entry.number in holding:
            carry_out(entry, desk)
    settle(desk)
    return Review(
        minutes=_minutes(desk),
        transcript=_transcript(desk),
        standings=tuple(_standings(desk)),
        touches=tuple(desk.touches.values()),
        gone=tuple(desk.gone.values()),
        made=tuple(desk.made),
        declined=tuple(desk.declined),
        misquoted=tuple(ref for ref, thing in desk.things.items() if is_misquoted(thing, desk)),
        revision=entries[-1].number if entries else 0,
        undone=tuple(entry.number for entry in entries if entry.number not in holding),
        depends=_depends(desk),
    )


def _minutes(desk: Desk) -> Minutes:
    things = desk.things
    lists = {field: tuple(things[ref] for ref in desk.order[field]) for field in LISTS}
    checks = tuple(check for check in desk.draft.checks if named_in(check) not in desk.gone)
    return desk.draft.model_copy(
        update={
            **lists,
            "carry_over": tuple(things[ref] for ref in desk.carried),
            "sections": tuple(things[f"section:{s.kind}"] for s in desk.draft.sections),
            "meeting": desk.meeting,
            "checks": checks,
        }
    )


def _transcript(desk: Desk) -> Transcript:
    """The transcript as it now reads; who says that the meeting was in the other language says it of all of it."""
    spoken = (MEETING, "language") in desk.touches
    language = desk.meeting.language if spoken else desk.heard.language
    return desk.heard.model_copy(update={"utterances": tuple(desk.lines), "language": language})


def _standings(desk: Desk) -> Iterator[Standing]:
    edited = {ref for ref, _ in desk.touches}
    for ref in (*(ref for field in LISTS for ref in desk.order[field]), *desk.carried):
        yield desk.standing(ref).model_copy(update={"edited": ref in edited})


def _depends(desk: Desk) -> tuple[str, ...]:
    facts = changed_facts(desk.draft.meeting, desk.meeting)
    # The words' times of a line that was corrected and corrected back are gone; it reads the same.
    now, before = ([(u.speaker, u.text) for u in lines] for lines in (desk.lines, desk.heard.utterances))
    return ("transcript", *facts) if now != before else facts

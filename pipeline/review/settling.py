"""What follows from all edits together, in whatever order they were made."""

from collections.abc import Callable, Iterator

from pipeline.meeting import Meeting
from pipeline.minutes import Action, CarryOver, Evidence, Point, Section
from pipeline.quoting import find_verbatim
from pipeline.review.desk import Desk
from pipeline.review.things import Thing

Requote = Callable[[Evidence], Evidence]


def settle(desk: Desk) -> None:
    """Settles the fields that follow from others, and the quotes of corrected lines."""
    changed: dict[str, set[str]] = {}
    for ref, field in desk.touches:
        changed.setdefault(ref, set()).add(field)
    original = frozenset(e for thing in desk.drafted.values() for e in _evidence(thing))

    def requoted(evidence: Evidence) -> Evidence:
        return _requoted(evidence, desk, own=evidence not in original)

    for ref, thing in desk.things.items():
        follows = _following(ref, thing, changed.get(ref, set()), desk)
        desk.things[ref] = _with_quotes(follows, requoted) if desk.corrections else follows


def is_misquoted(thing: Thing, desk: Desk) -> bool:
    """Whether it quotes words that their line had before somebody corrected it, and has no more."""
    return any(
        e.utterance in desk.corrections and find_verbatim(e.quote, desk.lines[e.utterance].text) is None
        for e in _evidence(thing)
    )


def _following(ref: str, thing: Thing, changed: set[str], desk: Desk) -> Thing:
    """A department follows from the owner unless somebody wrote one; a section with something in it was covered."""
    match thing:
        case Action() if "owner" in changed and "department" not in changed:
            return thing.model_copy(update={"department": _department_of(thing.owner, desk.meeting)})
        case CarryOver() if changed:
            return _redated(thing, desk.drafted[ref], by_day="status" not in changed)
        case Section() if changed & {"summary", "points"} and (thing.summary or thing.points):
            return thing.model_copy(update={"status": "covered"})
        case _:
            return thing


def _department_of(owner: str | None, meeting: Meeting) -> str | None:
    """The owner's department by the roster; of work that is given to a department that one."""
    for person in meeting.participants:
        if person.name == owner:
            return person.department
    return owner if owner in {person.department for person in meeting.participants} else None


def _redated(item: CarryOver, drafted: Thing, *, by_day: bool) -> CarryOver:
    """An item of last time is re-dated when somebody gives it a new day, and has one only then."""
    assert isinstance(drafted, CarryOver)
    given = by_day and item.new_due not in (None, drafted.new_due)
    redated = given or item.status == "redated"
    slips = drafted.slips - (drafted.status == "redated") + redated
    day = {} if redated else {"new_due": None, "new_due_phrase": None}
    return item.model_copy(update={"status": "redated" if redated else item.status, "slips": slips, **day})


def _with_quotes(thing: Thing, requoted: Requote) -> Thing:
    match thing:
        case Meeting():
            return thing
        case Section():
            points = tuple(_point(point, requoted) for point in thing.points)
            return thing.model_copy(update={"points": points})
        case _:
            return thing.model_copy(update={"evidence": tuple(map(requoted, thing.evidence))})


def _point(point: Point, requoted: Requote) -> Point:
    return point.model_copy(update={"evidence": tuple(map(requoted, point.evidence))})


def _requoted(evidence: Evidence, desk: Desk, *, own: bool) -> Evidence:
    """A quote as its corrected line writes it; the old one where the line has it no more.

    Args:
        evidence: Of the draft or a person's own.
        desk: With the lines as they now read.
        own: Whether it is a person's: it may quote a correction that was taken back.
    """
    if evidence.utterance not in desk.corrections:
        return evidence
    text = desk.lines[evidence.utterance].text
    as_heard = text == desk.heard.utterances[evidence.utterance].text
    if evidence.quote in text or (as_heard and not own):
        return evidence
    stretch = find_verbatim(evidence.quote, text)
    return evidence.model_copy(update={"quote": text[stretch[0] : stretch[1]]}) if stretch else evidence


def _evidence(thing: Thing) -> Iterator[Evidence]:
    match thing:
        case Meeting():
            return
        case Section():
            for point in thing.points:
                yield from point.evidence
        case _:
            yield from thing.evidence

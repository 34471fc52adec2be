"""What an edit touches, so that two of them can be told to meet."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.review.carrying_out import made_refs
from pipeline.review.edits import Change, Correct, Entry, Mark, Merge, Reassign, Rename, Split
from pipeline.review.undoing import root_of

ALL = "*"
"""Every field of a thing, and that it is there at all."""
MARK = "mark"

Place = tuple[str, str]
"""A thing and one of its fields."""


def places(entry: Entry, prefix: str, by_number: Mapping[int, Entry]) -> frozenset[Place]:
    """What an entry touches, or what the one touches that it undoes.

    Args:
        entry: With any edit.
        prefix: What ids of made items begin with.
        by_number: The entries before it.
    """
    root = root_of(entry, by_number)
    return frozenset((*_named(root), *((ref, ALL) for ref in made_refs(root, prefix))))


def _where_met(some: frozenset[Place], others: frozenset[Place]) -> Place | None:
    """A place of the others that some touch too, or a part of it; None where the two have nothing in common."""
    met = (
        (other, its)
        for thing, field in some
        for other, its in sorted(others)
        if thing == other and (ALL in (field, its) or _within(field, its) or _within(its, field))
    )
    return next(met, None)


def last_meeting(
    touched: frozenset[Place], entries: Sequence[Entry], prefix: str, by_number: Mapping[int, Entry]
) -> tuple[Entry, Place] | None:
    """The last of some entries that touches any of these places, and where; None where none does."""
    for entry in reversed(entries):
        if (place := _where_met(touched, places(entry, prefix, by_number))) is not None:
            return entry, place
    return None


def _within(part: str, whole: str) -> bool:
    """The day is a part of the deadline."""
    return part == whole or part.startswith(f"{whole}.")


def _named(entry: Entry) -> Iterator[Place]:
    match entry.edit:
        case Change(item=item, field=field):
            yield item, field
        case Mark(item=item):
            yield item, MARK
        case Merge(item=item, others=others):
            yield from ((ref, ALL) for ref in (item, *others))
        case Split(item=item):
            yield item, ALL
        case Correct(utterance=utterance):
            yield f"utterance:{utterance}", "text"
        case Reassign(utterance=utterance, before=before, after=after):
            yield f"utterance:{utterance}", "speaker"
            yield from ((f"speaker:{name}", f"#{utterance}") for name in (before, after) if name)
        case Rename(before=before, after=after):
            yield from ((f"speaker:{name}", ALL) for name in (before, after))
        case _:
            return

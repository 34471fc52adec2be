"""What became of each item under people's hands: which are its heirs, which stand for several, what was written."""

from pipeline.review.content import List
from pipeline.review.edits import State
from pipeline.review.review import Review
from pipeline.review.things import LIST_OF, Item, Thing, named


class Lineage:
    """Looks up, in a review, where things come from.

    Args:
        review: Of what people made of a draft.
    """

    def __init__(self, review: Review) -> None:
        self.things: dict[str, Thing] = dict(named(review.minutes))
        self._review = review
        self._gone = {gone.was.id: gone for gone in review.gone}
        self._states: dict[str, State] = {standing.item: standing.state for standing in review.standings}
        self._touches = {(touch.thing, touch.field) for touch in review.touches}

    def heirs(self, ref: str) -> tuple[str, ...]:
        """The items that say what an item said: itself, or its parts; none where another took it in."""
        gone = self._gone.get(ref)
        if gone is None:
            return (ref,) if ref in self.things else ()
        if len(gone.into) == 1:
            return ()
        return tuple(heir for part in gone.into for heir in self.heirs(part))

    def sources(self, ref: str) -> frozenset[str]:
        """The items that an item took in, also those that these had taken in before."""
        direct = [gone.was.id for gone in self._gone.values() if gone.into == (ref,)]
        return frozenset(direct).union(*(self.sources(source) for source in direct))

    def is_part(self, ref: str) -> bool:
        """Whether an item was split off another."""
        return any(len(gone.into) > 1 and ref in gone.into for gone in self._gone.values())

    def taken(self, field: List) -> tuple[Item, ...]:
        """Items of a list that were proposed and accepted, as they were proposed."""
        return tuple(m.first for m in self._review.made if m.proposed and LIST_OF[type(m.first)] == field)

    def own(self, field: List) -> tuple[Item, ...]:
        """Items of a list that people added or split off, as they read now or read last."""
        theirs = (m.first for m in self._review.made if not m.proposed and LIST_OF[type(m.first)] == field)
        return tuple(self._latest(first) for first in theirs)

    def _latest(self, first: Item) -> Item:
        if (gone := self._gone.get(first.id)) is not None:
            return gone.was
        now = self.things.get(first.id)
        return now if isinstance(now, Item) else first

    def state(self, ref: str) -> State | None:
        """Whether an item was accepted or rejected; None for a section."""
        return self._states.get(ref)

    def wrote(self, ref: str, field: str) -> bool:
        """Whether a person wrote a field, or a part of it."""
        return any(
            thing == ref and (its == field or its.startswith(f"{field}.")) for thing, its in self._touches
        )

    def touched(self, ref: str) -> bool:
        """Whether a person accepted an item or wrote any of its fields."""
        return self._states.get(ref) == "accepted" or any(thing == ref for thing, _ in self._touches)

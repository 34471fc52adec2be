"""What is at hand while entries are carried out one after the other: minutes and transcript in parts."""

from collections.abc import Sequence

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.minutes import CarryOver, Evidence, Minutes
from pipeline.quoting import find_verbatim
from pipeline.review.content import LISTS, List, Proof
from pipeline.review.edits import Add, Change, Correct, Entry, Mark, Reassign, Rename
from pipeline.review.review import Gone, Made, Standing, Touch
from pipeline.review.things import LIST_OF, MEETING, Item, Thing, first_said, items_in, named
from pipeline.transcript import Transcript


class Desk:
    """The parts of a review, by the names that edits use.

    Args:
        draft: The minutes as the stages made them.
        transcript: What they were made of.

    Raises:
        InputError: Two items of the draft have the same id.
    """

    def __init__(self, draft: Minutes, transcript: Transcript) -> None:
        self.draft = draft
        self.heard = transcript
        self.things: dict[str, Thing] = {}
        for ref, thing in named(draft):
            if ref in self.things:
                raise InputError(f"The minutes have two items called “{ref}”.")
            self.things[ref] = thing
        self.drafted = dict(self.things)
        self.order: dict[List, list[str]] = {
            field: [item.id for item in items_in(draft, field)] for field in LISTS
        }
        self.carried = tuple(ref for ref, row in self.things.items() if isinstance(row, CarryOver))
        self.standings: dict[str, Standing] = {}
        self.touches: dict[tuple[str, str], Touch] = {}
        self.gone: dict[str, Gone] = {}
        self.made: list[Made] = []
        self.declined: list[Change | Mark | Add] = []
        self.lines = list(transcript.utterances)
        self.corrections: dict[int, list[str]] = {}
        self.names = {u.speaker for u in transcript.utterances if u.speaker}
        self.prefix = made_prefix(draft)

    def thing(self, ref: str) -> Thing:
        """What an edit names.

        Raises:
            InputError: There is none of that name, or not any more.
        """
        if ref in self.gone:
            gone = self.gone[ref]
            raise InputError(
                f"“{ref}” is not there any more: it became {', '.join(gone.into)} in edit {gone.number}."
            )
        if ref not in self.things:
            raise InputError(f"There is nothing called “{ref}” in these minutes.")
        return self.things[ref]

    def item(self, ref: str) -> Item:
        """An item that can be added, merged, split and rejected.

        Raises:
            InputError: It is none.
        """
        thing = self.thing(ref)
        if not isinstance(thing, Item):
            what = "an item of last time" if isinstance(thing, CarryOver) else "no item"
            raise InputError(f"“{ref}” is {what}: it can be changed, but not that way.")
        return thing

    @property
    def meeting(self) -> Meeting:
        """The facts of the meeting as they now read."""
        meeting = self.things[MEETING]
        assert isinstance(meeting, Meeting)
        return meeting

    def standing(self, ref: str) -> Standing:
        """What people think of an item so far."""
        return self.standings.get(ref) or Standing(item=ref)

    def insert(self, item: Item) -> None:
        """Puts a new item before the first of its list that begins later."""
        refs = self.order[LIST_OF[type(item)]]
        begins = first_said(item) or 0
        later = (at for at, ref in enumerate(refs) if self._begins(ref) > begins)
        refs.insert(next(later, len(refs)), item.id)
        self.things[item.id] = item

    def _begins(self, ref: str) -> int:
        return first_said(self.item(ref)) or 0

    def put_in_place(self, ref: str, parts: Sequence[Item]) -> None:
        """Takes an item away, and puts others, or none, where it stood."""
        refs = self.order[LIST_OF[type(self.item(ref))]]
        at = refs.index(ref)
        refs[at : at + 1] = [part.id for part in parts]
        del self.things[ref]
        self.things.update({part.id: part for part in parts})

    def touch(self, ref: str, field: str, entry: Entry) -> None:
        """Remembers who changed a field."""
        touch = Touch(thing=ref, field=field, number=entry.number, by=entry.by, at=entry.at)
        self.touches[ref, field] = touch

    def line(self, utterance: int) -> None:
        """Checks that there is such an utterance.

        Raises:
            InputError: There is none.
        """
        if utterance >= len(self.lines):
            raise InputError(f"The transcript has no line #{utterance}.")

    def hear(self, entry: Entry) -> None:
        """Notes what a line or a speaker was once taken for, whether that still holds or not."""
        match entry.edit:
            case Correct(utterance=utterance, after=after):
                self.corrections.setdefault(utterance, []).append(after)
            case Reassign(after=str(after)) | Rename(after=after):
                self.names.add(after)
            case _:
                pass

    def prove(self, proofs: Sequence[Proof]) -> tuple[Evidence, ...]:
        """Evidence in the order given, with the times of its lines.

        A quote may be of an older reading of the line: taking back a correction must not break what was
        proved with it.

        Raises:
            InputError: There is no such line, or it never read so.
        """
        return tuple(map(self._proven, proofs))

    def _proven(self, proof: Proof) -> Evidence:
        self.line(proof.utterance)
        line = self.lines[proof.utterance]
        quote = line.text if proof.quote is None else self._verbatim(proof.quote, proof.utterance)
        return Evidence(utterance=line.id, quote=quote, start=line.start, end=line.end)

    def _verbatim(self, quote: str, utterance: int) -> str:
        older = (self.heard.utterances[utterance].text, *self.corrections.get(utterance, ()))
        for text in (self.lines[utterance].text, *reversed(older)):
            if quote in text:
                return quote
            if (stretch := find_verbatim(quote, text)) is not None:
                return text[stretch[0] : stretch[1]]
        raise InputError(f"Line #{utterance} does not say “{quote}”.")


def made_prefix(draft: Minutes) -> str:
    """What ids of items begin with that people make: "h", or longer where the draft has such ids itself."""
    taken = [item.id for field in LISTS for item in items_in(draft, field)]
    prefix = "h"
    while any(ref.startswith(prefix) for ref in taken):
        prefix += "h"
    return prefix

"""Which entries are in effect. An undo switches an entry off; undoing the undo switches it on again."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from pipeline.errors import InputError
from pipeline.review.edits import Entry, Undo


def in_effect(entries: Sequence[Entry]) -> frozenset[int]:
    """Numbers of the entries that hold.

    Raises:
        InputError: Numbers do not rise, or an undo names an entry that is not there or does not hold.
    """
    by_number: dict[int, Entry] = {}
    holding: set[int] = set()
    last = 0
    for entry in entries:
        if entry.number <= last:
            raise InputError(f"Edit {entry.number} cannot follow edit {last}: the numbers of edits rise.")
        last = entry.number
        if isinstance(entry.edit, Undo):
            may_be_undone(entry.edit.number, by_number, holding)
            _switch_off(entry.edit.number, by_number, holding)
        by_number[entry.number] = entry
        holding.add(entry.number)
    return frozenset(holding)


def root_of(entry: Entry, by_number: Mapping[int, Entry]) -> Entry:
    """The edit that an undo, or the undo of an undo …, switches off or on in the end; any other is its own."""
    while isinstance(entry.edit, Undo):
        entry = by_number[entry.edit.number]
    return entry


def may_be_undone(number: int, by_number: Mapping[int, Entry], holding: AbstractSet[int]) -> None:
    """Checks that there is such an edit, and that it holds.

    Raises:
        InputError: There is none, or it does not.
    """
    if number not in by_number:
        raise InputError(f"There is no edit {number} to undo.")
    if number not in holding:
        raise InputError(f"Edit {number} was undone already.")


def _switch_off(number: int, by_number: dict[int, Entry], holding: set[int]) -> None:
    """An entry no longer holds, and what it had undone holds again: undos stand in a row."""
    while True:
        holding.discard(number)
        undone = by_number[number].edit
        if not isinstance(undone, Undo):
            return
        holding.add(undone.number)
        again = by_number[undone.number].edit
        if not isinstance(again, Undo):
            return
        number = again.number

"""Action items as rows of a table that people filter and sort: one value a cell."""

import datetime
from dataclasses import dataclass

from pipeline.minutes import Action, Minutes
from pipeline.render.marks import Proofs
from pipeline.render.words import Words, shown, words
from pipeline.transcript import Transcript

COLUMNS = (
    *("id", "task", "owner", "co_owners", "department", "due", "due_phrase", "due_reason"),
    *("priority", "status", "section", "time", "quote"),
)
"""Keys of the columns, in order; the headings are in the catalogue."""

Cell = str | datetime.date | None


@dataclass(frozen=True)
class Sheet:
    """A table with its headings in the meeting's language."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def action_sheet(minutes: Minutes, transcript: Transcript) -> Sheet:
    """All action items; what nobody said is an empty cell. The status is "open": the meeting just ended."""
    say = words(minutes.meeting.language or transcript.language)
    proofs = Proofs(transcript)
    return Sheet(
        say["document.actions"],
        tuple(say[f"columns.{column}"] for column in COLUMNS),
        tuple(_row(action, say, proofs) for action in minutes.actions),
    )


def _row(action: Action, say: Words, proofs: Proofs) -> tuple[Cell, ...]:
    marks = proofs.marks(action.evidence, action.support)
    cells: dict[str, Cell] = {
        "id": action.id,
        "task": action.task,
        "owner": action.owner,
        "co_owners": say.listed(action.co_owners),
        "department": action.department,
        "due": action.due.on,
        "due_phrase": action.due.phrase,
        "due_reason": action.due.reason,
        "priority": say[f"priority.{action.priority}"] if action.priority else None,
        "status": say["status.todo"],
        "section": say[f"sections.{action.section}"] if action.section else None,
        "time": " ".join(mark.label for mark in marks),
        "quote": " / ".join(mark.quote for mark in marks),
    }
    return tuple(_clean(cells[column]) for column in COLUMNS)


def _clean(cell: Cell) -> Cell:
    return shown(cell) or None if isinstance(cell, str) else cell

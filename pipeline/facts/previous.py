"""What the last meeting left open."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import MeetingError
from pipeline.facts.structured import text_of
from pipeline.meeting import OpenAction
from pipeline.minutes import CarryOver, Minutes


def previous_open_actions(path: Path) -> tuple[OpenAction, ...]:
    """Items that the minutes of the last meeting leave open: their actions, and what they carried over.

    Items done or dropped are left out. One that was re-dated has slipped once more. Ids are ``p1``, ``p2``, …

    Args:
        path: The ``.json`` of the last minutes.

    Raises:
        MeetingError: The file is missing or no minutes.
    """
    try:
        minutes = Minutes.model_validate_json(text_of(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise MeetingError(
            f"{path.name} is no minutes.json of a meeting: {where}: {first['msg']}."
        ) from error
    items = [*_carried(minutes), *_new(minutes)]
    return tuple(item.model_copy(update={"id": f"p{number}"}) for number, item in enumerate(items, 1))


def _carried(minutes: Minutes) -> Iterator[OpenAction]:
    before = {item.id: item for item in minutes.meeting.open_actions}
    for row in minutes.carry_over:
        if row.status in ("done", "dropped"):
            continue
        original = before.get(row.id)
        yield OpenAction(
            id=row.id,
            task=row.task,
            owner=row.owner or (original.owner if original else None),
            due=row.new_due or (original.due if original else None),
            slips=_slips(row, original),
        )


def _slips(row: CarryOver, original: OpenAction | None) -> int:
    """Counts a re-dating once, whether or not the minutes counted it themselves."""
    counted = original.slips if original else row.slips
    return max(row.slips, counted + (row.status == "redated"))


def _new(minutes: Minutes) -> Iterator[OpenAction]:
    carried = {_key(row.task) for row in minutes.carry_over}
    for action in minutes.actions:
        if _key(action.task) not in carried:
            yield OpenAction(id=action.id, task=action.task, owner=action.owner, due=action.due.on)


def _key(task: str) -> str:
    return "".join(filter(str.isalnum, task.casefold()))

"""What became of the open items of last time.

The last word on an item's day or its end counts, else what weighs most of what is said of it.
"""

from collections.abc import Sequence

from pipeline.dates import DuePhrase
from pipeline.meeting import Meeting, OpenAction
from pipeline.minutes import CarryOver, CarryOverStatus, Evidence, Kind
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.mentions import find_mentions
from pipeline.scribes.rules.states import Remark, remarks_on

HAGGLING = 2
"""Utterances from a day that is named to where it is agreed on."""

SURE = 1.0
"""Points from which on an item is done, whatever day somebody says beside."""


def follow_up(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[CarryOver, ...]:
    """One row for every open item of last time, in their order; takes time linear in the number of lines."""
    places = find_mentions(lines, kinds, meeting)
    return tuple(
        _row(item, remarks_on(item, place, places, lines, meeting))
        for item, place in zip(meeting.open_actions, places, strict=True)
    )


def _row(item: OpenAction, remarks: Sequence[Remark]) -> CarryOver:
    row = CarryOver(id=item.id, task=item.task, owner=item.owner, status="not_mentioned", slips=item.slips)
    if not remarks:
        return row
    told, agreed = _until_settled(remarks)
    status = _status(told, agreed=agreed)
    new = next(r.due for r in reversed(told) if r.due) if status == "redated" else None
    return row.model_copy(
        update={
            "status": status,
            "new_due_phrase": new.phrase if new else None,
            "slips": item.slips + (status == "redated"),
            "evidence": tuple(Evidence(utterance=u.id, quote=u.text) for u in _proofs(told, status, new)),
        }
    )


def _until_settled(remarks: Sequence[Remark]) -> tuple[Sequence[Remark], bool]:
    """The remarks up to where somebody repeats the new day or that the item is dropped, and whether one does."""
    refused = {remark.line.id for remark in remarks if remark.state == "refused"}
    last: Remark | None = None
    for number, remark in enumerate(remarks):
        if last is not None and remark.line.id not in refused and _repeats(remark, last):
            return remarks[: number + 1], True
        if remark.due or remark.state == "dropped":
            last = remark
    return remarks, False


def _repeats(remark: Remark, last: Remark) -> bool:
    if remark.due and last.due:
        same = remark.due.on == last.due.on and remark.line is not last.line
        return same and remark.line.id - last.line.id <= HAGGLING
    return last.state == "dropped" and remark.status == "dropped"


def _status(told: Sequence[Remark], *, agreed: bool) -> CarryOverStatus:
    """What the remarks on an item come to."""
    done = max((r.points for r in told if r.status == "done"), default=0.0)
    left = max((r.points for r in told if r.status == "in_progress"), default=0.0)
    word = next((r for r in reversed(told) if r.due or r.status == "dropped"), None)
    # "Strike it" ends an item that is done as well as one that nobody will do.
    if word and not word.due and (done <= left or any(r.state == "dropped" for r in told)):
        return "dropped"
    if any(r.due for r in told) and (agreed or done < SURE or left >= 0.5 * done):
        return "redated"
    return "done" if done > left else "in_progress"


def _proofs(told: Sequence[Remark], status: CarryOverStatus, new: DuePhrase | None) -> tuple[Line, ...]:
    """The utterances that tell a status: the last three, or the answer where nothing tells it."""
    shown = "in_progress" if status == "redated" else status
    proofs = {r.line.id: r.line for r in told if r.status == shown or (new and r.due and r.due.on == new.on)}
    answer = next((r.line for r in told if r.line is not told[0].line), told[0].line)
    return tuple(proofs.values())[-3:] or (answer,)

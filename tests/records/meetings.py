"""Meetings for tests of what is kept about them."""

from datetime import date

from sqlalchemy.orm import Session

from pipeline.meeting import Meeting, OpenAction
from pipeline.minutes import KINDS, Action, CarryOver, Due, Minutes, Origin, Section
from pipeline.records.tables import MeetingRow, Series
from pipeline.transcript import Language, Transcript, Utterance

HELD = date(2026, 3, 2)


def a_series(session: Session, name: str = "运营周例会") -> Series:
    made = Series(name=name)
    session.add(made)
    session.flush()
    return made


def a_meeting(
    session: Session, id: str, series: Series | None = None, *, title: str = "周例会", held_on: date = HELD
) -> MeetingRow:
    made = MeetingRow(
        id=id, title=title, held_on=held_on, facts=Meeting(), state="review", series_id=series and series.id
    )
    session.add(made)
    session.flush()
    return made


def said(*lines: tuple[str | None, str], language: Language = "zh") -> Transcript:
    utterances = (Utterance(id=i, speaker=who, text=text) for i, (who, text) in enumerate(lines))
    return Transcript(language=language, utterances=tuple(utterances))


def minutes_with(
    *,
    actions: tuple[Action, ...] = (),
    carry_over: tuple[CarryOver, ...] = (),
    open_actions: tuple[OpenAction, ...] = (),
) -> Minutes:
    return Minutes(
        meeting=Meeting(open_actions=open_actions),
        sections=tuple(Section(kind=kind, status="not_mentioned") for kind in KINDS),
        actions=actions,
        carry_over=carry_over,
        origin=Origin(version="0"),
    )


def action(id: str, task: str, owner: str | None = None, on: date | None = None) -> Action:
    return Action(id=id, task=task, owner=owner, due=Due(on=on))

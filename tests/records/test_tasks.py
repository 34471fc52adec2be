"""Followed tasks: confirmed, told of again, changed by hand, in whatever order that happens."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from pipeline.meeting import OpenAction
from pipeline.minutes import CarryOver, CarryOverStatus
from pipeline.records.database import Database
from pipeline.records.tables import MeetingRow, Series, Task, TaskEvent
from pipeline.records.task_events import Change, Field, Overtaken, change, history
from pipeline.records.task_lists import Load, Wanted, listed, loads, today
from pipeline.records.tasks import due_soon, follow, open_of_series
from tests.records.meetings import a_meeting, a_series, action, minutes_with

FRIDAY, MONDAY, TUESDAY = date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)
CALL = action("a1", "联系供应商", "王蕾", FRIDAY)
PRINTER = action("a2", "Order a printer", None, MONDAY)


def the_task(session: Session, item: str = "a1") -> Task:
    return next(iter(session.scalars(select(Task).where(Task.item == item).order_by(Task.id))))


def by_hand(session: Session, task: Task, field: Field, value: str | date | None) -> None:
    change(session, task, [Change(field, value)], made_against=task.revision, by="赵敏")


def told_of(session: Session, task: Task) -> list[tuple[str, str, object, object]]:
    return [(e.by, e.field, e.before, e.after) for e in history(session, [task.id])[task.id]]


class Weekly:
    """A series: its first meeting is confirmed with one action, and the second one speaks of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.series = a_series(session)
        self.first = a_meeting(session, "first", self.series)
        follow(session, self.first, minutes_with(actions=(CALL,)), by="李明")
        self.task = the_task(session)
        self.second = a_meeting(session, "second", self.series, held_on=MONDAY)
        self.open = open_of_series(session, self.series.id)

    def says(
        self, status: CarryOverStatus, new_due: date | None = None, meeting: MeetingRow | None = None
    ) -> None:
        """The second meeting, or another one that began with the same open items, is confirmed with this."""
        row = CarryOver(id=self.open[0].id, task=CALL.task, owner=CALL.owner, status=status, new_due=new_due)
        minutes = minutes_with(open_actions=self.open, carry_over=(row,))
        follow(self.session, meeting or self.second, minutes, by="李明")

    @property
    def now(self) -> tuple[str, date | None, int]:
        return self.task.state, self.task.due, self.task.slips


def test_confirmed_actions_are_followed(database: Database) -> None:
    with database.session() as session:
        follow(session, a_meeting(session, "m1"), minutes_with(actions=(CALL, PRINTER)), by="李明")
    with database.reading() as session:
        task = the_task(session)
        assert (task.text, task.owner, task.due, task.state) == ("联系供应商", "王蕾", FRIDAY, "open")
        assert told_of(session, task) == [("李明", "state", None, "open")]
        assert the_task(session, "a2").owner is None


def test_confirming_again_updates_adds_and_drops(database: Database) -> None:
    with database.session() as session:
        meeting = a_meeting(session, "m1")
        follow(session, meeting, minutes_with(actions=(CALL, PRINTER)), by="李明")
        revisions = the_task(session).revision
        follow(session, meeting, minutes_with(actions=(CALL, PRINTER)), by="李明")
        assert the_task(session).revision == revisions  # nothing new was said
        corrected = action("a1", "联系两家供应商", "Robert Hall", TUESDAY)
        third = action("a3", "盘点")
        follow(session, meeting, minutes_with(actions=(corrected, third)), by="李明")
        task = the_task(session)
        assert (task.text, task.owner, task.due, task.slips) == ("联系两家供应商", "Robert Hall", TUESDAY, 0)
        assert the_task(session, "a2").state == "dropped"
        assert the_task(session, "a3").state == "open"
        follow(session, meeting, minutes_with(actions=(corrected, PRINTER)), by="李明")
        assert the_task(session, "a2").state == "open"  # it was rejected by mistake


@pytest.mark.parametrize(
    ("field", "value"), [("state", "done"), ("state", "dropped"), ("due", MONDAY), ("owner", "周强")]
)
def test_confirming_again_undoes_nothing_that_was_set_by_hand(
    database: Database, field: Field, value: str | date
) -> None:
    with database.session() as session:
        meeting = a_meeting(session, "m1")
        follow(session, meeting, minutes_with(actions=(CALL,)), by="李明")
        by_hand(session, the_task(session), field, value)
        corrected = action("a1", "联系两家供应商", "Robert Hall", TUESDAY)
        follow(session, meeting, minutes_with(actions=(corrected,)), by="李明")
        assert getattr(the_task(session), field) == value
        assert the_task(session).text == "联系两家供应商"


def test_what_was_closed_by_hand_stays_closed_when_it_is_rejected(database: Database) -> None:
    with database.session() as session:
        meeting = a_meeting(session, "m1")
        follow(session, meeting, minutes_with(actions=(CALL,)), by="李明")
        by_hand(session, the_task(session), "state", "done")
        follow(session, meeting, minutes_with(), by="李明")
        assert the_task(session).state == "done"


def test_the_next_meeting_begins_with_what_is_open(database: Database) -> None:
    with database.session() as session:
        series = a_series(session)
        undated = action("a3", "Someday")
        first = a_meeting(session, "m1", series)
        follow(session, first, minutes_with(actions=(undated, PRINTER, CALL)), by="李明")
        other = a_meeting(session, "m2", a_series(session, "Other"))
        follow(session, other, minutes_with(actions=(action("a9", "Not theirs"),)), by="李明")
        by_hand(session, the_task(session, "a2"), "state", "done")
        task = the_task(session)
        by_hand(session, task, "due", TUESDAY)
        assert open_of_series(session, series.id) == (
            OpenAction(id=f"t{task.id}", task="联系供应商", owner="王蕾", due=TUESDAY, slips=1),
            OpenAction(id=f"t{the_task(session, 'a3').id}", task="Someday"),
        )


@pytest.mark.parametrize(
    ("status", "new_due", "then"),
    [
        ("done", None, ("done", FRIDAY, 0)),
        ("dropped", None, ("dropped", FRIDAY, 0)),
        ("redated", TUESDAY, ("open", TUESDAY, 1)),
        ("redated", date(2026, 3, 4), ("open", date(2026, 3, 4), 0)),
        ("redated", None, ("open", FRIDAY, 0)),
        ("in_progress", None, ("open", FRIDAY, 0)),
        ("not_mentioned", None, ("open", FRIDAY, 0)),
    ],
)
def test_a_later_meeting_closes_redates_and_drops(
    database: Database, status: CarryOverStatus, new_due: date | None, then: tuple[str, date, int]
) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        for _ in range(2):  # confirming again says nothing new
            weekly.says(status, new_due)
            assert weekly.now == then
        if then != ("open", FRIDAY, 0):
            event = history(session, [weekly.task.id])[weekly.task.id][-1]
            assert (event.meeting_id, event.by) == ("second", "李明")


@pytest.mark.parametrize("first", [("done", None), ("redated", TUESDAY), ("dropped", None)])
@pytest.mark.parametrize(
    ("second", "then"),
    [
        (("in_progress", None), ("open", FRIDAY, 0)),
        (("redated", MONDAY), ("open", MONDAY, 1)),
        (("redated", date(2026, 3, 3)), ("open", date(2026, 3, 3), 0)),
    ],
)
def test_a_meeting_that_is_corrected_takes_back_what_it_said(
    database: Database,
    first: tuple[CarryOverStatus, date | None],
    second: tuple[CarryOverStatus, date | None],
    then: tuple[str, date, int],
) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        for said in (first, second, second):
            weekly.says(*said)
        assert weekly.now == then
        weekly.says(*first)
        weekly.says("not_mentioned")
        weekly.says("not_mentioned")
        assert weekly.now == ("open", FRIDAY, 0)


def test_a_hand_that_came_after_the_meeting_stands(database: Database) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        by_hand(session, weekly.task, "due", date(2026, 3, 20))
        weekly.says("redated", TUESDAY)
        assert weekly.now == ("open", date(2026, 3, 20), 1)
        by_hand(session, weekly.task, "state", "done")
        weekly.says("dropped")
        assert weekly.task.state == "done"


def test_a_hand_that_came_before_the_meeting_is_what_it_spoke_of(database: Database) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        by_hand(session, weekly.task, "due", date(2026, 3, 20))
        weekly.open = open_of_series(session, weekly.series.id)
        weekly.says("redated", date(2026, 3, 27))
        assert weekly.now == ("open", date(2026, 3, 27), 2)


def test_of_two_meetings_the_later_one_has_the_last_word(database: Database) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        third = a_meeting(session, "third", weekly.series, held_on=date(2026, 3, 16))
        weekly.says("redated", date(2026, 3, 23), third)
        weekly.says("redated", TUESDAY)  # confirmed after it, held before it
        assert weekly.task.due == date(2026, 3, 23)
        weekly.says("done")
        weekly.says("dropped", meeting=third)
        assert weekly.task.state == "dropped"


def test_ids_reach_no_task_of_another_series_nor_ones_own(database: Database) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        stranger = a_meeting(session, "strange", a_series(session, "Strangers"), held_on=MONDAY)
        alone = a_meeting(session, "alone", held_on=MONDAY)
        for meeting in (stranger, alone):
            weekly.says("done", meeting=meeting)
        assert weekly.task.state == "open"
        for odd in ("", "t", "tx", "t-1", "t99999999999999999999", "p1", "t٣", "t" + "9" * 9):
            weekly.open = (OpenAction(id=odd, task="?"),)
            weekly.says("done")
        assert weekly.task.state == "open"


def test_an_action_that_tells_a_followed_one_again_is_that_one(database: Database) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        row = CarryOver(id=weekly.open[0].id, task="联系供应商", status="in_progress")
        again = action("a1", "联系供应商。", "王蕾", FRIDAY)
        minutes = minutes_with(actions=(again, PRINTER), carry_over=(row,), open_actions=weekly.open)
        follow(session, weekly.second, minutes, by="李明")
        assert [task.text for task in session.scalars(select(Task).order_by(Task.id))] == [
            "联系供应商",
            "Order a printer",
        ]


def test_deleting_the_later_meeting_leaves_what_it_said_without_its_name(database: Database) -> None:
    with database.session() as session:
        weekly = Weekly(session)
        weekly.says("done")
        session.delete(weekly.second)
    with database.session() as session:
        task = the_task(session)
        assert task.state == "done"
        assert [event.meeting_id for event in history(session, [task.id])[task.id]] == ["first", None]
        session.delete(session.get_one(MeetingRow, "first"))
    with database.reading() as session:
        assert session.scalars(select(TaskEvent)).all() == []


def test_two_people_do_not_overwrite_each_other(database: Database) -> None:
    with database.session() as session:
        follow(session, a_meeting(session, "m1"), minutes_with(actions=(CALL,)), by="李明")
        task = the_task(session)
        change(session, task, [Change("due", MONDAY)], made_against=0, by="赵敏")
        change(session, task, [Change("owner", "周强")], made_against=0, by="孙丽")  # another field
        change(session, task, [Change("due", MONDAY)], made_against=0, by="孙丽")  # wants what is so already
        change(session, task, [], made_against=0, by="孙丽", note="电话打不通")
        with pytest.raises(Overtaken) as refused:
            change(session, task, [Change("due", TUESDAY), Change("text", "?")], made_against=0, by="孙丽")
        (both,) = refused.value.fields
        assert (both.field, both.yours, both.theirs) == ("due", "2026-03-10", "2026-03-09")
        assert (task.text, task.due, task.revision) == ("联系供应商", MONDAY, 3)
        change(session, task, [Change("due", TUESDAY)], made_against=3, by="孙丽", note="供应商放假")
        assert told_of(session, task)[1:] == [
            ("赵敏", "due", "2026-03-06", "2026-03-09"),
            ("孙丽", "owner", "王蕾", "周强"),
            ("孙丽", "note", None, None),
            ("孙丽", "due", "2026-03-09", "2026-03-10"),
        ]
        assert task.slips == 2


def fill(session: Session) -> Series:
    series = a_series(session)
    rows = (
        ("a1", "王蕾", MONDAY),
        ("a2", "王蕾", None),
        ("a3", "Ann", FRIDAY),
        ("a4", None, TUESDAY),
        ("a5", "ann", date(2026, 3, 11)),
    )
    actions = [action(id, id, owner, on) for id, owner, on in rows]
    actions[3] = actions[3].model_copy(update={"co_owners": ("Ann", "王%蕾")})
    follow(session, a_meeting(session, "m1", series), minutes_with(actions=tuple(actions[:3])), by="x")
    follow(session, a_meeting(session, "m2"), minutes_with(actions=tuple(actions[3:])), by="x")
    by_hand(session, the_task(session, "a3"), "state", "done")
    return series


def test_lists_begin_with_what_is_overdue(database: Database) -> None:
    with database.session() as session:
        series = fill(session)

        def items(wanted: Wanted, first: int = 0, most: int = 10) -> tuple[list[str], int]:
            rows, total = listed(session, true(), wanted, TUESDAY, first=first, most=most)
            return [row.task.item for row in rows], total

        assert items(Wanted()) == (["a1", "a3", "a4", "a5", "a2"], 5)
        assert items(Wanted(state="open")) == (["a1", "a4", "a5", "a2"], 4)
        assert items(Wanted(), first=1, most=2) == (["a3", "a4"], 5)
        assert items(Wanted(owner="Ann")) == (["a3", "a4"], 2)
        assert items(Wanted(owner="王%蕾")) == (["a4"], 1)
        assert items(Wanted(owner='"')) == ([], 0)
        assert items(Wanted(series_id=series.id)) == (["a1", "a3", "a2"], 3)
        assert items(Wanted(meeting_id="m2")) == (["a4", "a5"], 2)
        assert items(Wanted(overdue=True)) == (["a1"], 1)
        assert items(Wanted(overdue=False, state="open")) == (["a4", "a5", "a2"], 3)
        assert items(Wanted(due_before=TUESDAY)) == (["a1", "a3"], 2)
        seen, total = listed(session, MeetingRow.series_id == series.id, Wanted(), TUESDAY, first=0, most=9)
        assert {row.series for row in seen} == {"运营周例会"}
        assert total == 3


def test_who_has_how_much_to_do(database: Database) -> None:
    with database.session() as session:
        series = fill(session)
        assert loads(session, true(), series.id, TUESDAY) == (Load("王蕾", 2, 1),)
        assert set(loads(session, true(), None, date(2026, 3, 12))) == {
            Load("王蕾", 2, 1),
            Load(None, 1, 1),
            Load("ann", 1, 1),
        }


def test_due_soon(database: Database) -> None:
    with database.session() as session:
        fill(session)
        assert [task.item for task in due_soon(session, MONDAY, 1)] == ["a1", "a4"]
        assert [task.item for task in due_soon(session, FRIDAY, 0)] == []  # it is done


def test_today_is_the_day_of_the_place() -> None:
    late = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    assert today("Asia/Shanghai", late) == date(2026, 3, 3)
    assert today("America/New_York", late) == date(2026, 3, 2)

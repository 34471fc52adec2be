"""Windows one after the other: what a later one changes, tells again or takes back."""

from typing import Any

import pytest

from pipeline.meeting import Meeting, OpenAction
from pipeline.minutes import Reading
from pipeline.scribes.llm.answers import WindowAnswer
from pipeline.scribes.llm.gathering import Gathered
from pipeline.transcript import Transcript, Utterance
from tests.gold_model import LISTS

SAID = (
    "周五前把埋点补齐。",
    "好，我来。",
    "三八主推满减。",
    "接口老超时。",
    "转化率三点一。",
    "埋点改到下周三吧。",
    "还是让李静来。",
    "满减先不定了。",
    "接口已经修好了。",
    "转化率刚说了三点一。",
    "上次的培训做完了。",
)
TALK = Transcript(language="zh", utterances=tuple(Utterance(id=i, text=t) for i, t in enumerate(SAID)))
MEETING = Meeting(
    language="zh", open_actions=(OpenAction(id="p1", task="培训"), OpenAction(id="p2", task="盘点", slips=1))
)


def proof(*ids: int) -> dict[str, Any]:
    return {"ids": list(ids), "quote": SAID[ids[0]]}


def answer(**found: Any) -> WindowAnswer:
    empty: dict[str, Any] = {name: [] for name in LISTS}
    return WindowAnswer.model_validate({**empty, "sections": [], "purpose": None, **found})


def action(task: str, *ids: int, due: str | None = None) -> dict[str, Any]:
    words = {"owner": None, "owner_words": None, "due_words": due, "urgent": False}
    return {"task": task, **words, **proof(*ids)}


def change(
    item: str, kind: str, *ids: int, owner: str | None = None, due: str | None = None
) -> dict[str, Any]:
    return {
        "item": item,
        "change": kind,
        "owner": owner,
        "owner_words": None,
        "due_words": due,
        **proof(*ids),
    }


FIRST = answer(
    sections=[{"kind": "plans", "first": 0, "last": 4}],
    actions=[action("补齐埋点", 0, 1, due="周五前")],
    decisions=[{"text": "三八主推满减", "made_by": None, **proof(2)}],
    issues=[
        {"kind": "issue", "problem": "接口超时", "solution": None, "status": "open", "owner": None, **proof(3)}
    ],
    kpis=[
        {
            "metric": "转化率", "value": "3.1%", "period": None, "change": None, "basis": None, "target": None,
            "department": None, **proof(4),
        }
    ],
    points=[
        {"kind": "plans", "text": "埋点周五前补齐", **proof(0)},
        {"kind": "data", "text": "转化率三点一", **proof(4)},
    ],
)  # fmt: skip


def read(*answers: WindowAnswer) -> Reading:
    gathered = Gathered(TALK, MEETING)
    for found, span in zip(answers, ((0, 4), (5, 10)), strict=False):
        gathered.add(found, span)
    return gathered.reading((), ())


def test_a_task_promised_in_one_window_and_redated_in_the_next_is_one() -> None:
    reading = read(FIRST, answer(changes=[change("a1", "redated", 5, due="下周三")]))
    (only,) = reading.actions
    assert (only.id, only.due.phrase) == ("a1", "下周三")
    assert [e.utterance for e in only.evidence] == [0, 1, 5]


def test_owner_and_date_may_change_at_once() -> None:
    reading = read(FIRST, answer(changes=[change("a1", "reassigned", 6, owner="李静", due="下周三")]))
    assert [(a.owner, a.due.phrase, a.owner_reason) for a in reading.actions] == [("李静", "下周三", None)]


@pytest.mark.parametrize(("item", "left"), [("a1", ("d1", "i1")), ("d1", ("a1", "i1"))])
def test_what_is_taken_back_goes_with_the_sentences_noted_there(item: str, left: tuple[str, ...]) -> None:
    reading = read(FIRST, answer(changes=[change(item, "dropped", 7)]))
    assert tuple(i.id for i in (*reading.actions, *reading.decisions, *reading.issues)) == tuple(sorted(left))
    assert len(reading.points) == (1 if item == "a1" else 2)


def test_a_solved_problem_is_resolved() -> None:
    reading = read(FIRST, answer(changes=[change("i1", "resolved", 8)]))
    assert [(i.status, [e.utterance for e in i.evidence]) for i in reading.issues] == [("resolved", [3, 8])]


def test_a_change_of_what_nobody_knows_changes_nothing() -> None:
    assert read(FIRST, answer(changes=[change("a9", "dropped", 7)])) == read(FIRST, answer())


def test_what_is_told_again_is_one() -> None:
    again = answer(
        actions=[action("把埋点补齐", 1, due="周五前")],
        kpis=[k.model_dump() | proof(9) for k in FIRST.kpis],
    )
    reading = read(FIRST, again)
    assert [(a.id, a.task) for a in reading.actions] == [("a1", "把埋点补齐")]
    assert len(reading.kpis) == 1


def test_ids_of_what_is_gone_are_not_given_again() -> None:
    second = answer(changes=[change("a1", "dropped", 7)], actions=[action("修接口", 8)])
    assert [a.id for a in read(FIRST, second).actions] == ["a2"]


def test_every_open_item_has_its_row() -> None:
    done = {"id": "p1", "status": "done", "new_due_words": None, **proof(10)}
    unknown = {"id": "p7", "status": "done", "new_due_words": None, **proof(10)}
    rows = read(FIRST, answer(carry_over=[done, unknown])).carry_over
    assert [(r.id, r.status, r.slips) for r in rows] == [("p1", "done", 0), ("p2", "not_mentioned", 1)]


def test_utterances_without_a_label_take_that_of_the_talk_before() -> None:
    reading = read(FIRST, answer(sections=[{"kind": "feedback", "first": 7, "last": 99}]))
    assert reading.kinds == ("plans",) * 7 + ("feedback",) * 4


def test_the_list_for_the_next_window_holds_the_nearest_within_its_bound() -> None:
    gathered = Gathered(TALK, MEETING)
    gathered.add(FIRST, (0, 4))
    assert gathered.listed("满减先不定了", len, 1000).splitlines()[0] == "d1 三八主推满减"
    assert gathered.listed("埋点改到下周三", len, 20) == "a1 补齐埋点 | 周五前"
    assert Gathered(TALK, MEETING).listed("埋点", len, 1000) == "-"


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [("3.1%", "3.1", "%"), ("-4.9%", "-4.9", "%"), ("1860万", "1860", "万"), ("2,140", "2140", None),
     ("5 hours 10", "5 hours 10", None), ("万分之0.8", "万分之0.8", None), ("4.6 out of 5", "4.6 out of 5", None)],
)  # fmt: skip
def test_a_figure_is_divided_into_value_and_unit(said: str, value: str, unit: str | None) -> None:
    (kpi,) = read(answer(kpis=[FIRST.kpis[0].model_dump() | {"value": said}])).kpis
    assert (kpi.value, kpi.unit) == (value, unit)

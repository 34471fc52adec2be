from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import MeetingError
from pipeline.facts import previous_open_actions
from pipeline.meeting import Meeting, OpenAction
from pipeline.minutes import KINDS, Action, CarryOver, Due, Minutes, Origin, Section

LAST = Minutes(
    meeting=Meeting(
        open_actions=(
            OpenAction(id="p1", task="上线退货入口", owner="陈涛", due=date(2026, 2, 27), slips=1),
            OpenAction(id="p2", task="补埋点", owner="小李", due=date(2026, 2, 20)),
            OpenAction(id="p3", task="换供应商", slips=2),
            OpenAction(id="p4", task="改海报", due=date(2026, 2, 20), slips=1),
        )
    ),
    sections=tuple(Section(kind=kind, status="not_mentioned") for kind in KINDS),
    actions=(
        Action(id="a1", task="整理数据", owner="王蕾", due=Due(phrase="周五", on=date(2026, 3, 6))),
        Action(id="a2", task="上线退货入口。"),
    ),
    carry_over=(
        CarryOver(
            id="p1", task="上线退货入口", owner="陈涛", status="redated", new_due=date(2026, 3, 6), slips=1
        ),
        CarryOver(id="p2", task="补埋点", status="not_mentioned"),
        CarryOver(id="p3", task="换供应商", status="dropped"),
        CarryOver(id="p4", task="改海报", status="redated", new_due=date(2026, 3, 9), slips=2),
    ),
    origin=Origin(version="0"),
)


def _written(folder: Path) -> Path:
    (folder / "minutes.json").write_text(LAST.model_dump_json(), "utf-8")
    return folder / "minutes.json"


def test_open_items_of_the_last_minutes(tmp_path: Path):
    assert previous_open_actions(_written(tmp_path)) == (
        OpenAction(id="p1", task="上线退货入口", owner="陈涛", due=date(2026, 3, 6), slips=2),
        OpenAction(id="p2", task="补埋点", owner="小李", due=date(2026, 2, 20)),
        OpenAction(id="p3", task="改海报", due=date(2026, 3, 9), slips=2),
        OpenAction(id="p4", task="整理数据", owner="王蕾", due=date(2026, 3, 6)),
    )


def test_anything_but_minutes_is_refused(tmp_path: Path):
    (tmp_path / "case.json").write_text('{"language": "zh"}', "utf-8")
    with pytest.raises(MeetingError, match=r"case\.json is no minutes\.json"):
        previous_open_actions(tmp_path / "case.json")
    with pytest.raises(MeetingError, match="cannot be read"):
        previous_open_actions(tmp_path / "none.json")

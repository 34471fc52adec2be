import csv
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.minutes import Minutes
from pipeline.render import render
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import empty_minutes, transcript_of


def _rows(minutes: Minutes, transcript: Transcript) -> list[dict[str, str]]:
    text = render(minutes, transcript, "csv").decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def _book(minutes: Minutes, transcript: Transcript) -> Any:
    return load_workbook(BytesIO(render(minutes, transcript, "xlsx")))


def test_a_row_for_every_action_under_chinese_headings(zh: tuple[Minutes, Transcript]):
    first, second, third = _rows(*zh)
    assert first == {
        "编号": "a1",
        "待办事项": "补齐退货入口的埋点",
        "负责人": "陈涛",
        "协办人": "小李",
        "部门": "产品部",
        "截止日期": "2026-03-06",
        "原话中的期限": "这周五之前",
        "日期说明": "这周五 = 会议当周的周五",
        "优先级": "",
        "状态": "未开始",
        "所属部分": "后续计划",
        "出处时间": "36:49 40:55",
        "原话": "陈涛，这周五之前把埋点补齐。 / 行，我周五前补完，让小李一起弄。",
    }
    assert (second["负责人"], second["截止日期"]) == ("", "")
    assert third["优先级"] == "紧急"


def test_csv_opens_in_excel(en: tuple[Minutes, Transcript]):
    content = render(*en, "csv")
    assert content.startswith(b"\xef\xbb\xbfNo.,Action item,Owner,")
    assert content.count(b"\r\n") == content.count(b"\n") == 4


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"],
)
def test_no_cell_begins_like_a_formula(zh: tuple[Minutes, Transcript], text: str):
    minutes, transcript = zh
    hostile = poisoned(minutes, text), poisoned(transcript, text)
    for row in _rows(*hostile):
        assert not any(cell.startswith(tuple("=+-@\t＝")) for cell in row.values())
    rows = _book(*hostile).active.iter_rows()
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]


def test_the_workbook_has_real_dates_and_a_frozen_head(zh: tuple[Minutes, Transcript]):
    sheet = _book(*zh)["待办事项"]
    assert sheet["F1"].value == "截止日期"
    assert sheet["F2"].value == datetime(2026, 3, 6)
    assert sheet["F2"].is_date
    assert sheet["F3"].value is None
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:M4"
    assert sheet.column_dimensions["B"].width > 30


def test_without_actions_there_is_the_head_alone():
    assert _rows(empty_minutes("zh"), transcript_of([], "zh")) == []
    sheet = load_workbook(BytesIO(render(empty_minutes("en"), transcript_of([], "en"), "xlsx")))[
        "Action items"
    ]
    assert sheet.max_row == 1

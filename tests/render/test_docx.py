from io import BytesIO
from typing import Any, cast

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from pipeline.minutes import Minutes
from pipeline.render import render
from pipeline.transcript import Transcript
from tests.render.attack import poisoned
from tests.render.conftest import ZH_LINES, empty_minutes, transcript_of


def _read(minutes: Minutes, transcript: Transcript):
    return Document(BytesIO(render(minutes, transcript, "docx")))


def _headings(minutes: Minutes, transcript: Transcript, level: int) -> list[str]:
    paragraphs = _read(minutes, transcript).paragraphs
    return [p.text for p in paragraphs if p.style is not None and p.style.name == f"Heading {level}"]


def test_headings_are_headings_in_order(zh: tuple[Minutes, Transcript]):
    titles = [heading.split("   ")[0] for heading in _headings(*zh, 1)]
    assert titles == [
        *(
            "要点一览",
            "1  会议目的",
            "2  关键数据分析",
            "3  各部门进展汇报",
            "4  问题及解决方案",
            "5  后续计划",
        ),
        *("6  总结与反馈", "检查提示", "未通过核实的内容", "引文出处"),
    ]
    assert "待办事项" in _headings(*zh, 2)


def test_the_action_table_repeats_its_head_and_holds_whole_rows(zh: tuple[Minutes, Transcript]):
    table = next(t for t in _read(*zh).tables if t.cell(0, 0).text == "待办事项")
    assert [cell.text for cell in table.rows[1].cells] == [
        "补齐退货入口的埋点",
        "陈涛\n产品部；协办人：小李",
        "2026-03-06（周五）\n“这周五之前”",
        "[36:49] [40:55]",
    ]
    xml = table._tbl.xml  # pyright: ignore[reportPrivateUsage]
    assert xml.count("<w:tblHeader") == 1
    assert xml.count("<w:cantSplit") == len(table.rows)


def test_paper_is_a4_and_chinese_has_a_chinese_font(zh: tuple[Minutes, Transcript]):
    document = _read(*zh)
    section = document.sections[0]
    assert section.page_width is not None
    assert abs(section.page_width - Mm(210)) < Mm(1)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        xml = document.styles[name].element.xml
        assert 'w:eastAsia="Microsoft YaHei"' in xml
        assert "asciiTheme" not in xml


def test_pages_are_numbered_in_the_language(either: tuple[Minutes, Transcript]):
    footer = _read(*either).sections[0].footer
    xml = cast("Any", footer)._element.xml
    assert "PAGE" in xml
    assert "NUMPAGES" in xml
    expected = "第  页，共  页" if either[0].meeting.language == "zh" else "Page  of "
    assert footer.paragraphs[0].text == expected


def test_marks_lead_to_the_quotes_at_the_end(zh: tuple[Minutes, Transcript]):
    body = cast("Any", _read(*zh).element).body
    anchors = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))}
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert anchors <= set(names)
    assert len(names) == len(set(names)) == 16
    assert any(ZH_LINES[9][1] in p.text for p in _read(*zh).paragraphs)


@pytest.mark.parametrize("text", ["<w:p>&amp;</w:p>", "a\x00b\x0bc\x1f", "\ufffe]]>", "=1+1", "x" * 5000])
def test_any_text_makes_a_readable_document(zh: tuple[Minutes, Transcript], text: str):
    minutes, transcript = zh
    document = _read(poisoned(minutes, text), poisoned(transcript, text))
    assert len(document.tables) == 5


def test_an_empty_meeting_and_the_same_meeting_twice(zh: tuple[Minutes, Transcript]):
    document = _read(empty_minutes("en"), transcript_of([], "en"))
    assert [p.text for p in document.paragraphs].count("Not touched in this meeting") == 6
    assert _read(*zh).core_properties.created == _read(*zh).core_properties.modified

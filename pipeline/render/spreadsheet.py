"""Action items for Excel and its kin, as CSV and as a workbook. No cell of them is ever a formula."""

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, cast

from pipeline.minutes import Minutes
from pipeline.render.actions import COLUMNS, Cell, action_sheet
from pipeline.transcript import Transcript

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.worksheet.worksheet import Worksheet

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_FORMULA_SIGNS = tuple("=+-@\t\r\n|%＝＋－＠")
# In characters of the standard font; the task and the quote are what people read.
_WIDTHS = {"id": 6, "task": 44, "owner": 14, "due": 13, "due_phrase": 22, "due_reason": 28, "quote": 60}
_WIDTH = 14


def to_csv(minutes: Minutes, transcript: Transcript) -> str:
    """CSV as Excel opens it: a byte order mark, CRLF, and an apostrophe before what would be a formula."""
    sheet = action_sheet(minutes, transcript)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.headings)
    writer.writerows([_defused(cell) for cell in row] for row in sheet.rows)
    return "\ufeff" + text.getvalue()


def to_xlsx(minutes: Minutes, transcript: Transcript) -> bytes:
    """A workbook with one sheet: real dates, the head row frozen, text as text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    sheet = action_sheet(minutes, transcript)
    book = Workbook()
    page = cast("Worksheet", book.active)
    page.title = sheet.title
    for row, cells in enumerate((sheet.headings, *sheet.rows), 1):
        for column, value in enumerate(cells, 1):
            cell = cast("SheetCell", page.cell(row, column))
            _fill(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if row == 1:
                cell.font = Font(bold=True)
    for column, key in enumerate(COLUMNS):
        page.column_dimensions[chr(ord("A") + column)].width = _WIDTHS.get(key, _WIDTH)
    page.freeze_panes = "C2"
    page.auto_filter.ref = page.dimensions
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _defused(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _fill(cell: "SheetCell", value: Cell) -> None:
    cell.value = value
    if isinstance(value, str):
        # Text even where it begins like a formula; Excel keeps it text also when the cell is edited.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA_SIGNS)
    elif value is not None:
        cell.number_format = "yyyy-mm-dd"

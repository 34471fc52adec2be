"""What python-docx has no words for: East Asian fonts, fields, bookmarks, links, repeated table heads.

python-docx is imported inside the functions, so that naming the formats costs nothing.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, Self, cast

from pipeline.transcript import Language

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.styles.style import ParagraphStyle
    from docx.table import Table, _Cell, _Row  # pyright: ignore[reportPrivateUsage]
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_LATIN, _EAST_ASIAN = "Calibri", "Microsoft YaHei"
_INK, _RULE = "23272B", "D9D5CE"
# Style, size in points, space before and after.
_STYLES = (
    ("Normal", 10.5, 0, 4),
    ("Title", 22, 0, 8),
    ("Heading 1", 14, 16, 4),
    ("Heading 2", 11, 8, 3),
    ("List Bullet", 10.5, 0, 2),
)
_LOCALES: dict[Language, str] = {"zh": "zh-CN", "en": "en-US"}


class _Element(Protocol):
    """What is used of an XML element; lxml itself is untyped."""

    text: str | None

    def append(self, element: Self, /) -> None: ...
    def addprevious(self, element: Self, /) -> None: ...
    def addnext(self, element: Self, /) -> None: ...
    def remove(self, element: Self, /) -> None: ...
    def set(self, key: str, value: str, /) -> None: ...
    def find(self, path: str, /) -> Self | None: ...


def new_document(title: str, language: Language, held_on: date | None) -> "WordDocument":
    """An empty A4 document with the styles of the minutes."""
    from docx import Document
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Mm

    word = Document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size, before, after in _STYLES:
        _style(word, name, size, before, after, language)
    normal = cast("ParagraphStyle", word.styles["Normal"]).paragraph_format
    normal.line_spacing_rule, normal.line_spacing = WD_LINE_SPACING.MULTIPLE, 1.2
    properties = word.core_properties
    # The format takes 255 characters.
    properties.title, properties.author, properties.comments = title[:255], "lihui", ""
    properties.language = _LOCALES[language]
    # The day of the meeting, not of the writing: the same minutes make the same file.
    day = held_on or date(2000, 1, 1)
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    return word


def number_pages(word: "WordDocument", title: str, phrase: str) -> None:
    """Title in the header, "page X of Y" in the footer; ``phrase`` has ``{page}`` and ``{pages}``."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    section = word.sections[0]
    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_run(header, title, size=8.5, color="5F676E")
    for part in re.split(r"(\{pages?\})", phrase):
        if part in ("{page}", "{pages}"):
            _field(footer, "PAGE" if part == "{page}" else "NUMPAGES")
        else:
            add_run(footer, part, size=8.5, color="5F676E")


def add_run(
    paragraph: "Paragraph",
    text: str,
    *,
    size: float | None = None,
    color: str | None = None,
    bold: bool | None = None,
) -> "Run":
    """Text at the end of a paragraph; line feeds become line breaks."""
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.bold = bold
    if size is not None:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = RGBColor.from_string(color)
    return run


def add_table(word: "WordDocument", widths: Sequence[float], *, lines: bool) -> "Table":
    """A table without rows, its columns as wide as given in millimetres, with lines below its rows."""
    from docx.shared import Mm

    table = word.add_table(rows=0, cols=len(widths))
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    if lines:
        borders = _element("w:tblBorders")
        for side in ("w:top", "w:bottom", "w:insideH"):
            borders.append(_element(side, ("w:val", "single"), ("w:sz", "4"), ("w:color", _RULE)))
        width = _found(cast("_Element", table._tbl), "w:tblPr/w:tblW")  # pyright: ignore[reportPrivateUsage]
        width.addnext(borders)
    return table


def only_paragraph(cell: "_Cell") -> "Paragraph":
    """The paragraph every cell has, with a table's spacing."""
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    return paragraph


def repeat_as_head(row: "_Row") -> None:
    """Shows the row again on every page the table reaches."""
    keep_whole(row)
    _properties(row).append(_element("w:tblHeader"))


def keep_whole(row: "_Row") -> None:
    """Lets no page end inside the row."""
    _properties(row).append(_element("w:cantSplit"))


def small_gap(word: "WordDocument") -> None:
    """Space after a table, which Word gives none."""
    from docx.shared import Pt

    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def link_to(run: "Run", anchor: str) -> None:
    """Makes the run a link to a bookmark of the document."""
    link = _element("w:hyperlink", ("w:anchor", anchor))
    element = _xml(run)
    element.addprevious(link)
    link.append(element)


def bookmark(run: "Run", name: str, number: int) -> None:
    """Puts a bookmark around the run; ``number`` is its own in the document."""
    element = _xml(run)
    element.addprevious(_element("w:bookmarkStart", ("w:id", str(number)), ("w:name", name)))
    element.addnext(_element("w:bookmarkEnd", ("w:id", str(number))))


def _style(
    word: "WordDocument", name: str, size: float, before: float, after: float, language: Language
) -> None:
    from docx.shared import Pt, RGBColor

    style = cast("ParagraphStyle", word.styles[name])
    style.font.name, style.font.size = _LATIN, Pt(size)
    style.font.color.rgb = RGBColor.from_string(_INK)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    element = cast("_Element", style.element)
    properties = _found(element, "w:rPr")
    # A new element, because fonts of the template's theme go before named ones and know no Chinese.
    fonts = _element("w:rFonts", *((f"w:{script}", _LATIN) for script in ("ascii", "hAnsi", "cs")))
    fonts.set(_name("w:eastAsia"), _EAST_ASIAN)
    old = _found(properties, "w:rFonts")
    old.addnext(fonts)
    properties.remove(old)
    properties.append(_element("w:lang", ("w:val", "en-US"), ("w:eastAsia", _LOCALES[language])))
    paragraph = element.find(_path("w:pPr"))
    line = paragraph.find(_path("w:pBdr")) if paragraph is not None else None
    if paragraph is not None and line is not None:
        paragraph.remove(line)


def _field(paragraph: "Paragraph", code: str) -> None:
    """A number that Word works out itself; each part in a run of its own, or the format is lost."""
    instruction = _element("w:instrText")
    instruction.text = code
    begin, end = (_element("w:fldChar", ("w:fldCharType", kind)) for kind in ("begin", "end"))
    for part in (begin, instruction, end):
        _xml(add_run(paragraph, "", size=8.5, color="5F676E")).append(part)


def _properties(row: "_Row") -> _Element:
    return cast("_Element", row._tr.get_or_add_trPr())  # pyright: ignore[reportPrivateUsage]


def _xml(run: "Run") -> _Element:
    return cast("_Element", run._r)  # pyright: ignore[reportPrivateUsage]


def _found(element: _Element, path: str) -> _Element:
    """The element at a path that the template is known to have."""
    found = element.find(_path(path))
    if found is None:
        raise LookupError(path)
    return found


def _path(path: str) -> str:
    return "/".join(map(_name, path.split("/")))


def _element(tag: str, *attributes: tuple[str, str]) -> _Element:
    from docx.oxml import parser

    element = cast("_Element", parser.OxmlElement(tag))  # pyright: ignore[reportUnknownMemberType]
    for key, value in attributes:
        element.set(_name(key), value)
    return element


def _name(key: str) -> str:
    from docx.oxml.ns import qn

    return qn(key)

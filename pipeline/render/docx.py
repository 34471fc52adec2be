"""A Word document with real headings, repeated table heads, page numbers and East Asian fonts."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from pipeline.minutes import Minutes
from pipeline.render import docx_xml
from pipeline.render.document import Block, Document, Items, Mark, Table, Text
from pipeline.render.layout import lay_out
from pipeline.render.words import Words, words
from pipeline.transcript import Transcript

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

# Grey for what is smaller, blue for marks, brown for what wants attention; "missing" is grey too.
_SOFT, _LINK, _WARN = "5F676E", "2B5F82", "97500C"
_SMALL = 8.5
_TEXT_WIDTH_MM = 170


def to_docx(minutes: Minutes, transcript: Transcript) -> bytes:
    """The minutes as .docx, A4; marks lead to the quotes at the end."""
    document = lay_out(minutes, transcript)
    say = words(document.language)
    word = docx_xml.new_document(document.title, document.language, minutes.meeting.held_on)
    docx_xml.number_pages(word, document.title, say["document.page"])
    quoted = frozenset(mark.utterance for mark in document.evidence)
    _Writer(word, say, quoted).write(document)
    content = BytesIO()
    word.save(content)
    return content.getvalue()


@dataclass(frozen=True)
class _Writer:
    word: "WordDocument"
    say: Words
    quoted: frozenset[int]

    def write(self, document: Document) -> None:
        self.word.add_paragraph(document.title, "Title")
        self._facts(document)
        for notice in document.notices:
            docx_xml.add_run(self.word.add_paragraph(), notice, color=_WARN)
        if document.problems:
            self.word.add_heading(self.say["document.problems"], 1)
            self._bullets(Text(problem, tone="warning") for problem in document.problems)
        self.word.add_heading(self.say["document.at_a_glance"], 1)
        self._blocks(document.overview)
        for number, chapter in enumerate(document.chapters, 1):
            heading = self.word.add_heading(f"{number}  {chapter.title}", 1)
            if chapter.note:
                docx_xml.add_run(heading, f"   {chapter.note}", size=_SMALL, color=_SOFT, bold=False)
            self._blocks(chapter.blocks)
        self._after(document)

    def _after(self, document: Document) -> None:
        if document.checks:
            self.word.add_heading(self.say["document.checks"], 1)
            self._bullets(document.checks)
        if document.unverified:
            self.word.add_heading(self.say["document.unverified"], 1)
            docx_xml.add_run(self.word.add_paragraph(), self.say["document.unverified_note"], color=_SOFT)
            self._bullets(document.unverified)
        if document.evidence:
            self.word.add_heading(self.say["document.evidence"], 1)
            self._evidence(document.evidence)
        docx_xml.add_run(self.word.add_paragraph(), document.footer, size=_SMALL, color=_SOFT)

    def _facts(self, document: Document) -> None:
        table = docx_xml.add_table(self.word, (26, _TEXT_WIDTH_MM - 26), lines=False)
        for fact in document.facts:
            label, value = table.add_row().cells
            docx_xml.add_run(docx_xml.only_paragraph(label), fact.label, color=_SOFT)
            self._piece(docx_xml.only_paragraph(value), fact.text)
        self.word.add_paragraph()

    def _blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if not isinstance(block, Items | Table):
                self._piece(self.word.add_paragraph(), block.text)
                continue
            if block.title:
                heading = self.word.add_heading(block.title, 2)
                self._marks(heading, block.marks if isinstance(block, Items) else ())
            if isinstance(block, Items):
                self._bullets(block.items)
            else:
                self._table(block)

    def _bullets(self, items: Iterable[Text]) -> None:
        for item in items:
            self._piece(self.word.add_paragraph(style="List Bullet"), item)

    def _table(self, block: Table) -> None:
        whole = sum(column.width for column in block.columns)
        widths = tuple(_TEXT_WIDTH_MM * column.width / whole for column in block.columns)
        table = docx_xml.add_table(self.word, widths, lines=True)
        head = table.add_row()
        docx_xml.repeat_as_head(head)
        for cell, column in zip(head.cells, block.columns, strict=True):
            docx_xml.add_run(docx_xml.only_paragraph(cell), column.heading, color=_SOFT, size=_SMALL)
        for row in block.rows:
            cells = table.add_row()
            docx_xml.keep_whole(cells)
            for cell, text in zip(cells.cells, row, strict=True):
                self._piece(docx_xml.only_paragraph(cell), text, note_below=True)
        docx_xml.small_gap(self.word)

    def _piece(self, paragraph: "Paragraph", text: Text, *, note_below: bool = False) -> None:
        if text.tag:
            color = _WARN if text.tone == "warning" else _LINK
            docx_xml.add_run(paragraph, f"{text.tag}  ", size=_SMALL, color=color)
        if text.text:
            tone = None if text.tag else {"missing": _SOFT, "warning": _WARN}.get(text.tone)
            docx_xml.add_run(paragraph, text.text, color=tone)
        if text.note:
            separator = "\n" if note_below else "  "
            docx_xml.add_run(paragraph, f"{separator}{text.note}", size=_SMALL, color=_SOFT)
        self._marks(paragraph, text.marks)

    def _marks(self, paragraph: "Paragraph", marks: Iterable[Mark]) -> None:
        for mark in marks:
            if paragraph.text:
                docx_xml.add_run(paragraph, " ", size=_SMALL)
            run = docx_xml.add_run(paragraph, f"[{mark.label}]", size=_SMALL, color=_LINK, bold=False)
            if mark.utterance in self.quoted:
                docx_xml.link_to(run, f"u{mark.utterance}")

    def _evidence(self, marks: Iterable[Mark]) -> None:
        placed: set[int] = set()
        for mark in marks:
            paragraph = self.word.add_paragraph()
            run = docx_xml.add_run(paragraph, f"[{mark.label}]", size=_SMALL, color=_LINK)
            if mark.utterance not in placed:
                docx_xml.bookmark(run, f"u{mark.utterance}", mark.utterance)
                placed.add(mark.utterance)
            speaker = self.say["document.said_by"].format(speaker=mark.speaker) if mark.speaker else ""
            quote = self.say["document.quote"].format(text=mark.quote)
            docx_xml.add_run(paragraph, f"  {speaker}{quote}", size=9.5)

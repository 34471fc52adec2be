"""The minutes in a terminal, wide or narrow."""

from collections.abc import Iterator
from itertools import chain

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Line

from pipeline.minutes import Minutes
from pipeline.render.document import Block, Document, Items, Mark, Paragraph, Table, Text
from pipeline.render.layout import lay_out
from pipeline.render.words import words
from pipeline.transcript import Transcript

# Below this many columns a table of four cannot be read: its rows are written one below the other.
_NARROW = 76
_TONES = {"plain": "", "missing": "dim italic", "warning": "yellow"}


def show(minutes: Minutes, console: Console) -> None:
    """Prints the minutes: the head, decisions and action items, the six sections, the checks."""
    document = lay_out(minutes, Transcript(language=minutes.meeting.language or "en", utterances=()))
    for part in _parts(document, narrow=console.width < _NARROW):
        console.print(part)


def _parts(document: Document, *, narrow: bool) -> Iterator[RenderableType]:
    say = words(document.language)
    yield Line()
    yield Line(document.title, style="bold")
    yield _facts(document)
    yield from (Line(notice, style="yellow") for notice in document.notices)
    if document.problems:
        yield Line(f"\n⚠ {say['document.problems']}", style="bold yellow")
        yield from (_item(Text(problem)) for problem in document.problems)
    yield Line(f"\n{say['document.at_a_glance']}", style="bold cyan")
    yield from chain.from_iterable(_block(block, narrow=narrow) for block in document.overview)
    for number, chapter in enumerate(document.chapters, 1):
        heading = Line(f"\n{number}  {chapter.title}", style="bold cyan")
        yield heading.append(f"  {chapter.note}", style="not bold dim") if chapter.note else heading
        yield from chain.from_iterable(_block(block, narrow=narrow) for block in chapter.blocks)
    if document.checks:
        yield Line(f"\n{say['document.checks']}", style="bold")
        yield from (_item(check) for check in document.checks)
    if document.unverified:
        yield Line(f"\n{say['document.unverified']}: {len(document.unverified)}", style="dim")
    yield Line()


def _facts(document: Document) -> RenderableType:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for fact in document.facts:
        grid.add_row(fact.label, _line(fact.text))
    return grid


def _block(block: Block, *, narrow: bool) -> Iterator[RenderableType]:
    if isinstance(block, Paragraph):
        yield _line(block.text)
        return
    if block.title:
        yield _marked(Line(f"\n{block.title}", style="bold"), block.marks if isinstance(block, Items) else ())
    if isinstance(block, Items):
        yield from (_item(item) for item in block.items)
    elif narrow:
        yield from _stacked(block)
    else:
        yield _table(block)


def _item(text: Text) -> RenderableType:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Line("•", style="dim"), _line(text))
    return grid


MARK_WIDTH = len("[1:23:45]")


def _table(table: Table) -> RenderableType:
    grid = Grid(box=box.SIMPLE_HEAD, header_style="dim", expand=True, padding=(0, 1), show_edge=False)
    *columns, marks = table.columns
    for column in columns:
        grid.add_column(Line(column.heading), ratio=column.width, overflow="fold")
    # A share of a narrow terminal would cut the heading over the marks in two.
    grid.add_column(Line(marks.heading), width=max(Line(marks.heading).cell_len, MARK_WIDTH), overflow="fold")
    for row in table.rows:
        grid.add_row(*(_cell(cell) for cell in row))
    return grid


def _stacked(table: Table) -> Iterator[RenderableType]:
    for first, *rest in table.rows:
        yield _item(first)
        grid = Grid.grid(padding=(0, 1))
        grid.add_column(style="dim")
        grid.add_column(overflow="fold")
        for column, cell in zip(table.columns[1:], rest, strict=True):
            if cell.text or cell.marks:
                grid.add_row(column.heading, _cell(cell))
        yield Padding(grid, (0, 0, 0, 2))


def _cell(text: Text) -> Line:
    return _line(text, note_below=True)


def _line(text: Text, *, note_below: bool = False) -> Line:
    line = Line()
    if text.tag:
        line.append(text.tag, style="yellow" if text.tone == "warning" else "cyan").append(" ")
    line.append(text.text, style="" if text.tag else _TONES[text.tone])
    if text.note:
        line.append("\n" if note_below else "  ").append(text.note, style="dim")
    return _marked(line, text.marks)


def _marked(line: Line, marks: tuple[Mark, ...]) -> Line:
    for mark in marks:
        line.append(" " if line.plain else "").append(f"[{mark.label}]", style="not bold blue")
    return line

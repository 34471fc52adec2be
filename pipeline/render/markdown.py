"""GitHub-flavoured Markdown."""

import re
from collections.abc import Iterable, Iterator

from pipeline.minutes import Minutes
from pipeline.render.document import Block, Chapter, Document, Items, Mark, Paragraph, Table, Text
from pipeline.render.layout import lay_out
from pipeline.render.words import Words, words
from pipeline.transcript import Transcript

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#])")
# What would begin a list, a quotation or an underlined heading at the start of a line.
_LEADING = re.compile(r"^(\d+)([.)])|^([-+=])")


def to_markdown(minutes: Minutes, transcript: Transcript) -> str:
    """The minutes as Markdown, the quotes behind the marks listed at the end."""
    document = lay_out(minutes, transcript)
    say = words(document.language)
    return "\n\n".join(_parts(document, say)) + "\n"


def _parts(document: Document, say: Words) -> Iterator[str]:
    yield f"# {_escape(document.title)}"
    yield "\n".join(
        f"- **{_escape(fact.label)}**{say['document.pair'].format(label='', text=_piece(fact.text, say))}"
        for fact in document.facts
    )
    yield from (f"> {_no_list(_escape(notice))}" for notice in document.notices)
    if document.problems:
        yield f"## ⚠ {say['document.problems']}"
        yield _listed(map(_escape, document.problems))
    yield f"## {say['document.at_a_glance']}"
    yield from _blocks(document.overview, say)
    for number, chapter in enumerate(document.chapters, 1):
        yield from _chapter(number, chapter, say)
    if document.checks:
        yield f"## {say['document.checks']}"
        yield _listed(_piece(text, say) for text in document.checks)
    if document.unverified:
        yield f"## {say['document.unverified']}"
        yield _escape(say["document.unverified_note"])
        yield _listed(_piece(text, say) for text in document.unverified)
    if document.evidence:
        yield f"## {say['document.evidence']}"
        yield _listed(_evidence(mark, say) for mark in document.evidence)
    yield f"---\n\n<sub>{_escape(document.footer)}</sub>"


def _chapter(number: int, chapter: Chapter, say: Words) -> Iterator[str]:
    yield f"## {number}. {chapter.title}"
    if chapter.note:
        yield f"*{_escape(chapter.note)}*"
    yield from _blocks(chapter.blocks, say)


def _blocks(blocks: Iterable[Block], say: Words) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _no_list(_piece(block.text, say))
            continue
        if block.title:
            marks = block.marks if isinstance(block, Items) else ()
            yield f"### {_escape(block.title)}{_marks(marks)}"
        if isinstance(block, Items):
            yield _listed(_piece(item, say) for item in block.items)
        else:
            yield _table(block)


def _table(table: Table) -> str:
    heads = [_escape(column.heading) for column in table.columns]
    lines = [heads, ["---"] * len(heads), *([_cell(cell) for cell in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(text: Text) -> str:
    first = f"{_tag(text)}{_escape(text.text)}{_marks(text.marks)}".strip()
    return f"{first}<br>{_escape(text.note)}" if text.note else first


def _piece(text: Text, say: Words) -> str:
    body = f"{_tag(text)}{_escape(text.text)}"
    return say.aside(body, _escape(text.note) if text.note else None) + _marks(text.marks)


def _tag(text: Text) -> str:
    return f"**{_escape(text.tag)}** " if text.tag else ""


def _marks(marks: Iterable[Mark]) -> str:
    return "".join(f" [{mark.label}]" for mark in marks)


def _evidence(mark: Mark, say: Words) -> str:
    speaker = say["document.said_by"].format(speaker=_escape(mark.speaker)) if mark.speaker else ""
    return f"[{mark.label}] {speaker}{say['document.quote'].format(text=_escape(mark.quote))}"


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {_no_list(item)}" for item in items)


def _no_list(line: str) -> str:
    return _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", line)


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))

"""Word documents whose paragraphs, or table rows, are the turns."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile

from pipeline.errors import TranscriptError
from pipeline.importers.clock import seconds


def docx_text(content: bytes, source: str) -> str:
    """Lines of a Word document; a table row becomes ``[time] name: text``.

    Raises:
        TranscriptError: It is no Word document, or a damaged one.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError

    # What zip and XML readers raise on bytes that are almost a document (an XML error is a SyntaxError).
    damaged = (
        *(OpcError, BadZipFile, zlib.error, struct.error, SyntaxError, NotImplementedError, RuntimeError),
        *(LookupError, ValueError, AttributeError, TypeError, EOFError, OSError),
    )
    try:
        document = Document(BytesIO(content))
        return "\n".join(_lines(document.iter_inner_content()))
    except damaged as error:
        raise TranscriptError(
            f"{source} is not a Word document that can be read; save it again as .docx or .txt."
        ) from error


def _lines(content: Iterator[object]) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for part in content:
        if isinstance(part, Paragraph):
            yield from part.text.split("\n")
        elif isinstance(part, Table):
            yield from (_row([cell.text for cell in row.cells]) for row in part.rows)


def _row(cells: list[str]) -> str:
    texts = [" ".join(cell.split()) for cell in cells]
    times = [text for text in texts if seconds(text) is not None]
    others = [text for text in texts if text and seconds(text) is None]
    time = f"[{times[0]}] " if times else ""
    if len(others) < 2:
        return time + "".join(others)
    return f"{time}{others[0]}: {' '.join(others[1:])}"

"""Minutes and transcripts as files, one function a format."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pipeline.errors import UsageError
from pipeline.minutes import Minutes
from pipeline.render.docx import to_docx
from pipeline.render.html import to_html
from pipeline.render.ics import to_ics
from pipeline.render.markdown import to_markdown
from pipeline.render.pdf import to_pdf
from pipeline.render.spreadsheet import to_csv, to_xlsx
from pipeline.render.transcript_files import to_srt, to_transcript_json, to_txt, to_vtt
from pipeline.transcript import Transcript

Verb = TypeVar("Verb")


def to_json(minutes: Minutes, transcript: Transcript) -> str:
    """``minutes.json``: the minutes as they are."""
    del transcript
    return minutes.model_dump_json(indent=2) + "\n"


MINUTES_FORMATS: Mapping[str, Callable[[Minutes, Transcript], str | bytes]] = {
    "md": to_markdown,
    "html": to_html,
    "docx": to_docx,
    "json": to_json,
    "csv": to_csv,
    "ics": to_ics,
    "xlsx": to_xlsx,
    "pdf": to_pdf,
}
"""What minutes can be written as. csv and xlsx hold the action items, ics the deadlines."""

TRANSCRIPT_FORMATS: Mapping[str, Callable[[Transcript], str]] = {
    "vtt": to_vtt,
    "srt": to_srt,
    "txt": to_txt,
    "json": to_transcript_json,
}
"""What a transcript can be written as."""


def render(minutes: Minutes, transcript: Transcript, name: str) -> bytes:
    """The minutes in a format of ``MINUTES_FORMATS``, in the meeting's language, text as UTF-8.

    Raises:
        UsageError: There is no such format.
        EnvironmentProblem: The format needs a program that is not installed (pdf).
    """
    content = _known(MINUTES_FORMATS, name)(minutes, transcript)
    return content.encode() if isinstance(content, str) else content


def render_transcript(transcript: Transcript, name: str) -> bytes:
    """The transcript in a format of ``TRANSCRIPT_FORMATS``, as UTF-8.

    Raises:
        UsageError: There is no such format.
    """
    return _known(TRANSCRIPT_FORMATS, name)(transcript).encode()


def _known(formats: Mapping[str, Verb], name: str) -> Verb:
    if name not in formats:
        raise UsageError(f'There is no format "{name}"; choose from {", ".join(formats)}.')
    return formats[name]

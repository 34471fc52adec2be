"""One self-contained HTML file: reads well, prints well, and shows the quote behind every mark."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.clock import clock
from pipeline.minutes import Minutes
from pipeline.render.document import Items, Paragraph
from pipeline.render.layout import lay_out
from pipeline.render.marks import all_evidence
from pipeline.render.words import shown, words
from pipeline.transcript import Transcript, Utterance

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True)
class Part:
    """A stretch of an utterance; ``cited`` when the minutes rest on it."""

    text: str
    cited: bool


@dataclass(frozen=True)
class Line:
    """One utterance of the transcript as shown."""

    id: int
    label: str
    speaker: str | None
    parts: tuple[Part, ...]


def to_html(minutes: Minutes, transcript: Transcript) -> str:
    """The minutes with their transcript, as one page that asks nobody for anything."""
    from markupsafe import Markup

    document = lay_out(minutes, transcript)
    script = _template_text("minutes.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return _template().render(
        document=document,
        lines=tuple(_lines(minutes, transcript)),
        say=words(document.language).phrases,
        # Our own files, the only text that is not escaped; the policy lets no other script run.
        css=Markup(_template_text("minutes.css")),
        script=Markup(script),
        script_hash=f"sha256-{digest}",
    )


def _lines(minutes: Minutes, transcript: Transcript) -> Iterator[Line]:
    quotes: dict[int, list[str]] = {}
    for evidence in all_evidence(minutes):
        quotes.setdefault(evidence.utterance, []).append(evidence.quote)
    for utterance in transcript.utterances:
        yield Line(
            id=utterance.id,
            label=clock(utterance.start) if utterance.start is not None else f"#{utterance.id}",
            speaker=shown(utterance.speaker) if utterance.speaker else None,
            parts=tuple(_parts(utterance, quotes.get(utterance.id, []))),
        )


def _parts(utterance: Utterance, quotes: list[str]) -> Iterator[Part]:
    """Cuts the text where citing begins and ends; quotes may overlap."""
    text = shown(utterance.text)
    cited = [False] * len(text)
    for quote in map(shown, quotes):
        at = text.find(quote)
        if quote and at >= 0:
            cited[at : at + len(quote)] = [True] * len(quote)
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or cited[end] != cited[start]:
            yield Part(text[start:end], cited[start])
            start = end


@cache
def _template_text(name: str) -> str:
    return files("pipeline.render").joinpath("templates", name).read_text("utf-8")


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests.update(paragraph=_is_paragraph, items=_is_items)
    return environment.from_string(_template_text("minutes.html.j2"))


def _is_paragraph(value: object) -> bool:
    return isinstance(value, Paragraph)


def _is_items(value: object) -> bool:
    return isinstance(value, Items)

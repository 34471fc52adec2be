"""A notice as the HTML of a letter: tables and inline styles, since mail programs know little else; loads nothing."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pipeline.sending.letter_text import attached_lines
from pipeline.sending.notice import Notice
from pipeline.sending.wording import wording

if TYPE_CHECKING:
    from jinja2 import Template


def to_html(notice: Notice) -> str:
    """One whole HTML page; everything that comes from a meeting is escaped."""
    say = wording(notice.language, partial=notice.partial)
    return _template().render(notice=notice, say=say.phrases, attached=attached_lines(notice, say))


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(
        files("pipeline.sending").joinpath("templates", "letter.html.j2").read_text("utf-8")
    )

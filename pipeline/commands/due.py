"""``lihui due``: one deadline phrase."""

import sys
from typing import Annotated

import typer

from pipeline.commands.options import Spoken, chosen_language
from pipeline.errors import UsageError


def due(
    text: Annotated[str, typer.Argument(help="What was said; - reads JSON lines from stdin.")],
    on: Annotated[str | None, typer.Option(help="Day of the meeting, such as 2026-03-02.")] = None,
    language: Spoken = None,
) -> None:
    """Turn a deadline phrase into a calendar date, with the reason."""
    import json

    from pipeline.dates import answer_lines
    from pipeline.facts import parse_date
    from pipeline.importers.language import detect_language

    if text == "-":
        for answer in answer_lines(sys.stdin):
            typer.echo(answer)
        return
    if on is None:
        raise UsageError("Give the day of the meeting with --on, such as --on 2026-03-02.")
    chosen = chosen_language(language) or detect_language(text)
    question = {"text": text, "held_on": parse_date(on).isoformat(), "language": chosen}
    typer.echo("".join(answer_lines([json.dumps(question)])))

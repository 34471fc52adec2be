"""``lihui transcribe``: the transcript of a recording, and nothing more."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import (
    Asr,
    MeetingFile,
    Output,
    People,
    Quiet,
    Spoken,
    chosen_language,
    chosen_settings,
)
from pipeline.commands.working import summarizer_of
from pipeline.screen import Screen


def transcribe(
    inputs: Annotated[list[Path], typer.Argument(help="One recording, or several of one meeting in a row.")],
    output: Output = None,
    meeting: MeetingFile = None,
    participants: People = None,
    language: Spoken = None,
    asr: Asr = None,
    formats: Annotated[str, typer.Option("--format", help="vtt,srt,txt,json")] = "vtt,txt,json",
    quiet: Quiet = False,
) -> None:
    """Write down what is said in a recording, and nothing more."""
    from pipeline.inputs import known_facts, read_facts
    from pipeline.jobs import find_jobs
    from pipeline.output import check_folder, check_formats, write_transcript
    from pipeline.render import render_transcript

    settings = chosen_settings(asr=asr, output=output, formats=formats)
    chosen = check_formats(settings.formats, transcript=True)
    facts = read_facts(meeting=meeting, participants=participants, language=chosen_language(language))
    (job,) = find_jobs(tuple(inputs), None, joined=True)
    check_folder(settings.output)
    screen = Screen(quiet=quiet)
    summarizer = summarizer_of(settings, screen)
    with screen.working_on(job.name):
        heard = summarizer.transcribe(job.source, known_facts(job, facts, settings))
        paths = write_transcript(heard, settings.output / job.name, chosen)
    for sentence in heard.notices:
        screen.warn(sentence)
    if not quiet:
        typer.echo(render_transcript(heard, "txt").decode(), nl=False)
    for path in paths:
        typer.echo(path)

"""``lihui run`` and ``lihui demo``: minutes from recordings and transcripts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipeline.commands.options import (
    Asr,
    HeldOn,
    MeetingFile,
    Output,
    People,
    Prompts,
    Quiet,
    Reads,
    Series,
    Spoken,
    Title,
    bounded,
    chosen_language,
    chosen_settings,
    sentence_of,
)
from pipeline.commands.working import at_work
from pipeline.errors import MinutesError
from pipeline.screen import Screen

if TYPE_CHECKING:
    from pipeline.inputs import Facts
    from pipeline.jobs import Job
    from pipeline.run import Result
    from pipeline.settings import Settings

EXIT_FAILED = 1
EXIT_PARTIAL = 4

Shown = Literal["minutes", "paths", "json", "json lines"]
"""What goes to stdout."""


def run(
    inputs: Annotated[list[Path], typer.Argument(help="Recordings, transcripts, or folders of them.")],
    output: Output = None,
    meeting: MeetingFile = None,
    held_on: HeldOn = None,
    title: Title = None,
    participants: People = None,
    series: Series = None,
    language: Spoken = None,
    previous: Annotated[
        Path | None, typer.Option(help="minutes.json of the last meeting; its open items are followed up.")
    ] = None,
    transcript: Annotated[Path | None, typer.Option(help="Transcript of the one recording given.")] = None,
    join: Annotated[bool, typer.Option("--join", help="All inputs are one meeting, in this order.")] = False,
    asr: Asr = None,
    scribe: Reads = None,
    prompt: Prompts = None,
    redact: Annotated[
        bool | None,
        typer.Option(
            "--redact/--no-redact",
            help="Replace phone, card and ID numbers and e-mail addresses before a language model sees them.",
        ),
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Tokens a language model may be asked for, for each meeting.")
    ] = None,
    max_seconds: Annotated[
        float | None,
        typer.Option(min=0.1, help="Seconds a language model may be asked for, for each meeting."),
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format", help="md,html,docx,json,csv,xlsx,ics,pdf and vtt,srt,txt for the transcript."
        ),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(help="Address of a Lihui service that does the work; its token in LIHUI_TOKEN."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the minutes as JSON and nothing else; of several meetings one line each."
        ),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Make minutes from recordings or transcripts."""
    from pipeline.inputs import read_facts
    from pipeline.jobs import find_jobs

    settings = chosen_settings(
        asr=asr, scribe=scribe, output=output, formats=formats, prompts=prompt, redact=redact, server=server
    )
    settings = bounded(settings, max_tokens, max_seconds)
    facts = read_facts(
        meeting=meeting,
        held_on=held_on,
        title=title,
        participants=participants,
        series=series,
        language=chosen_language(language),
        previous=previous,
    )
    jobs = find_jobs(tuple(inputs), transcript, joined=join)
    several = len(jobs) > 1
    brief: Shown = "paths" if quiet or several else "minutes"
    shown: Shown = ("json lines" if several else "json") if as_json else brief
    raise typer.Exit(_run_all(jobs, facts, settings, shown, Screen(quiet=quiet)))


def _run_all(
    jobs: "tuple[Job, ...]", facts: "Facts", settings: "Settings", shown: Shown, screen: Screen
) -> int:
    """Makes the minutes of every meeting; what goes wrong with one stops no other. Returns the exit code."""
    from pipeline.inputs import known_facts
    from pipeline.output import check_folder, check_formats, write_minutes

    formats = check_formats(settings.formats)
    check_folder(settings.output)
    failed: list[str] = []
    partial = False
    with at_work(settings, screen) as summarizer:
        for number, job in enumerate(jobs, 1):
            name = f"{job.name} ({number} of {len(jobs)})" if len(jobs) > 1 else job.name
            folder = settings.output / job.name
            try:
                with screen.working_on(name):
                    result = summarizer.summarize(job.source, known_facts(job, facts, settings))
                    paths = write_minutes(result.minutes, result.transcript, folder, formats)
            except (MinutesError, OSError) as error:
                screen.fail(sentence_of(error))
                failed.append(job.name)
                continue
            _show(result, paths, shown, screen)
            partial = partial or result.minutes.status == "partial"
    if failed and len(jobs) > 1:
        screen.warn(f"{len(failed)} of {len(jobs)} meetings could not be done: {', '.join(failed)}.")
    if failed:
        return EXIT_FAILED
    return EXIT_PARTIAL if partial else 0


def _show(result: "Result", paths: tuple[Path, ...], shown: Shown, screen: Screen) -> None:
    """Prints the result to stdout, and to stderr what must be known of it where it is not in sight."""
    from rich.console import Console

    from pipeline.render.terminal import show
    from pipeline.screen import costs

    minutes, console = result.minutes, Console()
    for sentence in costs(minutes):
        screen.note(sentence)
    if not (shown == "minutes" and console.is_terminal):
        for sentence in (*minutes.notices, *minutes.problems):
            screen.warn(sentence)
    if shown in ("json", "json lines"):
        typer.echo(minutes.model_dump_json(indent=2 if shown == "json" else None))
        return
    if shown == "minutes":
        show(minutes, console)
    for path in paths:
        typer.echo(path)


def demo(output: Output = None) -> None:
    """Make the minutes of the sample recording, with the built-in recogniser."""
    from pipeline.inputs import Facts
    from pipeline.jobs import find_jobs
    from pipeline.samples import sample_folder

    settings = chosen_settings(asr="sphinx", scribe="rules", output=output)
    jobs = find_jobs((sample_folder("en-weekly") / "recording.m4a",), None, joined=False)
    raise typer.Exit(_run_all(jobs, Facts(language="en"), settings, "minutes", Screen(quiet=False)))

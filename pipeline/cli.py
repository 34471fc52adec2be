"""The command `lihui`. Heavy parts are imported inside the commands: `lihui --help` answers at once."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import MinutesError, UsageError
from pipeline.screen import Screen

if TYPE_CHECKING:
    from pipeline.inputs import Facts, Job
    from pipeline.run import Summarizer
    from pipeline.settings import Settings

# typer carries click inside and gives its usage error no public name.
_UsageError: Any = typer.BadParameter.__base__

EXIT_PARTIAL = 4
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="lihui",
    help="From the recording or transcript of an operations regular meeting (运营例会) to minutes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Output = Annotated[Path | None, typer.Option("-o", "--output", help="Folder for the minutes. [./minutes]")]
MeetingFile = Annotated[
    Path | None, typer.Option("--meeting", help="What is known beforehand: case.json, or the same in YAML.")
]
HeldOn = Annotated[str | None, typer.Option(help="Day of the meeting, such as 2026-03-02.")]
Title = Annotated[str | None, typer.Option(help="Title over the minutes.")]
People = Annotated[
    str | None, typer.Option(help="Who takes part: “Anna Berg, Tom Reed”, or a file (YAML, JSON, CSV, text).")
]
Series = Annotated[str | None, typer.Option(help="Series of regular meetings it belongs to.")]
Spoken = Annotated[str | None, typer.Option(help="zh or en; recognised when not given.")]
Asr = Annotated[
    str | None, typer.Option(help="Who listens: auto, sphinx, whisper:turbo, whisper:/path/x.pt.")
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no minutes on the screen.")]


@app.command()
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
    scribe: Annotated[str | None, typer.Option(help="Who reads: rules.")] = None,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format", help="md,html,docx,json,csv,xlsx,ics,pdf and vtt,srt,txt for the transcript."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the minutes as JSON and nothing else.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Make minutes from recordings or transcripts."""
    from pipeline.inputs import Facts, find_jobs
    from pipeline.output import check_folder, check_formats

    settings = _settings(
        asr=asr, scribe=scribe, output=output, formats=tuple(formats.split(",")) if formats else None
    )
    chosen = check_formats(settings.formats)
    facts = Facts(meeting, held_on, title, participants, series, _language(language), previous)
    jobs = find_jobs(tuple(inputs), transcript, joined=join)
    check_folder(settings.output)
    with Screen(quiet=quiet or as_json) as screen:
        codes = [_run_one(job, facts, settings, chosen, screen, as_json=as_json) for job in jobs]
    if len(jobs) > 1 and any(codes):
        screen.warn(f"{sum(code == 1 for code in codes)} of {len(jobs)} meetings could not be done.")
    raise typer.Exit(1 if 1 in codes else max(codes))


def _run_one(
    job: "Job",
    facts: "Facts",
    settings: "Settings",
    formats: tuple[str, ...],
    screen: Screen,
    *,
    as_json: bool,
) -> int:
    """One meeting of a batch: what goes wrong with it stops no other one."""
    from pipeline.inputs import known_facts
    from pipeline.output import write_minutes
    from pipeline.render import render

    screen.begin(job.name)
    try:
        result = _summarizer(settings, screen).summarize(job.source, known_facts(job, facts, settings))
        folder = settings.output / job.name
        paths = write_minutes(result.minutes, result.transcript, folder, formats)
    except MinutesError as error:
        screen.fail(str(error))
        return error.exit_code
    for sentence in (*result.minutes.notices, *result.minutes.problems):
        screen.warn(sentence)
    if as_json:
        sys.stdout.write(render(result.minutes, result.transcript, "json").decode() + "\n")
    else:
        _show(result.minutes, paths, quiet=screen.quiet)
    return EXIT_PARTIAL if result.minutes.status == "partial" else 0


def _show(minutes: Any, paths: tuple[Path, ...], *, quiet: bool) -> None:
    from rich.console import Console

    from pipeline.render.terminal import show

    if not quiet:
        show(minutes, Console())
    for path in paths:
        typer.echo(path)


@app.command()
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
    from pipeline.files import write_whole
    from pipeline.inputs import Facts, find_jobs, known_facts
    from pipeline.output import check_folder, check_formats
    from pipeline.render import render_transcript

    settings = _settings(asr=asr, output=output)
    chosen = check_formats(tuple(formats.split(",")), transcript=True)
    facts = Facts(meeting=meeting, participants=participants, language=_language(language))
    (job,) = find_jobs(tuple(inputs), None, joined=True)
    check_folder(settings.output)
    with Screen(quiet=quiet) as screen:
        known = known_facts(job, facts, settings)
        heard = _summarizer(settings, screen).transcribe(job.source, known)
        for sentence in heard.notices:
            screen.warn(sentence)
    if not quiet:
        sys.stdout.write(render_transcript(heard, "txt").decode())
    for name in chosen:
        path = settings.output / job.name / f"transcript.{name}"
        write_whole(path, render_transcript(heard, name))
        typer.echo(path)


@app.command()
def demo(output: Output = None) -> None:
    """Take the sample recording through the whole pipeline, with the built-in recogniser."""
    from pipeline.inputs import Facts, find_jobs
    from pipeline.output import check_folder
    from pipeline.samples import sample_folder

    folder = sample_folder("en-weekly")
    settings = _settings(asr="sphinx", scribe="rules", output=output)
    (job,) = find_jobs((folder / "recording.m4a",), None, joined=False)
    check_folder(settings.output)
    with Screen(quiet=False) as screen:
        code = _run_one(job, Facts(language="en"), settings, settings.formats, screen, as_json=False)
    raise typer.Exit(code)


@app.command()
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
    chosen = _language(language) or detect_language(text)
    question = {"text": text, "held_on": parse_date(on).isoformat(), "language": chosen}
    typer.echo("".join(answer_lines([json.dumps(question)])))


@app.command()
def doctor(
    fetch: Annotated[str | None, typer.Option(help="Fetch weights ahead, such as whisper:turbo.")] = None,
    empty_cache: Annotated[bool, typer.Option("--empty-cache", help="Delete all kept work.")] = False,
) -> None:
    """Show what is installed, what is missing and the command that mends it."""
    from pipeline.doctor import examine

    settings = _settings()
    if fetch is not None:
        typer.echo(_fetch(fetch))
        return
    if empty_cache:
        import shutil

        shutil.rmtree(settings.cache, ignore_errors=True)
        typer.echo(f"{settings.cache} is empty.")
        return
    for finding in examine(settings):
        mark = "ok" if finding.state == "ok" else "--"
        typer.echo(f"{mark}  {finding.name:<16} {finding.detail}")
        if finding.remedy:
            typer.echo(f"{'':<21}-> {finding.remedy}")


def _fetch(spec: str) -> Path:
    from pipeline.backends.asr_whisper import fetch

    name, _, model = spec.partition(":")
    if name != "whisper" or not model:
        raise UsageError(f"“{spec}” has no weights to fetch: write whisper:MODEL, such as whisper:turbo.")
    return fetch(model)


def _summarizer(settings: "Settings", screen: Screen) -> "Summarizer":
    from functools import partial

    from pipeline.backends.store_folder import FolderStore
    from pipeline.registry import choose_transcriber, make_scribe
    from pipeline.run import Summarizer

    return Summarizer(
        make_scribe(settings.scribe),
        partial(choose_transcriber, settings.asr),
        FolderStore(settings.cache),
        screen.tell,
    )


def _settings(
    *,
    asr: str | None = None,
    scribe: str | None = None,
    output: Path | None = None,
    formats: tuple[str, ...] | None = None,
) -> "Settings":
    """Settings with what the flags say; what they leave out comes from the environment and lihui.toml."""
    from pydantic import ValidationError

    from pipeline.settings import Settings

    said = {"asr": asr, "scribe": scribe, "output": output, "formats": formats}
    try:
        return Settings.model_validate({}).model_copy(
            update={key: value for key, value in said.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"The setting “{name}” is wrong: {first['msg']}.") from error


def _language(text: str | None) -> Any:
    if text not in (None, "zh", "en"):
        raise UsageError(f"“{text}” is no language of this program: write zh or en.")
    return text


def main() -> None:
    """Runs the command and turns every failure into one sentence and an exit code."""
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        error.show()
        code = error.exit_code
    except MinutesError as error:
        Screen(quiet=True).fail(str(error))
        code = error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        Screen(quiet=True).fail("Stopped. What was finished is kept: the same command goes on from there.")
        code = EXIT_INTERRUPTED
    sys.exit(code if isinstance(code, int) else 0)


def _add_eval() -> None:
    from eval.cli import app as eval_app

    app.add_typer(eval_app, name="eval")


_add_eval()

"""The command `lihui`. Heavy parts are imported inside the commands: `lihui --help` answers at once."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipeline.errors import MinutesError, UsageError
from pipeline.screen import Screen

if TYPE_CHECKING:
    from pipeline.inputs import Facts
    from pipeline.jobs import Job
    from pipeline.run import Listen, Result, Summarizer
    from pipeline.settings import Settings
    from pipeline.transcript import Language

# typer carries click inside and gives its usage error no public name.
_UsageError: Any = typer.BadParameter.__base__

EXIT_FAILED = 1
EXIT_PARTIAL = 4
EXIT_INTERRUPTED = 130

Shown = Literal["minutes", "paths", "json", "json lines"]
"""What goes to stdout."""

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
Reads = Annotated[
    str | None,
    typer.Option(
        help="Who reads: auto, rules, llm:openai:MODEL, llm:anthropic:…, llm:ollama:…, llm:transformers:…."
    ),
]
Prompts = Annotated[
    list[str] | None, typer.Option(help="A prompt's version or file for this run: read=2, read=draft.md.")
]
Quiet = Annotated[
    bool,
    typer.Option("-q", "--quiet", help="Print the paths of the written files and nothing else but errors."),
]


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

    settings = _settings(
        asr=asr, scribe=scribe, output=output, formats=formats, prompts=prompt, redact=redact
    )
    settings = _bounded(settings, max_tokens, max_seconds)
    facts = read_facts(
        meeting=meeting,
        held_on=held_on,
        title=title,
        participants=participants,
        series=series,
        language=_language(language),
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
    summarizer = _summarizer(settings, screen)
    failed: list[str] = []
    partial = False
    for number, job in enumerate(jobs, 1):
        name = f"{job.name} ({number} of {len(jobs)})" if len(jobs) > 1 else job.name
        try:
            with screen.working_on(name):
                result = summarizer.summarize(job.source, known_facts(job, facts, settings))
                paths = write_minutes(result.minutes, result.transcript, settings.output / job.name, formats)
        except (MinutesError, OSError) as error:
            screen.fail(_sentence(error))
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
    from pipeline.inputs import known_facts, read_facts
    from pipeline.jobs import find_jobs
    from pipeline.output import check_folder, check_formats, write_transcript
    from pipeline.render import render_transcript

    settings = _settings(asr=asr, output=output, formats=formats)
    chosen = check_formats(settings.formats, transcript=True)
    facts = read_facts(meeting=meeting, participants=participants, language=_language(language))
    (job,) = find_jobs(tuple(inputs), None, joined=True)
    check_folder(settings.output)
    screen = Screen(quiet=quiet)
    summarizer = _summarizer(settings, screen)
    with screen.working_on(job.name):
        heard = summarizer.transcribe(job.source, known_facts(job, facts, settings))
        paths = write_transcript(heard, settings.output / job.name, chosen)
    for sentence in heard.notices:
        screen.warn(sentence)
    if not quiet:
        typer.echo(render_transcript(heard, "txt").decode(), nl=False)
    for path in paths:
        typer.echo(path)


@app.command()
def demo(output: Output = None) -> None:
    """Make the minutes of the sample recording, with the built-in recogniser."""
    from pipeline.inputs import Facts
    from pipeline.jobs import find_jobs
    from pipeline.samples import sample_folder

    settings = _settings(asr="sphinx", scribe="rules", output=output)
    jobs = find_jobs((sample_folder("en-weekly") / "recording.m4a",), None, joined=False)
    raise typer.Exit(_run_all(jobs, Facts(language="en"), settings, "minutes", Screen(quiet=False)))


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
    from pipeline.backends.store_folder import FolderStore
    from pipeline.doctor import examine

    settings = _settings()
    if fetch is not None:
        typer.echo(_fetch(fetch))
        return
    if empty_cache:
        FolderStore(settings.cache).clear()
        typer.echo(f"{settings.cache} is empty.")
        return
    for finding in examine(settings):
        mark = "ok" if finding.state == "ok" else "--"
        typer.echo(f"{mark}  {finding.name:<16} {finding.detail}")
        if finding.remedy:
            typer.echo(f"{'':<21}-> {finding.remedy}")


def _fetch(spec: str) -> Path:
    from pipeline.backends.whisper_weights import fetch, is_path
    from pipeline.registry import make_transcriber

    name, _, model = spec.partition(":")
    if name != "whisper" or not model or is_path(model):
        raise UsageError(f"“{spec}” has no weights to fetch: write whisper:MODEL, such as whisper:turbo.")
    make_transcriber(spec)  # says so where there is no such model
    return fetch(model)


def _summarizer(settings: "Settings", screen: Screen) -> "Summarizer":
    from pipeline.backends.store_folder import FolderStore
    from pipeline.registry import make_scribe
    from pipeline.run import Summarizer
    from pipeline.settings import reader_of

    return Summarizer(
        make_scribe(settings.scribe, reader_of(settings)),
        _listen(settings.asr),
        FolderStore(settings.cache),
        screen.tell,
    )


def _listen(asr: str) -> "Listen":
    """Who listens to all meetings of a run. A name that is none is told before the work begins."""
    from functools import cache, partial

    from pipeline.registry import choose_transcriber, make_transcriber

    if asr == "auto":
        return cache(partial(choose_transcriber, asr))
    transcriber = make_transcriber(asr)
    return lambda _: transcriber


def _settings(
    *,
    asr: str | None = None,
    scribe: str | None = None,
    output: Path | None = None,
    formats: str | None = None,
    prompts: list[str] | None = None,
    redact: bool | None = None,
) -> "Settings":
    """Settings with what the flags say; what they leave out comes from the environment and lihui.toml."""
    from pipeline.settings import load_settings, names_in

    said = {
        "asr": asr,
        "scribe": scribe,
        "output": output,
        "formats": None if formats is None else names_in(formats),
        "prompts": None if prompts is None else tuple(prompts),
        "redact": redact,
    }
    return load_settings().model_copy(update={key: value for key, value in said.items() if value is not None})


def _bounded(settings: "Settings", max_tokens: int | None, max_seconds: float | None) -> "Settings":
    """Settings with the budget that the flags give a language model."""
    said = {"max_tokens": max_tokens, "max_seconds": max_seconds}
    given = {key: value for key, value in said.items() if value is not None}
    return settings.model_copy(update={"limits": settings.limits.model_copy(update=given)})


def _language(text: str | None) -> "Language | None":
    if text is None or text in ("zh", "en"):
        return text
    raise UsageError(f"“{text}” is no language of this program: write zh or en.")


def _sentence(error: MinutesError | OSError) -> str:
    """What went wrong; of the system's own errors the file and the reason, where nobody foresaw them."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror.lower()}." if error.filename else f"{error.strerror}."
    return str(error)


def main() -> None:
    """Runs the command and turns every failure into one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Minutes are Chinese as well as English, whatever the terminal was set up for.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        code = app(standalone_mode=False)
    except _UsageError as error:
        error.show()
        code = error.exit_code
    except (MinutesError, OSError) as error:
        Screen(quiet=True).fail(_sentence(error))
        code = error.exit_code if isinstance(error, MinutesError) else EXIT_FAILED
    except (typer.Abort, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    if code == EXIT_INTERRUPTED:  # typer turns Ctrl-C into this code, or into Abort
        Screen(quiet=True).warn("Stopped. What was finished is kept: the same command goes on from there.")
        sys.stdout.flush()
        # A client's thread may still wait for a language model's answer: nobody waits for it.
        os._exit(EXIT_INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _add_eval() -> None:
    from eval.cli import app as eval_app

    app.add_typer(eval_app, name="eval")


_add_eval()

"""`lihui eval`: measures the product on sample meetings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.tuning.cli import app as tuning
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from eval.harness import Run
    from eval.report import Report

EXIT_REGRESSED = 3

app = typer.Typer(no_args_is_help=True, help="Measure the product on sample meetings.")
app.add_typer(tuning)

Cases = Annotated[Path | None, typer.Option(help="Folder of cases instead of the built-in ones.")]
Baselines = Annotated[Path | None, typer.Option(help="Folder of accepted reports.")]
Results = Annotated[Path, typer.Argument(help="Folder of results, or a report.json.")]


@app.command()
def run(
    suite: Annotated[str, typer.Option(help="train, dev, test or all.")] = "dev",
    scribe: Annotated[str, typer.Option(help="Who reads, as for `lihui run`.")] = "rules",
    prompt: Annotated[
        list[str] | None, typer.Option(help="A prompt's version or file: read=2, read=draft.md.")
    ] = None,
    audio: Annotated[
        bool, typer.Option("--audio", help="Hear the recordings of the cases that have one.")
    ] = False,
    asr: Annotated[str | None, typer.Option(help="Who listens, as for `lihui run`.")] = None,
    cases: Cases = None,
    parallel: Annotated[int, typer.Option(min=1, max=64, help="Meetings under way at once.")] = 2,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path(
        "eval-results"
    ),
) -> None:
    """Make minutes of every case of a suite and score them; finished work is not done again."""
    from eval.harness import run_cases
    from eval.product import make_summarizer
    from eval.progress import progress
    from eval.suites import chosen_cases

    chosen = chosen_cases(suite, cases)
    source = "recording" if audio else "transcript"
    if audio and not (chosen := tuple(case for case in chosen if case.recording)):
        raise UsageError("None of these cases has a recording (audio.*).")
    summarizer = make_summarizer(scribe, prompts=tuple(prompt or ()), asr=asr)
    with progress(len(chosen)) as done:
        made = run_cases(chosen, summarizer, source=source, parallel=parallel, done=done)
    report = _reported(made, str(cases) if cases else suite, scribe, source, output)
    raise typer.Exit(1 if report.failed else 0)


@app.command()
def score(
    cases: Annotated[Path, typer.Argument(help="Folder of cases, or one case.")],
    results: Annotated[Path, typer.Argument(help="Folder with <id>/minutes.json.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Folder for a report.")] = None,
) -> None:
    """Score minutes that are there already, such as reviewed ones."""
    from eval.cases import load_case, load_cases
    from eval.results import read_results

    one = (cases / "case.json").exists()
    made = read_results((load_case(cases),) if one else tuple(load_cases(cases)), results)
    report = _reported(made, str(cases), "given", "transcript", output)
    raise typer.Exit(1 if report.failed else 0)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="Folder of results, or a report.json: before.")],
    second: Annotated[Path, typer.Argument(help="The same: after.")],
) -> None:
    """Show which scores differ by more than chance, and which items were fixed, broken or still wrong."""
    from rich.console import Console

    from eval.compare import compare as compared
    from eval.report import read_report
    from eval.table import changes, item_lines

    found = compared(read_report(first), read_report(second))
    console = Console()
    console.print(changes(found))
    for line in item_lines(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def gate(
    result: Results,
    most_broken: Annotated[int, typer.Option(min=0, help="Items that were right and may be wrong now.")] = 3,
    baselines: Baselines = None,
) -> None:
    """Hold a result against the accepted one; exit 3 when a field fell or too many right items broke."""
    from rich.console import Console

    from eval.gate import gate as refusals
    from eval.report import read_report
    from eval.results import BASELINES, accepted_report

    report = read_report(result)
    accepted = accepted_report(report.suite, report.scribe, baselines or BASELINES)
    reasons = refusals(report, accepted, most_broken)
    for reason in reasons:
        Console(stderr=True).print(reason, style="red", markup=False, highlight=False, soft_wrap=True)
    if reasons:
        raise typer.Exit(EXIT_REGRESSED)
    typer.echo("Nothing fell by more than chance.")


@app.command()
def accept(result: Results, baselines: Baselines = None) -> None:
    """Make a result the one that later ones are held against."""
    from eval.report import read_report
    from eval.results import BASELINES
    from eval.results import accept as accepted

    typer.echo(accepted(read_report(result), baselines or BASELINES))


@app.command()
def check(cases: Cases = None) -> None:
    """Look for faults in cases: ids, dates, owners, evidence, sections, states. Doubts are shown, and may stand."""
    from eval.cases import CASES
    from eval.check import check_cases

    found = check_cases(cases or CASES)
    for fault in found:
        mark = "" if fault.certain else "doubt: "
        typer.echo(f"{fault.case}/{fault.file}: {mark}{fault.text}")
    faults = sum(fault.certain for fault in found)
    typer.echo(f"{faults} faults, {len(found) - faults} doubts.", err=True)
    raise typer.Exit(1 if faults else 0)


@app.command()
def adopt(
    meeting: Annotated[Path, typer.Argument(help="Folder with reviewed minutes.json and transcript.json.")],
    cases: Annotated[Path, typer.Option(help="Folder of cases that it joins.")],
    id: Annotated[str | None, typer.Option(help="Name of the case. [the folder's name]")] = None,
) -> None:
    """Make a case of a reviewed meeting: its corrections are the gold."""
    from eval.adopt import adopt as adopted

    typer.echo(adopted(meeting, cases, id))


def _reported(made: "Run", suite: str, scribe: str, source: str, output: Path | None) -> "Report":
    """Shows the report of a run, and writes it where a folder is given."""
    from rich.console import Console

    from eval.report import make_report
    from eval.results import read_baseline, write_results
    from eval.table import table

    report = make_report(
        made.results,
        made.failed,
        suite=suite,
        scribe=scribe,
        source=source,
        baseline=read_baseline(suite, scribe),
    )
    console = Console()
    # Written before anything is printed: whoever reads only the first lines still has all of it.
    written = write_results(made, report, output) if output else ()
    for group in report.scores:
        console.print(table(report, group))
        console.print()
    for name, reason in report.failed.items():
        Console(stderr=True).print(f"{name} failed: {reason}", style="red", markup=False, soft_wrap=True)
    for path in written:
        console.print(str(path), soft_wrap=True)
    return report

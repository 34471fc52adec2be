"""`lihui eval`: measures the product on sample meetings."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.errors import MinutesError

app = typer.Typer(no_args_is_help=True, help="Measure the product on sample meetings.")


@app.command()
def run(
    suite: Annotated[str, typer.Option(help="train, dev, test or all.")] = "dev",
    scribe: Annotated[str, typer.Option(help="Who reads.")] = "rules",
    cases: Annotated[Path | None, typer.Option(help="Folder of cases instead of the built-in ones.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the results.")] = Path(
        "eval-results"
    ),
) -> None:
    """Make minutes of every case of a suite and score them; report.json and the minutes go to the output folder."""
    from eval.cases import load_cases
    from eval.harness import run_case
    from eval.report import as_json, table
    from eval.score import Scores
    from eval.suites import suite as ids_of
    from pipeline.files import write_whole
    from pipeline.registry import make_scribe

    reader = make_scribe(scribe)
    chosen = load_cases(cases) if cases else load_cases(ids=ids_of(suite))
    total: dict[str, Scores] = {}
    by_case: dict[str, object] = {}
    failed: dict[str, str] = {}
    for case in chosen:
        try:
            minutes, scores = run_case(case, reader)
        except MinutesError as error:
            failed[case.id] = str(error)
            continue
        write_whole(output / case.id / "minutes.json", minutes.model_dump_json(indent=2).encode())
        by_case[case.id] = as_json(scores)
        for group in (case.transcript.language, "all"):
            total[group] = total.get(group, Scores()) + scores
    report = {
        "suite": suite if cases is None else str(cases),
        "scribe": scribe,
        "scores": {group: as_json(scores) for group, scores in total.items()},
        "cases": by_case,
        "failed": failed,
    }
    write_whole(output / "report.json", json.dumps(report, ensure_ascii=False, indent=2).encode())
    console = Console()
    for group, scores in total.items():
        console.print(table(scores, f"{group} ({scribe}, {report['suite']})"))
        console.print()
    for name, reason in failed.items():
        Console(stderr=True).print(f"{name} failed: {reason}", style="red", markup=False)
    console.print(str(output / "report.json"), soft_wrap=True)
    raise typer.Exit(1 if failed else 0)

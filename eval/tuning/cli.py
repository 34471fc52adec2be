"""`lihui eval tune`, `promote`, `judge` and `calibrate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.protocols import LanguageModel
    from pipeline.settings import Settings
    from pipeline.transcript import Language

EXIT_REFUSED = 3

app = typer.Typer()

Task = Annotated[str, typer.Argument(help="The prompt's task.")]
Prompts = Annotated[Path | None, typer.Option(help="Folder of prompts instead of the built-in one.")]
ChosenPrompts = Annotated[
    list[str] | None, typer.Option("--prompt", help="A prompt's version or file: read=2, reflect=draft.md.")
]
Model = Annotated[str | None, typer.Option(help="Who reads: llm:<provider>:<model>. [the setting `llm`]")]


@app.command()
def tune(
    task: Task,
    budget: Annotated[int, typer.Option(min=1, help="Questions to the models in all.")] = 200,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", min=1, help="Tokens in and out in all.")
    ] = None,
    scribe: Model = None,
    reflect: Annotated[str | None, typer.Option(help="Who reflects on mistakes. [who reads]")] = None,
    language: Annotated[str | None, typer.Option(help="zh or en. [one after the other]")] = None,
    train: Annotated[
        str, typer.Option(help="Meetings whose mistakes are looked at: a suite or folder.")
    ] = "train",
    dev: Annotated[str, typer.Option(help="Meetings that decide: a suite or folder.")] = "dev",
    prompt: ChosenPrompts = None,
    seed: Annotated[int, typer.Option(help="The same seed and answers give the same prompt.")] = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder for all of it; no version is added then.")
    ] = None,
) -> None:
    """Search a better prompt; all answers are kept, and the same command goes on where it was stopped."""
    from eval.tuning.progress import watched
    from eval.tuning.tune import Wanted, tune
    from eval.tuning.written import candidate, next_version, write_outcome
    from pipeline.prompt import PROMPTS, parse_choice
    from pipeline.settings import load_settings

    settings = load_settings()
    reader = _model(scribe, settings)
    reflecting = _model(reflect, settings) if reflect else reader
    wanted = Wanted(
        task=task,
        languages=("zh", "en") if language is None else (_language(language),),
        train=train,
        dev=dev,
        calls=budget,
        tokens=max_tokens,
        seed=seed,
        prompts=parse_choice(tuple(prompt or settings.prompts)),
        redact=settings.redact,
    )
    folder = output or Path(f"eval-tune-{task}")
    with watched(budget, max_tokens) as (spent, tell):
        outcome = tune(wanted, reader, reflecting, settings.limits, folder, spent, tell)
    version = None if output else next_version(PROMPTS / task, candidate(outcome, seed, reader.name))
    for path in write_outcome(outcome, wanted, spent, (reader.name, reflecting.name), folder, version):
        typer.echo(path)
    if outcome.best == outcome.start:
        typer.echo("No better prompt was found.", err=True)


@app.command()
def promote(
    task: Task,
    version: Annotated[str, typer.Argument(help="Its number.")],
    results: Annotated[Path, typer.Option(help="Folder of `lihui eval run` with this version.")] = Path(
        "eval-results"
    ),
    most_broken: Annotated[int, typer.Option(min=0, help="Items that were right and may be wrong now.")] = 3,
    prompts: Prompts = None,
    baselines: Annotated[Path | None, typer.Option(help="Folder of accepted reports.")] = None,
) -> None:
    """Make a measured version of a prompt the one that is used; exit 3 when it is worse than the accepted result."""
    from eval.results import BASELINES
    from eval.tuning.promote import examine
    from eval.tuning.promote import promote as promoted
    from pipeline.prompt import PROMPTS

    folder = prompts or PROMPTS
    examined = examine(task, version, results, folder, baselines or BASELINES, most_broken)
    for reason in examined.refused:
        typer.echo(reason, err=True)
    if examined.refused:
        raise typer.Exit(EXIT_REFUSED)
    for path in promoted(examined, folder):
        typer.echo(path)
    typer.echo(
        f"`lihui eval accept {results}` makes its result the one that later ones are held against.", err=True
    )


@app.command()
def judge(
    results: Annotated[Path, typer.Argument(help="Folder of results.")],
    scribe: Annotated[str, typer.Option(help="Who judges: llm:<provider>:<model>.")],
    prompt: ChosenPrompts = None,
    cases: Annotated[Path | None, typer.Option(help="Folder of cases instead of the built-in ones.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File of verdicts. [verdicts.jsonl in the folder]")
    ] = None,
) -> None:
    """Have a language model judge the summaries of results; exit 1 when it left one unjudged."""
    from eval.tuning.judging import judge_results
    from pipeline.prompt import parse_choice
    from pipeline.settings import load_settings

    settings = load_settings()
    model = _model(scribe, settings)
    chosen = parse_choice(tuple(prompt or settings.prompts))
    file = output or results / "verdicts.jsonl"
    failed = judge_results(results, cases, model, settings.limits, chosen, file)
    for name, reason in failed.items():
        typer.echo(f"{name} was not judged: {reason}", err=True)
    typer.echo(file)
    raise typer.Exit(1 if failed else 0)


@app.command()
def calibrate(
    verdicts: Annotated[list[Path], typer.Argument(help="Files of verdicts, a judge's and people's.")],
) -> None:
    """Show how far a judge agrees with people; exit 3 when it may not be relied on."""
    from eval.tuning.verdicts import calibrate as calibrated
    from eval.tuning.verdicts import read_verdicts, refusals

    agreements = calibrated(read_verdicts(verdicts))
    for a in agreements:
        kappa = "undefined" if a.kappa is None else f"{a.kappa:.2f}"
        by_chance = f" ({a.interval.low:.2f} to {a.interval.high:.2f})" if a.interval else ""
        typer.echo(f"{a.question}: kappa {kappa}{by_chance}; {a.agreed} of {a.verdicts} verdicts agree")
    reasons = refusals(agreements)
    for reason in reasons:
        typer.echo(f"The judge may not gate: {reason}", err=True)
    raise typer.Exit(EXIT_REFUSED if reasons else 0)


def _model(spec: str | None, settings: "Settings") -> "LanguageModel":
    """The language model of a scribe's specification.

    Raises:
        UsageError: It names none.
    """
    from pipeline.registry import LLM, make_language_model

    named = spec or (f"{LLM}:{settings.llm}" if settings.llm else settings.scribe)
    kind, _, model = named.partition(":")
    if kind != LLM:
        raise UsageError(f"“{named}” is no language model: write --scribe {LLM}:PROVIDER:MODEL.")
    return make_language_model(model, settings.limits)


def _language(text: str) -> "Language":
    if text in ("zh", "en"):
        return text
    raise UsageError(f"“{text}” is no language of this program: write zh or en.")

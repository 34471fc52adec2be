"""A measured version of a prompt becomes the one that is used."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.gate import gate
from eval.provenance import PromptUsed
from eval.report import Measure, Report, read_report
from eval.results import accepted_report
from eval.table import LABELS
from pipeline.errors import InputError
from pipeline.files import write_together
from pipeline.prompt import Prompt, find_prompt


@dataclass(frozen=True)
class Promotion:
    """A version that may be promoted, or the reasons against it.

    Attributes:
        prompt: The version.
        report: Its measurement.
        accepted: What that was held against.
        refused: Sentences of the gate; none where it may pass.
    """

    prompt: Prompt
    report: Report
    accepted: Report
    refused: tuple[str, ...]


def examine(
    task: str, version: str, results: Path, prompts: Path, baselines: Path, most_broken: int
) -> Promotion:
    """Looks whether a version may be promoted.

    Args:
        task: Of the prompt.
        version: Its number.
        results: Folder of `lihui eval run` with this version, or its report.
        prompts: Folder of the prompts.
        baselines: Folder of the accepted reports.
        most_broken: How many items that were right may be wrong now.

    Raises:
        UsageError: There is no such version.
        InputError: It was released with other content, was not measured, or nothing was accepted to hold it against.
    """
    number = version.removeprefix("v")
    prompt = find_prompt(task, {task: number}, prompts)
    locked = _released(prompts).get(_name(prompt))
    if locked not in (None, prompt.sha256):
        raise InputError(
            f"{prompt.name} was released with other content, which never changes: restore "
            f"{prompts / _name(prompt)} and write the new text as another version."
        )
    report = _measured(prompt, results)
    accepted = accepted_report(report.suite, report.scribe, baselines)
    return Promotion(prompt, report, accepted, gate(report, accepted, most_broken))


def promote(promotion: Promotion, prompts: Path) -> tuple[Path, ...]:
    """Locks the version, writes its scores into the changelog and makes it active: all of it or nothing.

    Raises:
        InputError: The file was changed since it was examined.
        EnvironmentProblem: A file cannot be written.
    """
    prompt = promotion.prompt
    file = prompts / _name(prompt)
    if hashlib.sha256(file.read_bytes()).hexdigest() != prompt.sha256:
        raise InputError(f"{file} was changed while it was examined.")
    released, active = prompts / "released.toml", prompts / "active.toml"
    changelog = prompts / prompt.task / "CHANGELOG.md"
    files = {
        released: _with_key(released, f'"{_name(prompt)}"', f'"{prompt.sha256}"'),
        active: _with_key(active, prompt.task, prompt.version.removeprefix("v")),
        changelog: _changelog(changelog, promotion),
    }
    write_together({path: text.encode() for path, text in files.items()})
    return tuple(files)


def _measured(prompt: Prompt, results: Path) -> Report:
    """The report of a run with this version and no other.

    Raises:
        InputError: There is none.
    """
    file = results / "report.json" if results.is_dir() else results
    report = read_report(file) if file.is_file() else None
    if report is None or {p.sha256 for p in _prompts(report, prompt.task)} != {prompt.sha256}:
        number = prompt.version.removeprefix("v")
        raise InputError(
            f"{prompt.name} was not measured in {results}: run `lihui eval run --scribe llm:… "
            f"--prompt {prompt.task}={number} -o {results}` first."
        )
    return report


def _changelog(path: Path, promotion: Promotion) -> str:
    """The changelog with an entry for the version on top."""
    head = f"# Released versions of the prompt “{promotion.prompt.task}”\n"
    before = path.read_text("utf-8").removeprefix(head) if path.exists() else ""
    return f"{head}\n" + "\n".join(_entry(promotion)) + f"\n{before}"


def _entry(promotion: Promotion) -> Iterator[str]:
    prompt, report = promotion.prompt, promotion.report
    series = len({case.series for case in report.cases.values()})
    yield f"## {prompt.version}"
    yield prompt.about
    yield ""
    before = ", ".join(p.name for p in _prompts(promotion.accepted, prompt.task)) or "none"
    yield (
        f"{len(report.cases)} meetings in {series} series ({report.suite}, data {report.made.data_sha256[:12]}), "
        f"read by {report.scribe}; the accepted result before was made with {before}."
    )
    yield ""
    yield "| | score | interval | accepted before |"
    yield "|---|---|---|---|"
    measured, accepted = report.scores["all"], promotion.accepted.scores["all"]
    for name, measure in measured.items():
        field, _, part = name.partition(".")
        if part in ("", "f1"):
            yield f"| {LABELS[field]}{' F1' if part else ''} | {_row(measure, accepted.get(name))} |"


def _row(measure: Measure, before: Measure | None) -> str:
    interval = "–" if measure.low is None else f"{measure.low:.3f} to {measure.high:.3f}"
    return f"{measure.value:.3f} | {interval} | {'–' if before is None else f'{before.value:.3f}'}"


def _prompts(report: Report, task: str) -> tuple[PromptUsed, ...]:
    """The versions of one prompt that a result was made with."""
    return tuple(p for p in report.made.prompts if p.name.partition(" ")[0] == task)


def _name(prompt: Prompt) -> str:
    return f"{prompt.task}/{prompt.version}.md"


def _released(prompts: Path) -> dict[str, str]:
    return tomllib.loads((prompts / "released.toml").read_text("utf-8"))


def _with_key(path: Path, key: str, value: str) -> str:
    """A TOML file of plain keys with one of them set; its comments and order stay, a new key goes to the end."""
    lines = path.read_text("utf-8").splitlines()
    line = f"{key} = {value}"
    at = next((i for i, old in enumerate(lines) if re.match(rf"{re.escape(key)}\s*=", old)), None)
    if at is None:
        lines.append(line)
    else:
        comment = re.search(r"\s+#[^\"]*$", lines[at])
        lines[at] = line + (comment[0] if comment else "")
    return "\n".join(lines) + "\n"

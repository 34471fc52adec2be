"""A folder of results: ``report.json``, its tables and pages, and ``<id>/minutes.json`` of every case."""

import re
from collections.abc import Sequence
from pathlib import Path

from eval.cases import Case, read_value
from eval.harness import Run, result_of
from eval.pages import case_page, report_page
from eval.report import CaseResult, Report, read_report
from eval.table import markdown
from pipeline.errors import InputError, MinutesError
from pipeline.files import write_together
from pipeline.minutes import Minutes
from pipeline.transcript import Transcript

BASELINES = Path(__file__).parent / "baselines"
"""Accepted reports: ``<suite>-<scribe>.json``."""


def write_results(run: Run, report: Report, folder: Path) -> tuple[Path, ...]:
    """Writes everything, all or nothing, and returns the paths of the reports.

    Raises:
        EnvironmentProblem: The folder cannot be written.
    """
    reports = {
        folder / "report.json": report.model_dump_json(indent=1).encode(),
        folder / "report.md": markdown(report).encode(),
        folder / "report.html": report_page(report).encode(),
    }
    files: dict[Path, bytes] = {}
    for result in run.results:
        place = folder / result.case.id
        files[place / "minutes.json"] = result.minutes.model_dump_json(indent=2).encode()
        files[place / "case.html"] = case_page(result).encode()
        if result.heard:
            files[place / "transcript.json"] = result.heard.model_dump_json(indent=2).encode()
    write_together({**files, **reports})
    return tuple(reports)


def read_results(cases: Sequence[Case], folder: Path) -> Run:
    """Scores the minutes that lie in a folder of results, or in one that `lihui run` wrote.

    A ``transcript.json`` beside the minutes that says something else than the case's is what was heard.
    """
    results: dict[str, CaseResult] = {}
    failed: dict[str, str] = {}
    for case in cases:
        place = folder / case.id
        try:
            minutes = read_value(place / "minutes.json", Minutes)
            heard = _heard(place / "transcript.json", case)
            results[case.id] = result_of(case, minutes, heard)
        except MinutesError as error:
            failed[case.id] = str(error)
    if not results:
        raise InputError(f"{folder} holds no minutes.json of these cases: {'; '.join(failed.values())}")
    return Run(tuple(results.values()), failed)


def baseline_file(suite: str, scribe: str, folder: Path = BASELINES) -> Path:
    """Where the accepted report of a scribe on a suite lies."""
    name = f"{Path(suite).name}-{scribe}"
    return folder / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}.json"


def read_baseline(suite: str, scribe: str, folder: Path = BASELINES) -> Report | None:
    """The accepted report, or None where none was accepted yet.

    Raises:
        InputError: It is there, but no report of this version.
    """
    file = baseline_file(suite, scribe, folder)
    return read_report(file) if file.exists() else None


def accepted_report(suite: str, scribe: str, folder: Path = BASELINES) -> Report:
    """The accepted report.

    Raises:
        InputError: None was accepted yet.
    """
    report = read_baseline(suite, scribe, folder)
    if report is None:
        raise InputError(
            f"No result of {scribe} on {suite} was accepted yet: `lihui eval accept` makes one so."
        )
    return report


def accept(report: Report, folder: Path = BASELINES) -> Path:
    """Makes a report the one that later ones are held against.

    Raises:
        InputError: A case of it failed.
    """
    if report.failed:
        raise InputError(f"A report with failed cases is not accepted: {', '.join(report.failed)}.")
    file = baseline_file(report.suite, report.scribe, folder)
    write_together({file: report.model_dump_json(indent=1).encode()})
    return file


def _heard(file: Path, case: Case) -> Transcript | None:
    if not file.exists():
        return None
    heard = read_value(file, Transcript)
    texts = [u.text for u in case.transcript.utterances]
    return None if [u.text for u in heard.utterances] == texts else heard

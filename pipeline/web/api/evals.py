"""How good the product is: evaluations that were run, and the prompts that they measured."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse

from pipeline import evaluations
from pipeline.evaluations import Measure, Report, Run
from pipeline.prompt_versions import Version, versions
from pipeline.records.site import Site
from pipeline.transcript import Value
from pipeline.web.access import Administering, Here, Reading
from pipeline.web.problems import documented, not_found

router = APIRouter(tags=["evaluation"])

PAGE_POLICY = "; ".join(
    (
        "sandbox allow-same-origin",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Reports carry their style in themselves, and quote meetings: nothing in them may run, load or send anything."""

Name = Annotated[str, Path(max_length=255)]


class Score(Value):
    """One score, with what it is held against; None where that has no such score.

    Attributes:
        value: The score.
        total: What it was counted over.
        low: Lower end of its 95 % interval.
        high: Upper end.
        floor: What a reader of keywords alone reaches.
        second: Agreement of two people's readings.
        accepted: Of the last accepted result.
    """

    value: float
    total: int
    low: float | None
    high: float | None
    floor: float | None
    second: float | None
    accepted: float | None


class PromptInfo(Value):
    """A prompt that was asked with: task and version, hash of its file."""

    name: str
    sha256: str


class RunLine(Value):
    """An evaluation.

    Attributes:
        name: Of its folder.
        at: When it was written.
        suite: Name of the suite, or the folder of the cases.
        scribe: Who read.
        source: Whether transcripts were read or recordings heard.
        prompts: All prompts that were asked with.
        cases: How many meetings went through.
        failed: How many did not; they are in no score.
        scores: Of all meetings, by measure.
        has_page: Whether there is a page of it.
    """

    name: str
    at: datetime
    suite: str
    scribe: str
    source: str
    prompts: tuple[PromptInfo, ...]
    cases: int
    failed: int
    scores: dict[str, Score]
    has_page: bool


class RunList(Value):
    """Evaluations, the newest first, and folders whose report cannot be read."""

    runs: tuple[RunLine, ...]
    unreadable: tuple[str, ...]


class WholeRun(RunLine):
    """An evaluation with all its scores.

    Attributes:
        commit: Of the repository; None where there was none.
        dirty: Whether files differed from it.
        backends: Who listened and read.
        data_sha256: Hash over the files of all cases: scores compare where it is the same.
        groups: Scores by group of meetings: ``all``, ``en``, ``zh``.
        case_names: Meetings that went through.
        failures: Why the others did not.
    """

    commit: str | None
    dirty: bool | None
    backends: tuple[str, ...]
    data_sha256: str
    groups: dict[str, dict[str, Score]]
    case_names: tuple[str, ...]
    failures: dict[str, str]


class VersionLine(Value):
    """One version of a prompt.

    Attributes:
        version: Such as ``v1``.
        sha256: Hash of its file.
        about: What it is for.
        active: Whether it is the one that is used.
        released: Whether it is locked.
        altered: Whether it was changed although it is locked.
        last: The newest evaluation that was made with exactly this text.
    """

    version: str
    sha256: str
    about: str
    active: bool
    released: bool
    altered: bool
    last: RunLine | None


class TaskPrompts(Value):
    """All versions of the prompt of one task, the newest first."""

    task: str
    versions: tuple[VersionLine, ...]


class PromptText(VersionLine):
    """A version of a prompt with its text."""

    task: str
    text: str


@router.get("/evals")
def list_runs(site: Here, asker: Reading) -> RunList:
    """All evaluations."""
    del asker
    found = _runs(site)
    return RunList(
        runs=tuple(_line(run, run.report) for run in found if run.report),
        unreadable=tuple(run.name for run in found if run.report is None),
    )


@router.get("/evals/{name}", responses=documented(404))
def read_run(name: Name, site: Here, asker: Reading) -> WholeRun:
    """An evaluation with the scores of each group of meetings."""
    del asker
    run, report = _run_named(site, name)
    return WholeRun(
        **dict(_line(run, report)),
        commit=report.made.commit,
        dirty=report.made.dirty,
        backends=report.made.backends,
        data_sha256=report.made.data_sha256,
        groups={group: _scores(measures) for group, measures in report.scores.items()},
        case_names=tuple(report.cases),
        failures=report.failed,
    )


@router.get("/evals/{name}/report.html", response_class=HTMLResponse, responses=documented(404))
def read_report(name: Name, site: Here, asker: Reading) -> HTMLResponse:
    """The page of an evaluation."""
    del asker
    return _page(_run_named(site, name)[0].page())


@router.get("/evals/{name}/{case}/case.html", response_class=HTMLResponse, responses=documented(404))
def read_case(name: Name, case: Name, site: Here, asker: Administering) -> HTMLResponse:
    """The page of one case: it shows the whole meeting, which may be a real one of any series."""
    del asker
    return _page(_run_named(site, name)[0].case_page(case))


@router.get("/prompts")
def list_prompts(site: Here, asker: Reading) -> tuple[TaskPrompts, ...]:
    """All prompts with their versions, which of them are used, and how good they last were."""
    del asker
    found, runs = versions(), _runs(site)
    tasks = dict.fromkeys(version.prompt.task for version in found)
    return tuple(
        TaskPrompts(task=task, versions=tuple(_version(v, runs) for v in found if v.prompt.task == task))
        for task in tasks
    )


@router.get("/prompts/{task}/{version}", responses=documented(404))
def read_prompt(task: Name, version: Name, site: Here, asker: Reading) -> PromptText:
    """A version of a prompt with its text."""
    del asker
    for found in versions():
        if (found.prompt.task, found.prompt.version) == (task, version):
            return PromptText(**dict(_version(found, _runs(site))), task=task, text=found.text)
    raise not_found("prompt")


def _runs(site: Site) -> tuple[Run, ...]:
    return evaluations.runs(site.settings.eval_results)


def _run_named(site: Site, name: str) -> tuple[Run, Report]:
    run = evaluations.run_named(site.settings.eval_results, name)
    if run is None or run.report is None:
        raise not_found("evaluation")
    return run, run.report


def _page(content: bytes | None) -> HTMLResponse:
    if content is None:
        raise not_found()
    return HTMLResponse(content, headers={"Content-Security-Policy": PAGE_POLICY})


def _line(run: Run, report: Report) -> RunLine:
    return RunLine(
        name=run.name,
        at=run.at,
        suite=report.suite,
        scribe=report.scribe,
        source=report.source,
        prompts=tuple(PromptInfo(name=one.name, sha256=one.sha256) for one in report.made.prompts),
        cases=len(report.cases),
        failed=len(report.failed),
        scores=_scores(report.scores.get("all", {})),
        has_page=run.has_page,
    )


def _scores(measures: dict[str, Measure]) -> dict[str, Score]:
    return {
        name: Score(
            value=one.value,
            total=one.total,
            low=one.low,
            high=one.high,
            floor=one.anchors.floor,
            second=one.anchors.second,
            accepted=one.anchors.baseline,
        )
        for name, one in measures.items()
    }


def _version(version: Version, runs: tuple[Run, ...]) -> VersionLine:
    prompt = version.prompt
    last = next((run for run in runs if run.report and _used(run.report, prompt.name, prompt.sha256)), None)
    return VersionLine(
        version=prompt.version,
        sha256=prompt.sha256,
        about=prompt.about,
        active=version.active,
        released=version.released,
        altered=version.altered,
        last=_line(last, last.report) if last and last.report else None,
    )


def _used(report: Report, name: str, sha256: str) -> bool:
    return any((one.name, one.sha256) == (name, sha256) for one in report.made.prompts)

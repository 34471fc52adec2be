"""Results of `lihui eval run` as they lie in a folder: what is needed to show them, read without the evaluation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

REPORT = "report.json"


class _Read(BaseModel):
    """A part of a file that holds more than is looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Anchors(_Read):
    """What a score is held against; None where that has no such score.

    Attributes:
        floor: What a reader of keywords alone reaches.
        second: Agreement of two readings.
        baseline: The last accepted result.
    """

    floor: float | None = None
    second: float | None = None
    baseline: float | None = None


class Measure(_Read):
    """One score of a group of cases.

    Attributes:
        value: The score.
        total: What it was counted over.
        low: Lower end of its 95 % interval; None where it has none.
        high: Upper end.
        anchors: What it is held against.
    """

    value: float
    total: int
    low: float | None = None
    high: float | None = None
    anchors: Anchors = Anchors()


class PromptUsed(_Read):
    """A prompt that was asked with: task and version, hash of its file."""

    name: str
    sha256: str


class Made(_Read):
    """What a result was made with.

    Attributes:
        commit: Of the repository; None where there was none.
        dirty: Whether files differed from it.
        backends: Who listened and read.
        prompts: All prompts that were asked with.
        data_sha256: Hash over the files of all cases.
    """

    commit: str | None = None
    dirty: bool | None = None
    backends: tuple[str, ...] = ()
    prompts: tuple[PromptUsed, ...] = ()
    data_sha256: str


class CaseHead(_Read):
    """One sample meeting of an evaluation."""

    language: str
    series: str


class Report(_Read):
    """An evaluation.

    Attributes:
        suite: Name of the suite, or the folder of the cases.
        scribe: Who read.
        source: Whether transcripts were read or recordings heard.
        made: What it was made with.
        scores: By group (``all``, ``en``, ``zh``), every measure that applies.
        cases: By id.
        failed: By id, why no minutes were made.
    """

    suite: str
    scribe: str
    source: str
    made: Made
    scores: dict[str, dict[str, Measure]]
    cases: dict[str, CaseHead]
    failed: dict[str, str]


@dataclass(frozen=True)
class Run:
    """A folder of results.

    Attributes:
        name: Of the folder.
        at: When its report was written.
        folder: Where it is.
        report: Its scores; None where the file is none, or of another version.
    """

    name: str
    at: datetime
    folder: Path
    report: Report | None

    @property
    def has_page(self) -> bool:
        """Whether there is a page of all scores."""
        return (self.folder / "report.html").is_file()

    def page(self) -> bytes | None:
        """The page of all scores."""
        return _content(self.folder / "report.html")

    def case_page(self, case: str) -> bytes | None:
        """The page of one case beside its gold, where there is such a case."""
        if self.report is None or case not in self.report.cases:
            return None
        folder = _child(self.folder, case)
        return _content(folder / "case.html") if folder else None


def runs(results: Path) -> tuple[Run, ...]:
    """All evaluations in a folder, and the one that the folder itself is; the newest first."""
    found = (_run(folder) for folder in _folders(results))
    return tuple(sorted((run for run in found if run), key=lambda run: (run.at, run.name), reverse=True))


def run_named(results: Path, name: str) -> Run | None:
    """The evaluation of that name."""
    return next((run for run in runs(results) if run.name == name), None)


def _folders(results: Path) -> Iterator[Path]:
    try:
        # A name that is no text of this world's encodings cannot be asked for.
        yield from (path for path in results.iterdir() if path.is_dir() and path.name.isprintable())
        yield results.resolve()
    except OSError:
        return  # nobody evaluated anything here


def _run(folder: Path) -> Run | None:
    try:
        stat = (folder / REPORT).stat()
        report = _report(folder / REPORT, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return None
    return Run(folder.name, datetime.fromtimestamp(stat.st_mtime, UTC), folder, report)


@lru_cache(maxsize=256)
def _report(file: Path, changed: int, size: int) -> Report | None:
    """A report; read again only after the file changed."""
    del changed, size
    try:
        return Report.model_validate_json(file.read_bytes())
    except ValidationError:
        return None


def _child(folder: Path, name: str) -> Path | None:
    """What lies in a folder under a name that somebody sent: looked for, so that no path is made of it."""
    return next((path for path in folder.iterdir() if path.name == name), None)


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None

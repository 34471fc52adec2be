"""A search's workplace: short meetings, a poor prompt, and a simulated model behind a server on loopback."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.tuning.cli import app
from tests.eval.tuning.meetings import DEV_EN, DEV_ZH, TRAIN_EN, TRAIN_ZH, short_meetings
from tests.eval.tuning.simulation import POOR, simulated
from tests.loopback_llm import Fault, LoopbackModel, Question


@pytest.fixture(scope="session")
def meetings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meetings")
    short_meetings(folder / "train", TRAIN_ZH + TRAIN_EN)
    short_meetings(folder / "dev", DEV_ZH + DEV_EN)
    return folder


@contextmanager
def simulation(
    answer: Callable[[Question], str], folder: Path, faults: Iterable[Fault | None] = ()
) -> Generator[LoopbackModel]:
    """A model that answers so, with the environment that points to it, and a poor prompt in the current folder."""
    with LoopbackModel(answer, faults=faults) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in {**server.environment, "LIHUI_CACHE": str(folder / "cache")}.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        Path("poor.md").write_text(POOR, "utf-8")
        yield server


@pytest.fixture(scope="session")
def answer(meetings: Path) -> Callable[[Question], str]:
    """What the simulated model says."""
    return simulated(meetings / "train", meetings / "dev")


@dataclass(frozen=True)
class Searched:
    """What a search over both languages left behind."""

    result: Result
    calls: int
    candidate: str
    report: str


def tune(meetings: Path, *more: str, output: str = "out") -> Result:
    places = ("--train", str(meetings / "train"), "--dev", str(meetings / "dev"), "-o", output)
    asked = ("tune", "read", "--scribe", "llm:openai:any", "--prompt", "read=poor.md", *places, *more)
    return CliRunner().invoke(app, asked)


def files(output: str = "out") -> tuple[str, str]:
    """Candidate and report."""
    place = Path(output)
    return (place / "candidate.md").read_text("utf-8"), (place / "report.md").read_text("utf-8")


@pytest.fixture(scope="session")
def searched(
    answer: Callable[[Question], str], meetings: Path, tmp_path_factory: pytest.TempPathFactory
) -> Searched:
    with simulation(answer, tmp_path_factory.mktemp("searched")) as server:
        return Searched(tune(meetings, "--budget", "64"), server.calls, *files())


@pytest.fixture
def model(answer: Callable[[Question], str], tmp_path: Path) -> Iterator[LoopbackModel]:
    with simulation(answer, tmp_path) as server:
        yield server

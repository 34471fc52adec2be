"""The command `lihui`, run in this process where that will do and in one of its own where it must be."""

import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from eval.cases import CASES
from pipeline.cli import main
from pipeline.minutes import Minutes

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "audio_samples"
EN_CASE = CASES / "en-clinic-weekly-01"
ZH_CASE = CASES / "zh-retail-weekly-01"
LIHUI = (sys.executable, "-c", "from pipeline.cli import main; main()")


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it wrote where."""

    code: int
    out: str
    err: str

    @property
    def minutes(self) -> Minutes:
        """What ``--json`` printed."""
        return Minutes.model_validate_json(self.out)

    @property
    def one_error(self) -> str:
        """The sentence of a command that failed with one, and neither a result nor a traceback beside it."""
        lines = self.err.splitlines()
        errors = [line for line in lines if line.startswith("error: ")]
        assert len(errors) == 1, self.err
        assert errors[0] == lines[-1], self.err
        assert self.out == ""
        return errors[0].removeprefix("error: ")


def lihui(*arguments: str | Path) -> Outcome:
    """Runs the command in this process."""
    out, err = StringIO(), StringIO()
    argv = ["lihui", *map(str, arguments)]
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", argv),
        pytest.raises(SystemExit) as stop,
    ):
        main()
    assert isinstance(stop.value.code, int)
    return Outcome(stop.value.code, out.getvalue(), err.getvalue())


def lihui_process(*arguments: str | Path) -> Outcome:
    """Runs the command in a process of its own."""
    done = subprocess.run([*LIHUI, *map(str, arguments)], capture_output=True, encoding="utf-8", check=False)
    return Outcome(done.returncode, done.stdout, done.stderr)


def files_under(folder: Path) -> list[str]:
    """All files in a folder and below."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

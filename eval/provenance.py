"""What a result was made with, so that it can be made again."""

import hashlib
import platform
import re
import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from eval.bootstrap import DRAWS, SEED
from eval.cases import Case
from pipeline.minutes import Minutes
from pipeline.transcript import Value

REPOSITORY = Path(__file__).parent.parent
DATA = ("case.json", "transcript.json", "gold.json", "second.json")


class PromptUsed(Value):
    """A prompt that was asked with."""

    name: str
    sha256: str


class Provenance(Value):
    """What a result was made with.

    Attributes:
        commit: Of the repository; None where the program is not run from one.
        dirty: Whether files differ from the commit.
        python: Version of the interpreter.
        packages: Version of the product and of each package it asks for, where installed.
        backends: Names and models of who listened and read.
        prompts: All prompts that were asked with.
        data_sha256: Hash over all files of all cases but the recordings.
        seed: Of the bootstrap.
        draws: Of the bootstrap.
    """

    commit: str | None
    dirty: bool | None
    python: str
    packages: dict[str, str]
    backends: tuple[str, ...]
    prompts: tuple[PromptUsed, ...]
    data_sha256: str
    seed: int = SEED
    draws: int = DRAWS


def provenance(minutes: Iterable[Minutes], cases: Iterable[Case]) -> Provenance:
    """States what these minutes of these cases were made with."""
    stages = [stage for made in minutes for stage in made.origin.stages]
    commit = _git("rev-parse", "HEAD")
    prompts = {(s.prompt, s.prompt_sha256) for s in stages if s.prompt}
    return Provenance(
        commit=commit,
        dirty=None if commit is None else bool(_git("status", "--porcelain")),
        python=platform.python_version(),
        packages=_packages(),
        backends=tuple(sorted({s.backend for s in stages if s.backend})),
        prompts=tuple(PromptUsed(name=n or "", sha256=h or "") for n, h in sorted(prompts, key=str)),
        data_sha256=data_sha256(cases),
    )


def data_sha256(cases: Iterable[Case]) -> str:
    """Hash over the files of the cases, in order of their ids."""
    total = hashlib.sha256()
    for case in sorted(cases, key=lambda c: c.id):
        for name in DATA:
            path = case.folder / name if case.folder else None
            content = path.read_bytes() if path and path.exists() else b""
            total.update(f"{case.id}/{name} {len(content)}\n".encode() + content)
    return total.hexdigest()


def _packages() -> dict[str, str]:
    # What only tests and training need changes no result.
    lines = [line for line in requires("lihui") or () if not re.search(r"extra == .(dev|train)", line)]
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in lines]
    found: dict[str, str] = {}
    for name in ["lihui", *sorted(set(names) - {"lihui"})]:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", REPOSITORY, *arguments], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()

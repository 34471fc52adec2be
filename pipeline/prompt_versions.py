"""All versions of all prompts, and which of them are used and locked."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.prompt import PROMPTS, Prompt, find_prompt, read_prompt


@dataclass(frozen=True)
class Version:
    """One version of a prompt.

    Attributes:
        prompt: As its file says.
        text: The whole file.
        active: Whether it is the one that is used.
        released: Whether it is locked: it was measured, and never changes.
        altered: Whether it was changed all the same.
    """

    prompt: Prompt
    text: str
    active: bool
    released: bool
    altered: bool


def versions(folder: Path = PROMPTS) -> tuple[Version, ...]:
    """All versions, task by task, the newest first.

    Raises:
        InputError: A file is no prompt.
    """
    locked = tomllib.loads((folder / "released.toml").read_text("utf-8"))
    return tuple(_version(file, locked, folder) for file in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    for task in sorted(path for path in folder.iterdir() if path.is_dir()):
        numbered = (file for file in task.glob("v*.md") if file.stem[1:].isdecimal())
        yield from sorted(numbered, key=lambda file: int(file.stem[1:]), reverse=True)


def _version(file: Path, locked: dict[str, str], folder: Path) -> Version:
    prompt = read_prompt(file, file.parent.name)
    sha256 = locked.get(f"{prompt.task}/{file.name}")
    return Version(
        prompt=prompt,
        text=file.read_text("utf-8"),
        active=find_prompt(prompt.task, {}, folder).version == prompt.version,
        released=sha256 is not None,
        altered=sha256 not in (None, prompt.sha256),
    )

"""Prompts: files that a person tunes, found by task and version, checked, and filled with what they ask for.

``prompts/<task>/vN.md`` has a front matter (YAML: ``about``, ``inputs``, and under ``language`` the sentence that
says in which language the answer is written) and four parts, ``# zh system``, ``# zh user``, ``# en system`` and
``# en user``. An input stands in the text as ``$name``; ``$language`` is the front matter's sentence.
``prompts/active.toml`` says which version of each task is used.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, cast

import yaml

from pipeline.errors import InputError, UsageError
from pipeline.protocols import Message
from pipeline.transcript import Language

_PACKAGED = Path(__file__).parent / "_prompts"
PROMPTS = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent / "prompts"
"""In an installed package the prompts lie in it, in a repository beside it."""

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
PART = re.compile(r"^# (zh|en) (system|user)[ \t]*$", re.MULTILINE)
"""The heading of a part of a prompt file."""


@dataclass(frozen=True)
class Prompt:
    """One version of a prompt.

    Attributes:
        task: ``read``, ``compose`` …
        version: ``v1`` …, or the file's name where a file was given instead of a version.
        sha256: Hash of the file.
        about: What it is for.
        inputs: What it must be filled with.
        language: By language, the sentence that says which language to write.
        parts: Text by language and role.
    """

    task: str
    version: str
    sha256: str
    about: str
    inputs: tuple[str, ...]
    language: Mapping[Language, str]
    parts: Mapping[tuple[Language, str], str]

    @property
    def name(self) -> str:
        """Task and version, as minutes and reports state them."""
        return f"{self.task} {self.version}"

    def fill(self, language: Language, values: Mapping[str, str]) -> tuple[Message, Message]:
        """The chat that asks the question, in the language of the meeting.

        Args:
            language: Whose parts are taken.
            values: Exactly the prompt's inputs.

        Raises:
            InputError: An input is missing, or one was given that the prompt does not ask for.
        """
        if set(values) != set(self.inputs):
            wrong = sorted(set(values) ^ set(self.inputs))
            raise InputError(
                f"The prompt {self.name} was filled with other inputs than it asks for: {wrong}."
            )
        known = {**values, "language": self.language[language]}
        system, user = (Template(self.parts[language, role]).substitute(known) for role in ("system", "user"))
        return Message(role="system", text=system), Message(role="user", text=user)


def find_prompt(task: str, chosen: Mapping[str, str], folder: Path = PROMPTS) -> Prompt:
    """The prompt of a task: the chosen version or file, else the active one.

    Args:
        task: Its folder.
        chosen: By task, a version number or the path of a prompt file; tasks that are not in it take theirs from
            ``active.toml``.
        folder: Where the prompts are.

    Raises:
        UsageError: There is no such version.
        InputError: The file is no prompt.
    """
    version = chosen.get(task) or str(_active(folder)[task])
    if version.endswith(".md"):
        return read_prompt(Path(version), task)
    path = folder / task / f"v{version.removeprefix('v')}.md"
    if not path.is_file():
        known = ", ".join(sorted(p.stem.removeprefix("v") for p in path.parent.glob("v*.md")))
        raise UsageError(
            f"There is no version “{version}” of the prompt “{task}”: there are {known or 'none'}."
        )
    return read_prompt(path, task)


def parse_choice(texts: tuple[str, ...], folder: Path = PROMPTS) -> dict[str, str]:
    """``("read=2", "compose=draft.md")`` as task and version.

    Raises:
        UsageError: Not of this form, or there is no such task.
    """
    chosen: dict[str, str] = {}
    for text in texts:
        task, equals, version = (part.strip() for part in text.partition("="))
        if not (task and equals and version):
            raise UsageError(f"“{text}” chooses no prompt: write TASK=VERSION, such as read=2.")
        if task not in (known := _active(folder)):
            raise UsageError(f"There is no prompt “{task}”: there are {', '.join(sorted(known))}.")
        chosen[task] = version
    return chosen


def read_prompt(path: Path, task: str) -> Prompt:
    """Reads and checks one prompt file.

    Raises:
        InputError: It cannot be read, a part is missing, or a text uses an input that the front matter does not
            name, or the other way round; the sentence says which.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"The prompt {path} cannot be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"The prompt {path} is no UTF-8 text.") from error
    head, parts = _split(path, text)
    language = cast(dict[Language, str], head.get("language") or {})
    prompt = Prompt(
        task=task,
        version=path.stem,
        sha256=hashlib.sha256(content).hexdigest(),
        about=str(head.get("about") or ""),
        inputs=tuple(map(str, head.get("inputs") or ())),
        language=language,
        parts=parts,
    )
    for spoken in _LANGUAGES:
        used = {name for role in ("system", "user") for name in _inputs(path, parts, spoken, role)}
        wrong = sorted((used - {"language"}) ^ set(prompt.inputs))
        if wrong:
            raise InputError(f"{path}: the {spoken} parts and the front matter differ in inputs: {wrong}.")
        if spoken not in language:
            raise InputError(f"{path}: the front matter lacks the {spoken} sentence of “language”.")
    return prompt


def _split(path: Path, text: str) -> tuple[dict[str, Any], dict[tuple[Language, str], str]]:
    """Front matter and parts of a prompt file."""
    fence = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if fence is None:
        raise InputError(f"{path}: a prompt begins with a front matter between two lines of ---.")
    try:
        head: Any = yaml.safe_load(fence[1])
    except yaml.YAMLError as error:
        raise InputError(f"{path}: the front matter is no YAML.") from error
    if not isinstance(head, dict):
        raise InputError(f"{path}: the front matter has no keys.")
    pieces = PART.split(text[fence.end() :])
    found: dict[tuple[Language, str], str] = {}
    for spoken, role, body in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        found[cast(Language, spoken), str(role)] = str(body).strip()
    return cast(dict[str, Any], head), found


def _inputs(path: Path, parts: Mapping[tuple[Language, str], str], spoken: Language, role: str) -> list[str]:
    template = Template(parts.get((spoken, role), ""))
    if not template.template:
        raise InputError(f"{path}: the part “# {spoken} {role}” is missing.")
    if not template.is_valid():
        raise InputError(f"{path}: “# {spoken} {role}” has a $ that begins no input; write $$ for a dollar.")
    return template.get_identifiers()


def _active(folder: Path) -> dict[str, int]:
    try:
        return tomllib.loads((folder / "active.toml").read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{folder / 'active.toml'} cannot be read.") from error

"""Drafts of a prompt: the whole file, with the system part of one language changed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from pipeline.errors import InputError
from pipeline.files import write_whole
from pipeline.prompt import PART, Prompt
from pipeline.transcript import Language


@dataclass(frozen=True)
class Draft:
    """A prompt file that may lie nowhere yet.

    Attributes:
        task: ``read`` …
        text: All of the file.
    """

    task: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def system(self, language: Language) -> str:
        """The system part of a language as it stands in the file, ``$language`` not filled in."""
        first, last = _body(self.text, language)
        return self.text[first:last].strip()

    def with_system(self, language: Language, system: str) -> "Draft":
        """The same file with another system part.

        Raises:
            ValueError: The part would break the file; the sentence is for who wrote it.
        """
        check_system(system, self.system(language))
        first, last = _body(self.text, language)
        return Draft(self.task, f"{self.text[:first]}\n\n{system.strip()}\n\n{self.text[last:]}")

    def with_head(self, keys: Mapping[str, object]) -> "Draft":
        """The same file with these keys in its front matter, in place of what they held before."""
        head, fence, rest = self.text.partition("\n---\n")
        for key in keys:
            head = re.sub(rf"^{key}:.*(\n[ \t]+.*)*\n?", "", head, flags=re.MULTILINE)
        added = yaml.safe_dump(dict(keys), sort_keys=False, allow_unicode=True, width=110)
        return Draft(self.task, f"{head.rstrip()}\n{added.rstrip()}{fence}{rest}")

    def save(self, folder: Path) -> Path:
        """Writes the file under the name of its hash, where it is not there yet."""
        path = folder / f"{self.sha256[:16]}.md"
        if not path.exists():
            write_whole(path, self.text.encode())
        return path


def draft_of(prompt: Prompt, path: Path) -> Draft:
    """The draft that a prompt's file is.

    Raises:
        InputError: The file has changed since the prompt was read.
    """
    draft = Draft(prompt.task, path.read_text("utf-8"))
    if draft.sha256 != prompt.sha256:
        raise InputError(f"{path} was changed while it was read.")
    return draft


def check_system(system: str, before: str) -> None:
    """Whether a text may take the place of a system part: the same inputs, and no heading of a part in it.

    Raises:
        ValueError: It may not; the sentence says why.
    """
    template = Template(system)
    wanted = sorted(Template(before).get_identifiers())
    if not template.is_valid():
        raise ValueError("A $ stands alone in the instructions: write $$ for a dollar sign.")
    if (given := sorted(template.get_identifiers())) != wanted:
        names: Mapping[str, str] = {name: f"${name}" for name in (*given, *wanted)}
        raise ValueError(
            f"The instructions must hold exactly the placeholders {', '.join(names[n] for n in wanted) or 'none'}; "
            f"they hold {', '.join(names[n] for n in given) or 'none'}."
        )
    if not system.strip():
        raise ValueError("The instructions are empty.")
    if PART.search(system):
        raise ValueError("A line of the instructions is a heading such as “# en user”, which ends the part.")


def _body(text: str, language: Language) -> tuple[int, int]:
    """Where the text under the heading of a system part begins and ends."""
    headings = list(PART.finditer(text))
    for at, heading in enumerate(headings):
        if heading.groups() == (language, "system"):
            end = headings[at + 1].start() if at + 1 < len(headings) else len(text)
            return heading.end(), end
    raise InputError(f"The prompt has no part “# {language} system”.")

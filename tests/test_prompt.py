"""Prompt files: what is released never changes, and a file that is none is told in one sentence."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from pipeline.errors import InputError, UsageError
from pipeline.prompt import PROMPTS, find_prompt, parse_choice, read_prompt
from tests.command import lihui

DRAFT = """---
about: A draft.
inputs: [lines]
language: {zh: 用中文。, en: In English.}
---
# zh system

秘书。$language

# zh user

$lines

# en system

A secretary. $language

# en user

$lines
"""


def draft(folder: Path, old: str = "", new: str = "") -> Path:
    path = folder / "draft.md"
    path.write_text(DRAFT.replace(old, new) if old else DRAFT, encoding="utf-8")
    return path


def test_a_released_prompt_never_changes() -> None:
    locked = tomllib.loads((PROMPTS / "released.toml").read_text("utf-8"))
    found = {
        str(path.relative_to(PROMPTS)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in PROMPTS.glob("*/v*.md")
    }
    changed = [name for name, sha256 in locked.items() if found.get(name) != sha256]
    assert changed == [], "write the next version instead"


def test_every_active_prompt_is_there_and_released() -> None:
    locked = tomllib.loads((PROMPTS / "released.toml").read_text("utf-8"))
    for task, version in tomllib.loads((PROMPTS / "active.toml").read_text("utf-8")).items():
        assert find_prompt(task, {}).name == f"{task} v{version}"
        assert f"{task}/v{version}.md" in locked


def test_a_prompt_is_filled_in_the_language_of_the_meeting(tmp_path: Path) -> None:
    prompt = read_prompt(draft(tmp_path), "read")
    system, user = prompt.fill("zh", {"lines": "1 王蕾: 好"})
    assert (system.role, system.text, user.text) == ("system", "秘书。用中文。", "1 王蕾: 好")
    assert prompt.fill("en", {"lines": "x"})[0].text == "A secretary. In English."
    assert prompt.name == "read draft"


@pytest.mark.parametrize("values", [{}, {"lines": "1", "more": "2"}])
def test_a_prompt_takes_exactly_its_inputs(values: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="other inputs"):
        read_prompt(draft(tmp_path), "read").fill("en", values)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("---\nabout", "about", "front matter"),
        ("inputs: [lines]", "inputs: [", "no YAML"),
        ("inputs: [lines]", "inputs: [lines, facts]", "'facts'"),
        ("$lines\n\n# en", "$line\n\n# en", "'line'"),
        ("# en user\n\n$lines", "", "“# en user” is missing"),
        ("A secretary.", "A secretary for $5.", "begins no input"),
        ("en: In English.", "fr: Bien.", "lacks the en sentence"),
    ],
)
def test_a_broken_prompt_is_told_with_its_file(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = draft(tmp_path, old, new)
    with pytest.raises(InputError) as error:
        read_prompt(path, "read")
    assert told in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("read", "TASK=VERSION"),
        ("raed=1", "no prompt “raed”"),
        ("read=99", "no version “99”"),
        ("read=x.md", "x.md"),
    ],
)
def test_a_wrong_choice_is_told(
    choice: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    Path("talk.txt").write_text("Ann: Good morning.\nTom: Morning.", encoding="utf-8")
    outcome = lihui("run", "talk.txt", "--scribe", "llm:openai:any", "--prompt", choice)
    assert outcome.code in (1, 2)
    assert told in outcome.one_error


def test_choices_name_task_and_version() -> None:
    assert parse_choice(("read=2", "compose = draft.md")) == {"read": "2", "compose": "draft.md"}
    with pytest.raises(UsageError):
        parse_choice(("=2",))

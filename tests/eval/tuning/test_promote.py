"""From a search to a version in use, with the simulated model of ``simulation``."""

import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.tuning.cli import app as tuning
from pipeline.cli import app
from pipeline.errors import InputError, UsageError
from pipeline.prompt import PROMPTS, find_prompt
from tests.eval.tuning.conftest import Searched, simulation
from tests.eval.tuning.simulation import POOR, RULES
from tests.loopback_llm import Question


@pytest.fixture(scope="module")
def place(
    answer: Callable[[Question], str],
    meetings: Path,
    searched: Searched,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """Results of the poor prompt, which are accepted, of the one that was found, and of a worse one."""
    folder = tmp_path_factory.mktemp("promote")
    worse = POOR.replace("$language", f"{RULES[0].text['zh']} $language", 1)
    prompts = {"poor": POOR, "found": searched.candidate, "worse": worse}
    with simulation(answer, folder):
        for name, text in prompts.items():
            Path(f"{name}.md").write_text(text, "utf-8")
            asked = ("--scribe", "llm:openai:any", "--prompt", f"read={name}.md", "-o", name)
            done = CliRunner().invoke(app, ["eval", "run", "--cases", str(meetings / "dev"), *asked])
            assert done.exit_code == 0
        accept("poor")
        yield folder


@pytest.fixture
def prompts(place: Path, tmp_path: Path) -> Path:
    """A folder of prompts with the found one as the second version and the worse one as the third."""
    folder = tmp_path / "prompts"
    shutil.copytree(PROMPTS, folder)
    for version in folder.glob("read/v*.md"):
        version.unlink()
    for version, name in enumerate(("poor", "found", "worse"), 1):
        shutil.copy(place / f"{name}.md", folder / "read" / f"v{version}.md")
    released = folder / "released.toml"
    kept = [line for line in released.read_text("utf-8").splitlines() if "read/" not in line]
    released.write_text("\n".join(kept) + "\n", "utf-8")
    return folder


def accept(results: str) -> None:
    done = CliRunner().invoke(app, ["eval", "accept", results, "--baselines", "baselines"])
    assert done.exit_code == 0


def promote(prompts: Path, version: str, results: str, *more: str) -> Result:
    places = ("--prompts", str(prompts), "--baselines", "baselines", "--results", results)
    return CliRunner().invoke(tuning, ["promote", "read", version, *places, *more])


def test_what_a_search_found_passes_the_gate_and_a_worse_prompt_is_refused(
    place: Path, prompts: Path
) -> None:
    gate = ["eval", "gate", "--baselines", "baselines"]
    assert CliRunner().invoke(app, [*gate, "found"]).exit_code == 0
    assert promote(prompts, "2", "found").exit_code == 0
    accept("found")
    try:
        assert CliRunner().invoke(app, [*gate, "worse"]).exit_code == 3
        before = contents(prompts)
        refused = promote(prompts, "3", "worse")
        assert refused.exit_code == 3
        assert "beyond chance" in refused.output
        assert contents(prompts) == before
    finally:
        accept("poor")


def contents(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text("utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_promoted_version_is_locked_active_and_in_the_changelog(place: Path, prompts: Path) -> None:
    comments = [line for line in (prompts / "active.toml").read_text("utf-8").splitlines() if "#" in line]
    assert promote(prompts, "2", "found").exit_code == 0
    active = (prompts / "active.toml").read_text("utf-8")
    assert tomllib.loads(active) == {**tomllib.loads((PROMPTS / "active.toml").read_text("utf-8")), "read": 2}
    assert [line for line in active.splitlines() if "#" in line] == comments
    prompt = find_prompt("read", {}, prompts)
    assert prompt.version == "v2"
    assert tomllib.loads((prompts / "released.toml").read_text("utf-8"))["read/v2.md"] == prompt.sha256
    told = (prompts / "read" / "CHANGELOG.md").read_text("utf-8")
    assert "## v2" in told
    assert "made with read poor" in told
    assert "| decisions F1 | 1.000 |" in told
    # Once more changes nothing but the changelog, which has another entry.
    again = promote(prompts, "v2", "found")
    assert again.exit_code == 0
    assert (prompts / "active.toml").read_text("utf-8") == active


def test_the_newest_version_stands_first_in_the_changelog(place: Path, prompts: Path) -> None:
    assert promote(prompts, "1", "poor").exit_code == 0
    assert promote(prompts, "2", "found").exit_code == 0
    told = (prompts / "read" / "CHANGELOG.md").read_text("utf-8")
    assert [line for line in told.splitlines() if line.startswith("#")] == [
        "# Released versions of the prompt “read”",
        "## v2",
        "## v1",
    ]


def test_what_cannot_be_promoted_is_told_in_a_sentence(place: Path, prompts: Path) -> None:
    missing = promote(prompts, "9", "found").exception
    assert isinstance(missing, UsageError)
    assert "no version “9”" in str(missing)
    for version, results in (("1", "found"), ("3", "found"), ("2", "nowhere")):
        unmeasured = promote(prompts, version, results).exception
        assert isinstance(unmeasured, InputError)
        assert f"read v{version} was not measured in {results}" in str(unmeasured)
    with (prompts / "released.toml").open("a", encoding="utf-8") as released:
        released.write(f'"read/v2.md" = "{"0" * 64}"\n')
    changed = promote(prompts, "2", "found").exception
    assert isinstance(changed, InputError)
    assert "released with other content" in str(changed)
    assert promote(prompts, "3", "worse", "--baselines", "none").exit_code != 0

import shutil
from pathlib import Path

import pytest

from pipeline.errors import EnvironmentProblem
from pipeline.minutes import Minutes
from pipeline.render import pdf, render
from pipeline.transcript import Transcript


def test_a_browser_that_is_installed_prints_the_page(zh: tuple[Minutes, Transcript]):
    if not any(shutil.which(name) for name in ("chromium", "google-chrome", "microsoft-edge")):
        pytest.skip("no browser is installed")
    content = render(*zh, "pdf")
    assert content.startswith(b"%PDF-")
    assert b"%%EOF" in content[-32:]


def test_without_a_browser_it_says_how_to_print(
    zh: tuple[Minutes, Transcript], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "_PLACES", ())
    with pytest.raises(EnvironmentProblem, match=r"open minutes\.html in any browser and print it to PDF"):
        render(*zh, "pdf")


def test_a_browser_that_fails_says_how_to_print(
    zh: tuple[Minutes, Transcript], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    with pytest.raises(EnvironmentProblem, match=r"chromium could not print the PDF; open minutes\.html"):
        render(*zh, "pdf")

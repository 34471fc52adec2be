"""`lihui doctor`: what is installed, which weights are there, what is missing and the command that mends it."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pipeline.settings import Settings

State = Literal["ok", "missing"]
PACKAGES = {
    "av": "decodes recordings (FFmpeg comes with it)",
    "pocketsphinx": "the built-in recogniser, English",
    "openai-whisper": "the Whisper recogniser, Chinese and English",
    "torch": "runs Whisper",
    "transformers": "local models",
    "langchain": "hosted models",
    "pydub": "windows, levels and clips",
    "jieba": "Chinese words",
    "chinesecalendar": "working days of mainland China",
}


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report: what was looked at, its state, and what to do about it."""

    name: str
    state: State
    detail: str
    remedy: str | None = None


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Looks at the machine; changes nothing and asks nobody on the network."""
    return (
        Finding("Python", "ok", f"{platform.python_version()} on {platform.system()}"),
        *_packages(),
        _whisper_weights(),
        _browser(),
        _cache(settings.cache),
    )


def _packages() -> Iterator[Finding]:
    for name, purpose in PACKAGES.items():
        try:
            yield Finding(name, "ok", f"{version(name)}, {purpose}")
        except PackageNotFoundError:
            yield Finding(name, "missing", purpose, f"pip install {name}")


def _whisper_weights() -> Finding:
    from pipeline.backends.whisper_weights import weights_path, weights_present
    from pipeline.registry import AUTO_MODEL

    path = weights_path(AUTO_MODEL)
    if weights_present(AUTO_MODEL):
        return Finding(f"Whisper {AUTO_MODEL}", "ok", str(path))
    remedy = f"lihui doctor --fetch whisper:{AUTO_MODEL}"
    return Finding(f"Whisper {AUTO_MODEL}", "missing", f"no weights at {path}; Chinese needs them", remedy)


def _browser() -> Finding:
    from pipeline.render.pdf import find_browser

    browser = find_browser()
    if browser is None:
        return Finding("Browser", "missing", "only --format pdf needs one", "install Chromium or Chrome")
    return Finding("Browser", "ok", f"{browser}, for --format pdf")


def _cache(folder: Path) -> Finding:
    used = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) if folder.exists() else 0
    parent = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(parent).free
    detail = f"{folder} holds {used / 1e6:.1f} MB, {free / 1e9:.1f} GB free; empty it with lihui doctor --empty-cache"
    return Finding("Work cache", "ok", detail)

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
        _reader(settings),
        _cache(settings.cache),
    )


def _packages() -> Iterator[Finding]:
    for name, purpose in PACKAGES.items():
        try:
            yield Finding(name, "ok", f"{version(name)}, {purpose}")
        except PackageNotFoundError:
            yield Finding(name, "missing", purpose, f"pip install {name}")


def _whisper_weights() -> Finding:
    from pipeline.backends.whisper_weights import MODELS, weights_path, weights_present
    from pipeline.registry import AUTO_MODEL

    folder = weights_path(AUTO_MODEL).parent
    here = ", ".join(model for model in MODELS if weights_present(model))
    if weights_present(AUTO_MODEL):
        return Finding("Whisper weights", "ok", f"{here}, in {folder}")
    detail = f"{here or 'none'} in {folder}; “auto” takes {AUTO_MODEL}, and Chinese recordings need it"
    return Finding("Whisper weights", "missing", detail, f"lihui doctor --fetch whisper:{AUTO_MODEL}")


def _browser() -> Finding:
    from pipeline.render.pdf import find_browser

    browser = find_browser()
    if browser is None:
        return Finding("Browser", "missing", "only --format pdf needs one", "install Chromium or Chrome")
    return Finding("Browser", "ok", f"{browser}, for --format pdf")


def _reader(settings: Settings) -> Finding:
    """Who reads meetings when nothing else is said, and whether it can be made."""
    from pipeline.errors import MinutesError
    from pipeline.registry import make_scribe
    from pipeline.settings import reader_of

    try:
        scribe = make_scribe(settings.scribe, reader_of(settings))
    except MinutesError as error:
        return Finding("Scribe", "missing", f"{settings.scribe}: {error}")
    if settings.scribe == "auto" and settings.llm is None:
        detail = (
            "rules; a language model reads better: set LIHUI_LLM, such as openai:gpt-4.1 (lihui run --help)"
        )
        return Finding("Scribe", "ok", detail)
    return Finding("Scribe", "ok", scribe.name)


def _cache(folder: Path) -> Finding:
    from pipeline.backends.store_folder import FolderStore

    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    used, free = FolderStore(folder).size() / 1e6, shutil.disk_usage(there).free / 1e9
    return Finding(
        "Work cache",
        "ok",
        f"{folder}: {used:.1f} MB used, {free:.1f} GB free; lihui doctor --empty-cache empties it",
    )

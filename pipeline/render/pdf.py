"""PDF, printed from the HTML by a browser that is installed: no wheel sets Chinese type as well."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.errors import EnvironmentProblem
from pipeline.minutes import Minutes
from pipeline.render.html import to_html
from pipeline.transcript import Transcript

_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
# Where they lie on macOS and Windows, which do not put them on the PATH.
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS = 120
_BY_HAND = "open minutes.html in any browser and print it to PDF"


def to_pdf(minutes: Minutes, transcript: Transcript) -> bytes:
    """The printed page as PDF.

    Raises:
        EnvironmentProblem: No Chromium, Chrome or Edge is installed, or it does not print.
    """
    browser = find_browser()
    if browser is None:
        raise EnvironmentProblem(f"PDF needs Chromium, Chrome or Edge, and none is installed; {_BY_HAND}.")
    with tempfile.TemporaryDirectory(prefix="lihui-", ignore_cleanup_errors=True) as folder:
        page, printed = Path(folder, "minutes.html"), Path(folder, "minutes.pdf")
        page.write_text(to_html(minutes, transcript), "utf-8")
        _print(browser, page, printed)
        return printed.read_bytes()


def find_browser() -> str | None:
    """Path of an installed Chromium, Chrome or Edge; None where there is none."""
    on_path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    return on_path or next((place for place in _PLACES if Path(place).is_file()), None)


def _print(browser: str, page: Path, printed: Path) -> None:
    options = ["--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]
    # Chromium's sandbox refuses to run as root, and the page is our own and runs no foreign script.
    if sys.platform != "win32" and os.geteuid() == 0:
        options.append("--no-sandbox")
    profile = f"--user-data-dir={page.parent / 'profile'}"
    command = [browser, *options, profile, f"--print-to-pdf={printed}", page.as_uri()]
    try:
        subprocess.run(command, check=True, timeout=_SECONDS, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise EnvironmentProblem(f"{Path(browser).name} could not print the PDF; {_BY_HAND}.") from error
    if not printed.exists():
        raise EnvironmentProblem(f"{Path(browser).name} could not print the PDF; {_BY_HAND}.")

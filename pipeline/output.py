"""One folder a meeting: what was made, in the chosen formats, and always transcript.json."""

from pathlib import Path
from tempfile import TemporaryFile

from pipeline.errors import UsageError
from pipeline.files import cannot_write, write_together
from pipeline.minutes import Minutes
from pipeline.registry import did_you_mean
from pipeline.render import MINUTES_FORMATS, TRANSCRIPT_FORMATS, render, render_transcript
from pipeline.transcript import Transcript

FILE_NAMES = {"csv": "actions.csv", "xlsx": "actions.xlsx", "ics": "deadlines.ics"}
"""Files that hold a part of the minutes are named for that part."""


def check_formats(formats: tuple[str, ...], *, transcript: bool = False) -> tuple[str, ...]:
    """The formats without repetition.

    Args:
        formats: As given.
        transcript: Whether only a transcript is written.

    Raises:
        UsageError: One of them is unknown.
    """
    ours: tuple[str, ...] = () if transcript else tuple(MINUTES_FORMATS)
    known = tuple(dict.fromkeys((*ours, *TRANSCRIPT_FORMATS)))
    wanted = tuple(dict.fromkeys(name.strip().lower() for name in formats))
    for name in wanted:
        if name not in known:
            hint = did_you_mean(name, known)
            raise UsageError(f"There is no format “{name}”{hint} Formats: {', '.join(known)}.")
    return wanted


def check_folder(folder: Path) -> None:
    """Makes sure before the work that its result can be written; leaves nothing behind.

    Raises:
        EnvironmentProblem: The folder, or the nearest one above it that is there, cannot be written.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise cannot_write(folder, error) from error


def write_minutes(
    minutes: Minutes, transcript: Transcript, folder: Path, formats: tuple[str, ...]
) -> tuple[Path, ...]:
    """Writes the files of one meeting, all or none: a failure leaves the folder as it was.

    Returns:
        The paths, minutes first.

    Raises:
        EnvironmentProblem: The folder cannot be written, or a format needs a program that is not here.
    """
    files: dict[str, bytes] = {}
    for name in formats:
        if name in MINUTES_FORMATS:
            files[FILE_NAMES.get(name, f"minutes.{name}")] = render(minutes, transcript, name)
        if name in TRANSCRIPT_FORMATS:
            files[f"transcript.{name}"] = render_transcript(transcript, name)
    files["transcript.json"] = render_transcript(transcript, "json")
    return _written(folder, files)


def write_transcript(transcript: Transcript, folder: Path, formats: tuple[str, ...]) -> tuple[Path, ...]:
    """Writes a transcript in some of the ``TRANSCRIPT_FORMATS``, and always as json; returns the paths.

    Raises:
        EnvironmentProblem: The folder cannot be written.
    """
    wanted = dict.fromkeys((*formats, "json"))
    return _written(folder, {f"transcript.{name}": render_transcript(transcript, name) for name in wanted})


def _written(folder: Path, files: dict[str, bytes]) -> tuple[Path, ...]:
    write_together({folder / name: content for name, content in files.items()})
    return tuple(folder / name for name in files)

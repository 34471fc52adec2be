"""Files from anyone: looked at as they arrive, and read in a child process with bounded time and memory.

``sniff`` looks at the first bytes. ``probe``, ``join`` and ``read_transcript`` are those of ``pipeline.recording``,
``pipeline.audio`` and ``pipeline.importers`` with the same errors, and survive whatever a file does to them.
"""

import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from uuid import uuid4

from pydantic_core import to_json

from pipeline.audio import Audio
from pipeline.errors import AudioError, TranscriptError
from pipeline.recording import RecordingInfo
from pipeline.transcript import Language, Transcript
from pipeline.untrusted.bounded import Died, Result, ask, command
from pipeline.untrusted.bounds import DECODING, READING, Bounds
from pipeline.untrusted.contents import HEAD_BYTES, sniff
from pipeline.untrusted.messages import Decoded

__all__ = [
    "DECODING",
    "HEAD_BYTES",
    "READING",
    "Bounds",
    "join",
    "probe",
    "read_transcript",
    "sniff",
]

_SCRATCH = ".decoding-"
_DONE = {AudioError: "decoded", TranscriptError: "read"}


def probe(path: Path, *, bounds: Bounds = READING) -> RecordingInfo:
    """Reads what a recording's container says, without decoding it.

    Raises:
        AudioError: It is no recording, has no sound, or went over the bounds.
        EnvironmentProblem: No child process can be started.
    """
    return _asked("probe", (), (path,), RecordingInfo, AudioError, bounds)


def join(
    sources: tuple[Path, ...],
    folder: Path,
    *,
    progress: Callable[[float], None],
    bounds: Bounds = DECODING,
) -> Audio:
    """Decodes the recordings of one meeting, one after the other, to a single ``folder/audio.wav``.

    Args:
        sources: Files of any format that FFmpeg reads.
        folder: Made if need be. The file appears there complete or not at all.
        progress: Called now and then with the share done, 0 to 1. What it raises ends the decoding.
        bounds: On time, memory and room.

    Raises:
        AudioError: As ``pipeline.audio.join``, or it went over the bounds.
        EnvironmentProblem: The disk is full, the folder cannot be written, or no child can be started.
    """
    _remove_abandoned(folder, bounds.seconds_for(_size(sources, AudioError)))
    scratch = folder / f"{_SCRATCH}{uuid4().hex}"
    try:
        decoded = _asked("decode", (str(scratch),), sources, Decoded, AudioError, bounds, progress)
        made = (scratch / "audio.wav").replace(folder / "audio.wav")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Audio(path=made, seconds=decoded.seconds, source=_name(sources))


def read_transcript(path: Path, *, language: Language | None = None, bounds: Bounds = READING) -> Transcript:
    """Reads a transcript of any form that ``pipeline.importers`` knows.

    Raises:
        TranscriptError: As ``pipeline.importers.read_transcript``, or it went over the bounds.
        EnvironmentProblem: No child process can be started.
    """
    return _asked("read-transcript", (language or "",), (path,), Transcript, TranscriptError, bounds)


def _asked(
    verb: str,
    before: tuple[str, ...],
    sources: tuple[Path, ...],
    wanted: type[Result],
    error: type[AudioError | TranscriptError],
    bounds: Bounds,
    progress: Callable[[float], None] = lambda _: None,
) -> Result:
    """Has a child do what the verb says; over the bounds is an error of the file."""
    bounds = replace(bounds, seconds=bounds.seconds_for(_size(sources, error)))
    line = command(verb, to_json(asdict(bounds)).decode(), *before, *map(str, sources))
    said_bytes = bounds.said_megabytes << 20
    try:
        return ask(line, wanted, seconds=bounds.seconds, said_bytes=said_bytes, progress=progress)
    except Died as died:
        raise error(
            f"{_name(sources)} could not be {_DONE[error]} within {bounds.megabytes} MB and "
            f"{_minutes(bounds.seconds)}: it is damaged or made to do harm."
        ) from died


def _size(sources: tuple[Path, ...], error: type[AudioError | TranscriptError]) -> int:
    """Bytes of the files together; one that is a link, a pipe or a device is refused unopened."""
    total = 0
    for path in sources:
        try:
            found = path.lstat()
        except OSError as problem:
            raise error(f"{path} cannot be read: {problem.strerror}.") from problem
        # A folder is refused by the one who reads, as elsewhere.
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise error(f"{path.name} is no file of its own but a link, a pipe or a device.")
        total += found.st_size
    return total


def _remove_abandoned(folder: Path, seconds: float) -> None:
    """Removes what a decoding left that died together with its parent; none that lives is older."""
    for scratch in folder.glob(f"{_SCRATCH}*"):
        try:
            age = time.time() - scratch.stat().st_mtime
        except OSError:
            continue  # its owner has just finished
        if age > seconds + 3600:
            shutil.rmtree(scratch, ignore_errors=True)


def _name(sources: tuple[Path, ...]) -> str:
    return " + ".join(source.name for source in sources)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"

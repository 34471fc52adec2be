"""A recording as 16 kHz mono samples on disk, and windows, levels and clips of it.

This is the one file that knows pydub.
"""

import errno
import math
import warnings
import wave
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast

from pipeline.errors import AudioError, EnvironmentProblem
from pipeline.recording import (
    LONGEST_SECONDS,
    SAMPLE_BYTES,
    SAMPLE_RATE,
    RecordingInfo,
    decode,
    looks_like_recording,
    probe,
    too_long,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SAMPLE_RATE", "Audio", "RecordingInfo", "join", "looks_like_recording", "probe", "read"]

SHORTEST_SECONDS = 0.5
SILENCE_DBFS = -60.0
"""A recording is silent when no sample is louder: 1/1000 of full scale, far below a whisper across a room."""

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class _Segment(Protocol):
    """The part of pydub's AudioSegment that is used here; pydub carries no types."""

    dBFS: float  # noqa: N815 - pydub's name
    max_dBFS: float  # noqa: N815 - pydub's name

    def __getitem__(self, milliseconds: slice) -> "Iterable[_Segment]": ...
    def export(self, out_f: str, format: str) -> IO[bytes]: ...


@dataclass(frozen=True)
class Audio:
    """A decoded recording: 16 kHz mono, 16 bit, as a WAV file on disk.

    Attributes:
        path: The WAV file.
        seconds: Its length.
        source: Name of the file it was made from, for messages.
    """

    path: Path
    seconds: float
    source: str

    def pcm(self, start: float = 0.0, end: float | None = None) -> bytes:
        """Samples of one window, little-endian 16 bit.

        Args:
            start: Seconds.
            end: Seconds; None is the end. Only the window is read from disk.
        """
        with wave.open(str(self.path), "rb") as file:
            total = file.getnframes()
            first = min(max(round(start * SAMPLE_RATE), 0), total)
            last = total if end is None else min(max(round(end * SAMPLE_RATE), first), total)
            file.setpos(first)
            return file.readframes(last - first)

    def samples(self, start: float = 0.0, end: float | None = None) -> "NDArray[np.float32]":
        """One window as float32 of shape (samples,), full scale ±1."""
        import numpy as np

        return np.frombuffer(self.pcm(start, end), dtype="<i2").astype(np.float32) / np.float32(32768)

    def clip(self, start: float, end: float, to: Path) -> None:
        """Writes the seconds from ``start`` to ``end`` as a WAV file of their own."""
        with _room_for(to):
            _segment(self.pcm(start, end)).export(str(to), format="wav").close()

    def levels(self, start: float = 0.0, end: float | None = None, step: float = 0.05) -> tuple[float, ...]:
        """Loudness of every ``step`` seconds of a window, in dB of full scale (-inf for digital silence)."""
        window = _segment(self.pcm(start, end))
        return tuple(piece.dBFS for piece in window[:: round(step * 1000)])

    def blocks(self, longest: float, search: float = 10.0) -> Iterator[tuple[float, float]]:
        """Cuts the recording into blocks at quiet places, so that hardly any word is cut.

        Args:
            longest: No block is longer, in seconds.
            search: Each cut is the quietest moment of the last ``search`` seconds of its block.

        Yields:
            Start and end of each block, in seconds, in order and without gaps.
        """
        start, step, wide = 0.0, 0.05, 5
        while self.seconds - start > longest:
            begin = start + longest - search
            levels = self.levels(begin, start + longest, step)
            # The middle of a quarter second that is quiet throughout, not one quiet instant inside a word.
            loudest = [max(levels[at : at + wide]) for at in range(len(levels) - wide + 1)]
            end = begin + (loudest.index(min(loudest)) + wide / 2) * step
            yield start, end
            start = end
        yield start, self.seconds


def read(source: Path, folder: Path, *, progress: Callable[[float], None]) -> Audio:
    """Decodes a recording to ``folder/audio.wav``, 16 kHz mono, in constant memory.

    Args:
        source: A file of any format that FFmpeg reads, up to 12 hours long.
        folder: Made if need be. The file appears there complete or not at all.
        progress: Called now and then with the share done, 0 to 1.

    Raises:
        AudioError: Empty, no recording, without sound, damaged, cut off, silent, too short or too long.
        EnvironmentProblem: The disk is full or the folder cannot be written.
    """
    return join((source,), folder, progress=progress)


def join(sources: tuple[Path, ...], folder: Path, *, progress: Callable[[float], None]) -> Audio:
    """Decodes the recordings of one meeting, one after the other, to a single ``folder/audio.wav``.

    Raises:
        AudioError: As ``read``; silence and shortness are judged on the whole.
        EnvironmentProblem: As ``read``.
    """
    name = " + ".join(source.name for source in sources)
    to = folder / "audio.wav"
    partial = folder / "audio.wav.part"
    with _room_for(to):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with wave.open(str(partial), "wb") as file:
                file.setparams((1, SAMPLE_BYTES, SAMPLE_RATE, 0, "NONE", ""))
                loudest = _pour_all(sources, file, progress)
                seconds = file.tell() / SAMPLE_RATE
            _refuse_unheard(name, seconds, loudest)
            partial.replace(to)
        finally:
            partial.unlink(missing_ok=True)
    progress(1.0)
    return Audio(path=to, seconds=seconds, source=name)


def _pour_all(sources: tuple[Path, ...], file: wave.Wave_write, progress: Callable[[float], None]) -> float:
    """Decodes every source into the open file; returns the loudest level in dBFS."""
    loudest = -math.inf
    for index, source in enumerate(sources):
        for pcm, share in decode(source):
            file.writeframesraw(pcm)
            loudest = max(loudest, _segment(pcm).max_dBFS)
            progress((index + share) / len(sources))
        if file.tell() > LONGEST_SECONDS * SAMPLE_RATE:
            raise AudioError(too_long(" + ".join(source.name for source in sources)))
    return loudest


def _refuse_unheard(name: str, seconds: float, loudest: float) -> None:
    """Raises AudioError when there is nothing that could be speech."""
    if seconds < SHORTEST_SECONDS:
        raise AudioError(f"{name} holds {seconds:.1f} s of audio: too short to hold speech.")
    if loudest < SILENCE_DBFS:
        raise AudioError(
            f"{name} is silent: nothing in it is louder than {SILENCE_DBFS:.0f} dB of full scale."
        )


def _segment(pcm: bytes) -> _Segment:
    """The samples as pydub sees them."""
    with warnings.catch_warnings():
        # pydub warns on import that there is no ffmpeg program; it decodes nothing here.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment  # pyright: ignore[reportMissingTypeStubs]
    segment = AudioSegment(data=pcm, sample_width=SAMPLE_BYTES, frame_rate=SAMPLE_RATE, channels=1)
    return cast(_Segment, segment)


@contextmanager
def _room_for(to: Path) -> Generator[None]:
    """Says in one sentence why a file could not be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise EnvironmentProblem(
                f"There is no room on the disk for {to}: free some and run it again."
            ) from error
        raise EnvironmentProblem(f"{to} cannot be written: {error.strerror}.") from error

"""Synthetic voices for made-up meetings: turns become one recording, which is then encoded.

Needs the voices of flite and espeak-ng: ``apt-get install flite espeak-ng``.
"""

import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import numpy as np

from pipeline.errors import BackendError, InputError
from pipeline.meeting import Meeting
from pipeline.recording import SAMPLE_BYTES, SAMPLE_RATE, decode

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

PAUSE_SECONDS = 0.6
_MARGIN_SECONDS = 0.1
_QUIET = 200  # of 32768: what a voice gives before its first and after its last word
_WORDS_A_MINUTE = 270  # of espeak-ng: four to five Chinese syllables a second
_ESPEAK_PITCH = 50  # what espeak-ng calls a voice's own
_CODECS = {".m4a": "aac", ".ogg": "libopus"}
_FRAME = 1024


@dataclass(frozen=True)
class Voice:
    """How somebody sounds.

    Attributes:
        name: ``language+variant`` is a voice of espeak-ng, any other name one of flite.
        pitch: Above 1 is higher than the voice's own. flite's ``rms`` knows only its own.
    """

    name: str
    pitch: float = 1.0


@dataclass(frozen=True)
class Turn:
    """What one voice says in one go.

    Attributes:
        text: The words as the voice needs them written.
        voice: Who says them.
        pause: Seconds of silence before it, besides the margins.
    """

    text: str
    voice: Voice
    pause: float = PAUSE_SECONDS


def speak(turns: Iterable[Turn]) -> tuple[bytes, tuple[tuple[float, float], ...]]:
    """Speaks turns one after the other.

    Returns:
        16 kHz mono samples, 16 bit, and for every turn the seconds at which it starts and ends.

    Raises:
        BackendError: flite or espeak-ng is not installed.
        InputError: A voice finds nothing to say in a text.
    """
    sound, times = bytearray(), list[tuple[float, float]]()
    for turn in turns:
        sound += _silence(turn.pause)
        start = len(sound)
        sound += say(turn.text, turn.voice)
        times.append((_seconds(start), _seconds(len(sound))))
    return bytes(sound + _silence(PAUSE_SECONDS)), tuple(times)


def say(text: str, voice: Voice) -> bytes:
    """Speaks one text, without the silence at its ends but for a margin.

    Raises:
        BackendError: flite or espeak-ng is not installed.
        InputError: The voice finds nothing to say in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "said.wav"
        program, *options = _command(text, voice, to)
        try:
            subprocess.run([program, *options], check=True)
        except FileNotFoundError as error:
            raise BackendError(f"{program} is needed: apt-get install flite espeak-ng.") from error
        sound = b"".join(pcm for pcm, _ in decode(to))
    loud = np.flatnonzero(np.abs(np.frombuffer(sound, dtype="<i2").astype(np.int32)) > _QUIET)
    if not len(loud):
        raise InputError(f"The voice {voice.name} finds nothing to say in “{text}”.")
    margin = int(_MARGIN_SECONDS * SAMPLE_RATE)
    first, last = max(int(loud[0]) - margin, 0), int(loud[-1]) + 1 + margin
    return sound[first * SAMPLE_BYTES : last * SAMPLE_BYTES]


def _command(text: str, voice: Voice, to: Path) -> list[str]:
    """The program that speaks, and its options."""
    if "+" not in voice.name:
        return [
            *("flite", "-voice", voice.name, "--setf", f"f0_shift={voice.pitch}"),
            *("-t", text, "-o", str(to)),
        ]
    pitch = round(_ESPEAK_PITCH * voice.pitch)
    options = ("-v", voice.name, "-s", str(_WORDS_A_MINUTE), "-p", str(pitch), "-w", str(to))
    return ["espeak-ng", *options, "--", text]


def save(sound: bytes, to: Path, meeting: Meeting, *, kilobits: int) -> None:
    """Encodes 16 kHz mono samples, the same samples to the same bytes each time.

    Args:
        sound: 16 bit samples.
        to: ``.m4a`` is AAC, ``.ogg`` is Opus.
        meeting: Its day, at nine in the morning, is what the container says of when it was recorded.
        kilobits: A second.
    """
    import av

    # Else an Ogg stream gets a number drawn by chance.
    with av.open(str(to), "w", options={"fflags": "+bitexact"}) as container:
        if meeting.held_on:
            zone = ZoneInfo(meeting.timezone) if meeting.timezone else UTC
            container.metadata["creation_time"] = datetime.combine(meeting.held_on, time(9), zone).isoformat()
        added = container.add_stream(_CODECS[to.suffix], rate=SAMPLE_RATE, layout="mono")  # pyright: ignore[reportUnknownMemberType]
        stream = cast("AudioStream", added)
        stream.bit_rate = kilobits * 1000
        samples = np.frombuffer(sound, dtype="<i2")
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=SAMPLE_RATE)
        for at in range(0, len(samples), _FRAME):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + _FRAME], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
            for converted in resampler.resample(frame):
                _mux(container, stream, converted)
        _mux(container, stream, None)


def _mux(container: "OutputContainer", stream: "AudioStream", frame: "av.AudioFrame | None") -> None:
    """Encodes one frame into the file; None flushes the encoder."""
    container.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]


def _silence(seconds: float) -> bytes:
    return bytes(int(seconds * SAMPLE_RATE) * SAMPLE_BYTES)


def _seconds(length: int) -> float:
    return round(length / SAMPLE_BYTES / SAMPLE_RATE, 2)

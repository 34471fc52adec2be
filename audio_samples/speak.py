"""Gives the lines of a talk their voices, and makes one recording of them."""

import subprocess
import sys
import tempfile
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from talk import Line, Talk

from pipeline.recording import SAMPLE_RATE, decode

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

TURN_SECONDS = 0.6
"""Silence between two turns, besides the margins."""
_MARGIN_SECONDS = 0.1
_FRAME = 1024
_QUIET = 200  # of 32768: what a voice gives before its first and after its last word


def speak(talk: Talk) -> tuple[bytes, tuple[tuple[float, float], ...]]:
    """Speaks a whole talk.

    Returns:
        16 kHz mono samples, 16 bit, and for every line the seconds at which it starts and ends.

    Raises:
        SystemExit: flite or espeak-ng is not installed.
    """
    voices = dict(talk.voices)
    gap = bytes(int(TURN_SECONDS * SAMPLE_RATE) * 2)
    sound, times = bytearray(gap), list[tuple[float, float]]()
    for line in talk.lines:
        start = len(sound) / 2 / SAMPLE_RATE
        sound += _trimmed(_say(line, voices[line.speaker]))
        times.append((round(start, 2), round(len(sound) / 2 / SAMPLE_RATE, 2)))
        sound += gap
    return bytes(sound), tuple(times)


def save(sound: bytes, to: Path, created: datetime) -> None:
    """Encodes 16 kHz mono samples; the suffix of ``to`` says how. Small enough for a repository."""
    codec = {".m4a": "aac", ".ogg": "libopus", ".flac": "flac"}[to.suffix]
    with av.open(str(to), "w") as container:
        container.metadata["creation_time"] = created.isoformat()
        added = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")  # pyright: ignore[reportUnknownMemberType]
        stream = cast("AudioStream", added)
        if codec != "flac":
            # Below 64 kbit/s the AAC encoder costs the small recogniser words; Opus needs half of that.
            stream.bit_rate = 64_000 if codec == "aac" else 32_000
        samples = np.frombuffer(sound, dtype="<i2")
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=SAMPLE_RATE)
        for at in range(0, len(samples), _FRAME):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + _FRAME], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
            for converted in resampler.resample(frame):
                _mux(container, stream, converted)
        _mux(container, stream, None)


def _mux(container: "OutputContainer", stream: "AudioStream", frame: av.AudioFrame | None) -> None:
    """Encodes one frame into the file; None flushes the encoder."""
    container.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]


def _say(line: Line, voice: str) -> bytes:
    """Speaks one line: ``cmn…`` are voices of espeak-ng, the others of flite."""
    text = line.say or line.text
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "said.wav"
        if voice.startswith("cmn"):
            command = ["espeak-ng", "-v", voice, "-s", "270", "-w", str(to), text]
        else:
            command = ["flite", "-voice", voice, "-t", text, "-o", str(to)]
        try:
            subprocess.run(command, check=True)
        except FileNotFoundError:
            sys.exit(f"{command[0]} is needed: apt-get install flite espeak-ng")
        return b"".join(pcm for pcm, _ in decode(to))


def _trimmed(sound: bytes) -> bytes:
    """Cuts off the silence at both ends but for a margin."""
    samples = np.abs(np.frombuffer(sound, dtype="<i2").astype(np.int32))
    loud = np.flatnonzero(samples > _QUIET)
    margin = int(_MARGIN_SECONDS * SAMPLE_RATE)
    return sound[max(int(loud[0]) - margin, 0) * 2 : (int(loud[-1]) + 1 + margin) * 2]

"""Peak memory of reading 20 minutes and 3 hours: ``python -m eval.bench_read`` prints it as JSON.

Reading streams, so the peak is the same for both. One family of containers is the exception: FFmpeg keeps an
index of every packet of an mp4 or m4a in memory (about 60 bytes for each 23 ms of sound), so it is told apart.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream

SHORT_MINUTES, LONG_MINUTES = 20, 180

# What a process inherits from its parent must not count: where the system tells it, the peak of its own memory
# (VmHWM) is taken.
_CHILD = """
import re, resource, sys
from pathlib import Path
from pipeline.audio import read
read(Path(sys.argv[1]), Path(sys.argv[2]), progress=lambda _: None)
status = Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


@dataclass(frozen=True)
class Format:
    """A kind of recording: its suffix, encoder, samples a second and samples a packet."""

    suffix: str
    codec: str
    rate: int
    packet: int


STREAMED = (Format("mp3", "libmp3lame", 44_100, 1152), Format("ogg", "libopus", 48_000, 960))
INDEXED = Format("m4a", "aac", 44_100, 1024)


def bench_read() -> dict[str, float]:
    """Reads recordings of both lengths, each in a process of its own.

    Returns:
        ``read_peak_180min_over_20min``: the larger ratio of mp3 and ogg, ``read_peak_20min_mb`` and
        ``read_peak_180min_mb``: the peaks behind it in MiB, and the same three for m4a as ``read_m4a_…``.
    """
    worst = max((_peaks(kind) for kind in STREAMED), key=lambda peaks: peaks[1] / peaks[0])
    indexed = _peaks(INDEXED)
    return {
        "read_peak_180min_over_20min": round(worst[1] / worst[0], 3),
        "read_peak_20min_mb": round(worst[0], 1),
        "read_peak_180min_mb": round(worst[1], 1),
        "read_m4a_180min_over_20min": round(indexed[1] / indexed[0], 3),
        "read_m4a_20min_mb": round(indexed[0], 1),
        "read_m4a_180min_mb": round(indexed[1], 1),
    }


def _peaks(kind: Format) -> tuple[float, float]:
    """Peak memory in MiB of reading the short and the long recording."""
    with tempfile.TemporaryDirectory() as folder:
        return _peak(kind, SHORT_MINUTES, Path(folder)), _peak(kind, LONG_MINUTES, Path(folder))


def _peak(kind: Format, minutes: int, folder: Path) -> float:
    """Peak memory in MiB of a process that reads a recording of so many minutes."""
    source = _recording(folder / f"{minutes}.{kind.suffix}", kind, minutes)
    command = [sys.executable, "-c", _CHILD, str(source), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 2**20


def _recording(to: Path, kind: Format, minutes: int) -> Path:
    """A recording of noise: one minute is encoded, its packets are written again for every further one."""
    import av

    with av.open(str(to), "w") as container:
        added = container.add_stream(kind.codec, rate=kind.rate, layout="mono")  # pyright: ignore[reportUnknownMemberType]
        packets = tuple(_minute(cast("AudioStream", added), kind))
        for index in range(len(packets) * minutes):
            packet = packets[index % len(packets)]
            packet.pts = packet.dts = index * kind.packet
            container.mux(packet)  # pyright: ignore[reportUnknownMemberType]
    return to


def _minute(stream: "AudioStream", kind: Format) -> "Iterator[av.Packet[AudioStream]]":
    """Encodes a minute of quiet noise."""
    import av
    import numpy as np

    noise = np.random.default_rng(1)
    resampler = av.AudioResampler(stream.format.name, "mono", kind.rate)
    for at in range(0, kind.rate * 60, kind.packet):
        samples = noise.normal(0, 0.05, (1, kind.packet)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = kind.rate, at, Fraction(1, kind.rate)
        for converted in resampler.resample(frame):
            yield from stream.encode(converted)  # pyright: ignore[reportUnknownMemberType]


if __name__ == "__main__":
    print(json.dumps(bench_read()))  # noqa: T201

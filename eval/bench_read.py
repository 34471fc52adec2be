"""Peak memory of reading a recording of 20 minutes and of 3 hours: it must not grow with the length.

``python -m eval.bench_read`` prints both as JSON.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream

SHORT_MINUTES, LONG_MINUTES = 20, 180
_RATE = 44_100

# A process of its own for each length; what it inherits from its parent must not count, so the peak of its own
# memory (VmHWM) is read where the system tells it.
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


def bench_read() -> dict[str, float]:
    """Reads an m4a of 44.1 kHz of either length, each in a process of its own.

    Returns:
        ``read_peak_20min_mb`` and ``read_peak_180min_mb`` in MiB, their difference ``read_peak_extra_mb`` and
        their ratio ``read_peak_180min_over_20min``.
    """
    with tempfile.TemporaryDirectory() as folder:
        short, long = (_peak_mb(Path(folder), minutes) for minutes in (SHORT_MINUTES, LONG_MINUTES))
    return {
        "read_peak_20min_mb": round(short, 1),
        "read_peak_180min_mb": round(long, 1),
        "read_peak_extra_mb": round(long - short, 1),
        "read_peak_180min_over_20min": round(long / short, 3),
    }


def _peak_mb(folder: Path, minutes: int) -> float:
    """Peak memory in MiB of a process that reads a recording of so many minutes."""
    source = _recording(folder / f"{minutes}.m4a", minutes)
    command = [sys.executable, "-c", _CHILD, str(source), str(folder / "read")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    source.unlink()
    return int(done.stdout) / 2**20


def _recording(to: Path, minutes: int) -> Path:
    """An m4a of noise: one minute is encoded, its packets are written again for every further one."""
    import av

    with av.open(str(to), "w") as container:
        added = container.add_stream("aac", rate=_RATE, layout="mono")  # pyright: ignore[reportUnknownMemberType]
        packets = tuple(_minute(cast("AudioStream", added)))
        for index in range(len(packets) * minutes):
            packet = packets[index % len(packets)]
            packet.pts = packet.dts = index * 1024
            container.mux(packet)  # pyright: ignore[reportUnknownMemberType]
    return to


def _minute(stream: "AudioStream") -> "Iterator[av.Packet[AudioStream]]":
    """Encodes a minute of quiet noise."""
    import av
    import numpy as np

    noise = np.random.default_rng(1)
    for at in range(0, _RATE * 60, 1024):
        samples = noise.normal(0, 0.05, (1, 1024)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, at, Fraction(1, _RATE)
        yield from stream.encode(frame)


if __name__ == "__main__":
    print(json.dumps(bench_read()))  # noqa: T201

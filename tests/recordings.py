"""Makes real recordings of every format, with the encoders that PyAV's wheel carries."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer


def tone(seconds: float, rate: int = 16_000, channels: int = 1, level: float = 0.3) -> NDArray[np.float32]:
    """A 440 Hz tone of shape (channels, samples)."""
    wave = level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def record(
    to: Path, samples: NDArray[np.float32], rate: int, codec: str, tags: dict[str, str] | None = None
) -> Path:
    """Encodes samples of shape (channels, samples); the suffix of ``to`` names the container."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[samples.shape[0]]
    # Phones' and browsers' files carry tags that the muxer writes only when told to.
    options = {"movflags": "use_metadata_tags"} if to.suffix == ".mov" else {}
    with av.open(str(to), "w", options=options) as container:
        container.metadata.update(tags or {})
        added = container.add_stream(codec, rate=rate, layout=layout)  # pyright: ignore[reportUnknownMemberType]
        stream = cast("AudioStream", added)
        if codec == "wmav2":
            stream.bit_rate = 96_000  # the one encoder without a default of its own
        _encode(container, stream, samples, rate, layout)
    return to


def _encode(
    container: "OutputContainer",
    stream: "AudioStream",
    samples: NDArray[np.float32],
    rate: int,
    layout: str,
) -> None:
    resampler = av.AudioResampler(stream.format.name, layout, rate)
    frames = [samples[:, at : at + 1024] for at in range(0, samples.shape[1], 1024)]
    for index, part in enumerate(frames):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, index * 1024, Fraction(1, rate)
        for converted in resampler.resample(frame):
            _mux(container, stream, converted)
    _mux(container, stream, None)


def _mux(container: "OutputContainer", stream: "AudioStream", frame: av.AudioFrame | None) -> None:
    container.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]


def without_packets(source: Path, to: Path, start: float, end: float) -> Path:
    """Copies a recording without re-encoding it, but for the packets of some seconds."""
    with av.open(str(source)) as old, av.open(str(to), "w") as new:
        stream = new.add_stream_from_template(old.streams.audio[0])  # pyright: ignore[reportUnknownMemberType]
        for packet in old.demux(old.streams.audio[0]):
            if packet.pts is not None and not start <= float(packet.pts * packet.time_base) < end:
                packet.stream = stream
                new.mux(packet)  # pyright: ignore[reportUnknownMemberType]
    return to

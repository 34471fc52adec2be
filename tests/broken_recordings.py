"""Files that are no good recordings, each named talk.* in the folder that is given."""

from pathlib import Path

import av
import numpy as np

from tests.recordings import record, tone


def empty(folder: Path) -> Path:
    """No byte at all."""
    (folder / "talk.mp3").touch()
    return folder / "talk.mp3"


def text(folder: Path) -> Path:
    """A letter with the suffix of a recording."""
    (folder / "talk.m4a").write_text("Dear all,\n" * 500, encoding="utf-8")
    return folder / "talk.m4a"


def random_bytes(folder: Path) -> Path:
    """Noise that is no format."""
    (folder / "talk.wav").write_bytes(np.random.default_rng(1).bytes(100_000))
    return folder / "talk.wav"


def playlist(folder: Path) -> Path:
    """A playlist that would make FFmpeg open another file."""
    record(folder / "other.wav", tone(2.0), 16_000, "pcm_s16le")
    (folder / "talk.m4a").write_text("ffconcat version 1.0\nfile other.wav\n", encoding="utf-8")
    return folder / "talk.m4a"


def cut_mp3(folder: Path) -> Path:
    """A third of an mp3 of one minute."""
    return _third(record(folder / "talk.mp3", tone(60.0, 44_100), 44_100, "libmp3lame"))


def cut_m4a(folder: Path) -> Path:
    """A third of an m4a whose index stood at the end."""
    return _third(record(folder / "talk.m4a", tone(60.0, 44_100), 44_100, "aac"))


def cut_streamed_m4a(folder: Path) -> Path:
    """A third of an m4a whose index stands at the beginning."""
    whole = record(folder / "whole.m4a", tone(60.0, 44_100), 44_100, "aac")
    to = folder / "talk.m4a"
    with av.open(str(whole)) as old, av.open(str(to), "w", options={"movflags": "faststart"}) as new:
        stream = new.add_stream_from_template(old.streams.audio[0])  # pyright: ignore[reportUnknownMemberType]
        for packet in old.demux(old.streams.audio[0]):
            if packet.pts is not None:
                packet.stream = stream
                new.mux(packet)  # pyright: ignore[reportUnknownMemberType]
    return _third(to)


def cut_wav(folder: Path) -> Path:
    """A third of a wav of one minute."""
    return _third(record(folder / "talk.wav", tone(60.0), 16_000, "pcm_s16le"))


def cut_flac(folder: Path) -> Path:
    """A third of a flac of one minute."""
    return _third(record(folder / "talk.flac", tone(60.0), 16_000, "flac"))


def scratched(folder: Path) -> Path:
    """A flac with holes all over it."""
    source = record(folder / "talk.flac", tone(20.0, 44_100), 44_100, "flac")
    content = bytearray(source.read_bytes())
    for at in range(2_000, len(content) - 300, 700):
        content[at : at + 300] = bytes(300)
    source.write_bytes(content)
    return source


def silence(folder: Path) -> Path:
    """Nothing above -66 dB."""
    return record(folder / "talk.flac", tone(3.0, level=0.0005), 16_000, "flac")


def click(folder: Path) -> Path:
    """A fifth of a second."""
    return record(folder / "talk.wav", tone(0.2), 16_000, "pcm_s16le")


def missing(folder: Path) -> Path:
    """A path with nothing there."""
    return folder / "talk.wav"


def folder(folder: Path) -> Path:
    """A folder."""
    return folder


def film_without_sound(folder: Path) -> Path:
    """A second of black pictures and no sound track."""
    to = folder / "talk.mp4"
    with av.open(str(to), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)  # pyright: ignore[reportUnknownMemberType]
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(10):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(picture))  # pyright: ignore[reportUnknownMemberType]
        container.mux(stream.encode(None))  # pyright: ignore[reportUnknownMemberType]
    return to


def _third(source: Path) -> Path:
    with source.open("r+b") as file:
        file.truncate(source.stat().st_size // 3)
    return source

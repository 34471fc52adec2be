"""Recordings as they come: what their container says, and their sound as a stream of 16 kHz mono samples.

Decoding streams: a recording of twelve hours needs no more memory than one of twelve seconds. PyAV, whose
wheel carries FFmpeg, does the work.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clock import clock
from pipeline.errors import AudioError

if TYPE_CHECKING:
    import av
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

SAMPLE_RATE = 16_000
"""Samples a second: what both recognisers were trained on."""
SAMPLE_BYTES = 2
LONGEST_SECONDS = 12 * 3600.0

RECORDING_SUFFIXES = frozenset(
    (
        *(".m4a", ".mp3", ".wav", ".flac", ".ogg", ".oga", ".opus", ".aac", ".wma", ".amr", ".webm"),
        *(".mp4", ".mkv", ".mov", ".m4v", ".3gp", ".aif", ".aiff", ".caf"),
    )
)

# Demuxers that hold media and nothing else: a playlist could make FFmpeg open other files and addresses.
_CONTAINERS = "aac,aiff,amr,asf,avi,caf,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpegts,ogg,w64,wav"
# Containers that state how long they are; of the others FFmpeg only estimates it from the bit rate.
_STATED_LENGTH = frozenset({"mov", "matroska", "wav", "w64", "flac", "asf", "aiff", "caf"})
# A stated length and the decoded one differ by priming and padding; more than this is a file cut off.
_CUT_SECONDS = 1.0
_CUT_SHARE = 0.01
# A longer pause in the time stamps becomes silence, so that a second here is a second in the player.
_GAP_SECONDS = 0.1
_FILL_BYTES = SAMPLE_RATE * SAMPLE_BYTES * 10
# A few broken packets are bridged; more would leave out talk without a word.
_BAD_SHARE = 0.05


@dataclass(frozen=True)
class RecordingInfo:
    """What a recording says about itself before it is decoded.

    Attributes:
        seconds: Length its container states or FFmpeg estimates; None where neither can be had.
        stated: Whether the container itself states ``seconds``.
        created: When it was made, with its offset from UTC; None where it does not say.
        channels: Number of channels of its first sound track.
        sample_rate: Samples a second of that track.
    """

    seconds: float | None
    stated: bool
    created: datetime | None
    channels: int
    sample_rate: int


def looks_like_recording(path: Path) -> bool:
    """Whether a file is likely a recording: by its suffix, else by its first bytes."""
    if path.suffix.lower() in RECORDING_SUFFIXES:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    magics = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9", b"#!AMR")
    return head.startswith((*magics, b"\x1aE\xdf\xa3", b"0&\xb2u\x8ef\xcf\x11")) or head[4:8] == b"ftyp"


def probe(source: Path) -> RecordingInfo:
    """Reads what a recording's container says, without decoding it.

    Raises:
        AudioError: It is no recording, or has no sound.
    """
    with _opened(source) as container:
        return _info(container, source)


def decode(source: Path) -> Iterator[tuple[bytes, float]]:
    """Decodes a recording piece by piece, in constant memory.

    Yields:
        16 kHz mono samples (little-endian 16 bit) on the file's own time line, with the share read.

    Raises:
        AudioError: It is no recording, has no sound, is damaged or cut off, or is longer than 12 hours.
    """
    samples = 0
    with _opened(source) as container:
        info = _info(container, source)
        for pcm, share in _mono(container, source, info):
            samples += len(pcm) // SAMPLE_BYTES
            if samples > LONGEST_SECONDS * SAMPLE_RATE:
                raise AudioError(too_long(source.name))
            yield pcm, share
    _refuse_cut(source, info, samples / SAMPLE_RATE)


def _mono(container: "InputContainer", source: Path, info: RecordingInfo) -> Iterator[tuple[bytes, float]]:
    """Yields pieces of 16 kHz mono samples on the file's own time line, with the share of the file read."""
    import av

    origin = (container.start_time or 0) / av.time_base
    resampler, shape, written, share = None, None, 0, 0.0
    for frame, share in _frames(container, source):
        if resampler is None or shape != (frame.format.name, frame.layout.name, frame.sample_rate):
            yield from ((part, share) for part in _resampled(resampler, None))
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        for part in chain(_silence_before(frame, origin, written, info), _resampled(resampler, frame)):
            written += len(part) // SAMPLE_BYTES
            yield part, share
    yield from ((part, share) for part in _resampled(resampler, None))


def _frames(container: "InputContainer", source: Path) -> "Iterator[tuple[AudioFrame, float]]":
    """Yields decoded frames with the share of the file read, over damaged packets as long as they are few."""
    from av.error import FFmpegError

    size = max(container.size, 1)
    share, good, bad = 0.0, 0, 0
    for packet in _packets(container):
        if packet.pos is not None:
            share = min(packet.pos / size, 1.0)
        try:
            frames = packet.decode()
        except FFmpegError:
            bad += 1
            continue
        good += len(frames)
        yield from ((frame, share) for frame in frames)
    if bad > _BAD_SHARE * (good + bad) and bad > 1:
        raise AudioError(
            f"{source.name} is damaged: {bad / (good + bad):.0%} of its sound cannot be decoded; "
            "copy or export it again."
        )


def _packets(container: "InputContainer") -> "Iterator[av.Packet[AudioStream]]":
    """Packets of the first sound track; a file that breaks off ends there instead of raising."""
    from av.error import FFmpegError

    try:
        yield from container.demux(container.streams.audio[0])
    except FFmpegError:
        return


def _resampled(resampler: "av.AudioResampler | None", frame: "AudioFrame | None") -> Iterator[bytes]:
    """Passes one frame through the resampler; None flushes it."""
    for part in resampler.resample(frame) if resampler else ():
        yield bytes(part.planes[0])[: part.samples * SAMPLE_BYTES]


def _silence_before(frame: "AudioFrame", origin: float, written: int, info: RecordingInfo) -> Iterator[bytes]:
    """Silence for a pause in the time stamps before a frame, such as a recorder that was paused leaves."""
    if frame.time is None or not info.stated:
        return
    at = frame.time - origin
    gap = round(at * SAMPLE_RATE) - written
    # A time stamp beyond the stated end is garbage, not a pause.
    if gap < _GAP_SECONDS * SAMPLE_RATE or (info.seconds is not None and at > info.seconds):
        return
    left = gap * SAMPLE_BYTES
    while left > 0:
        yield bytes(min(left, _FILL_BYTES))
        left -= _FILL_BYTES


@contextmanager
def _opened(source: Path) -> "Generator[InputContainer]":
    """Opens a recording, or says in one sentence why it cannot be opened."""
    import av
    from av.error import FFmpegError

    try:
        with source.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise AudioError(f"{source} cannot be read: {error.strerror}.") from error
    if not head:
        raise AudioError(f"{source.name} is empty.")
    try:
        # "file:" keeps a name such as "a:b.mp3" from being taken for an address.
        container = av.open(f"file:{source}", options={"format_whitelist": _CONTAINERS})
    except FFmpegError as error:
        raise AudioError(_cannot_open(source, head)) from error
    with container:
        yield container


def _info(container: "InputContainer", source: Path) -> RecordingInfo:
    """What an open container says of its first sound track."""
    import av

    if not container.streams.audio:
        raise AudioError(f"{source.name} has no sound: there is no audio track in it.")
    stream = container.streams.audio[0]
    seconds = container.duration / av.time_base if container.duration else None
    if seconds is not None and container.format.name == "wav":
        seconds *= _wav_stated_share(source)
    if seconds is not None and seconds > LONGEST_SECONDS:
        raise AudioError(too_long(source.name))
    names = set(container.format.name.split(","))
    return RecordingInfo(
        seconds=seconds,
        stated=bool(names & _STATED_LENGTH) or ("mp3" in names and _mp3_states_length(source)),
        created=_created({**stream.metadata, **container.metadata}),
        channels=stream.codec_context.channels,
        sample_rate=stream.codec_context.sample_rate,
    )


def _wav_stated_share(source: Path) -> float:
    """How much longer a wav says it is than the file is: FFmpeg goes by what is there."""
    with source.open("rb") as file:
        stated = int.from_bytes(file.read(8)[4:], "little") + 8
    # Recorders that never came to fill in the length leave nothing or the largest number.
    size = source.stat().st_size
    return stated / size if size < stated < 0xFFFFFFFF else 1.0


def _mp3_states_length(source: Path) -> bool:
    """Whether the first frame of an mp3 is a Xing, Info or VBRI header, which counts the frames."""
    with source.open("rb") as file:
        head = file.read(10)
        if head.startswith(b"ID3"):
            # The tag's size has seven bits a byte, and leaves out its own ten bytes.
            high, upper, lower, low = head[6:10]
            file.seek(10 + (high << 21 | upper << 14 | lower << 7 | low))
        else:
            file.seek(0)
        first_frame = file.read(256)
    return any(mark in first_frame for mark in (b"Xing", b"Info", b"VBRI"))


def _created(metadata: dict[str, str]) -> datetime | None:
    """When it was made: the phone's own time with its zone if there, else the container's UTC."""
    for key in ("com.apple.quicktime.creationdate", "creation_time", "date"):
        try:
            created = datetime.fromisoformat(metadata.get(key, ""))
        except ValueError:
            continue
        # A clock that was never set says 1904 or 1970; a day alone has no offset from UTC.
        if created.tzinfo is not None and created > datetime(1990, 1, 1, tzinfo=UTC):
            return created
    return None


def _refuse_cut(source: Path, info: RecordingInfo, seconds: float) -> None:
    """Raises AudioError when a recording breaks off before the end that its container states."""
    if info.seconds is None or not info.stated:
        return
    if info.seconds - seconds > max(_CUT_SECONDS, _CUT_SHARE * info.seconds):
        raise AudioError(
            f"{source.name} is cut off or damaged: it should last {clock(round(info.seconds))} and only "
            f"{clock(round(seconds))} of it can be played; copy or export it again."
        )


def _cannot_open(source: Path, head: bytes) -> str:
    """Why FFmpeg found no recording in a file."""
    if head[4:8] == b"ftyp":
        return f"{source.name} is cut off or damaged: its index is missing; copy or export it again."
    return f"{source.name} is not a recording: no audio format that can be read is found in it."


def too_long(name: str) -> str:
    """The sentence for a recording, or several in a row, over the limit."""
    return f"{name} is longer than {LONGEST_SECONDS / 3600:.0f} hours: cut it into its meetings first."

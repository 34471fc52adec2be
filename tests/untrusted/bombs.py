"""Small files that would use up a machine."""

import struct
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from docx import Document

from tests.recordings import record, tone


def endless_silence(folder: Path) -> Path:
    """Twenty hours of silence in a flac that does not say how long it is: 4.3 MB here, 2.3 GB as samples."""
    to, rate, step = folder / "talk.flac", 1000, 65_535
    silence = np.zeros((1, step), np.int16)
    with av.open(str(to), "w") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono")  # pyright: ignore[reportUnknownMemberType]
        stream.options = {"compression_level": "0"}
        for at in range(0, 20 * 3600 * rate, step):
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            container.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]
        container.mux(stream.encode(None))  # pyright: ignore[reportUnknownMemberType]
    return _with_samples_stated(to, 0)


def flac_of_years(folder: Path) -> Path:
    """A second of sound that says it lasts two years."""
    return _with_samples_stated(record(folder / "talk.flac", tone(1.0, 1000), 1000, "flac"), 2**36 - 1)


def wav_of_days(folder: Path) -> Path:
    """A second of sound that says it lasts six weeks."""
    to = record(folder / "talk.wav", tone(1.0, 1000), 1000, "pcm_u8")
    with to.open("r+b") as file:
        file.seek(4)
        file.write(struct.pack("<I", 0xFFFFFFF0))
    return to


def enormous_picture(folder: Path) -> Path:
    """Three seconds of sound beside a picture of 16 000 × 16 000 dots: 20 KB here, 2 GB decoded."""
    to = folder / "talk.mp4"
    sound = record(folder / "sound.m4a", tone(3.0), 16_000, "aac")
    with av.open(str(to), "w") as new, av.open(str(sound)) as old:
        track = new.add_stream_from_template(old.streams.audio[0])  # pyright: ignore[reportUnknownMemberType]
        film = new.add_stream("png", rate=1)  # pyright: ignore[reportUnknownMemberType]
        film.width, film.height, film.pix_fmt = 16, 16, "rgb24"
        new.start_encoding()
        picture = av.Packet(_png(16_000))
        picture.pts = picture.dts = 0
        picture.time_base, picture.stream, picture.is_keyframe = Fraction(1, 1000), film, True
        new.mux(picture)  # pyright: ignore[reportUnknownMemberType]
        for packet in old.demux(old.streams.audio[0]):
            if packet.pts is not None:
                packet.stream = track
                new.mux(packet)  # pyright: ignore[reportUnknownMemberType]
    return to


def docx_of_gigabytes(folder: Path) -> Path:
    """A Word document of 2 MB whose text is 1.5 GB of spaces."""
    return docx_with(folder, _deflated_spaces(times=96), size=96 * _BLOCK)


def docx_that_reads(folder: Path, other: Path) -> Path:
    """A Word document that names another file as part of its text, as XML can."""
    xml = (
        f'<!DOCTYPE x [<!ENTITY other SYSTEM "{other.as_uri()}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        "<w:p><w:r><w:t>Tom: good morning &other;</w:t></w:r></w:p></w:body></w:document>"
    ).encode()
    deflate = zlib.compressobj(wbits=-15)
    return docx_with(folder, (deflate.compress(xml) + deflate.flush(), zlib.crc32(xml)), size=len(xml))


def docx_with(folder: Path, text: tuple[bytes, int], size: int) -> Path:
    """A Word document whose main part is the deflated bytes, of this checksum and size."""
    plain, to = folder / "plain.docx", folder / "talk.docx"
    Document().save(str(plain))
    part, (deflated, checksum) = b"word/document.xml", text
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            if name != part.decode():
                new.writestr(name, old.read(name))
        # Written by hand: zipfile would deflate the gigabytes again.
        info = zipfile.ZipInfo(part.decode())
        info.compress_type, info.CRC = zipfile.ZIP_DEFLATED, checksum
        info.compress_size, info.file_size, info.header_offset = len(deflated), size, new.start_dir
        out = new.fp
        assert out is not None
        out.seek(new.start_dir)
        out.write(info.FileHeader(zip64=False) + deflated)
        new.start_dir = out.tell()
        new.filelist.append(info)
        new.NameToInfo[info.filename] = info
    return to


_BLOCK = 16 << 20


def _deflated_spaces(times: int) -> tuple[bytes, int]:
    """That many blocks of spaces as one deflated stream, with its checksum: one block, repeated."""
    spaces, checksum = b" " * _BLOCK, 0
    deflate = zlib.compressobj(wbits=-15)
    block = deflate.compress(spaces) + deflate.flush(zlib.Z_FULL_FLUSH)
    for _ in range(times):
        checksum = zlib.crc32(spaces, checksum)
    return block * times + deflate.flush(), checksum


def _png(side: int) -> bytes:
    """A picture in four colours of 16 bits whose data break off at once: the decoder makes room for all of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _with_samples_stated(flac: Path, samples: int) -> Path:
    """Puts the number of samples into a flac's header: 36 bits after 18 bytes of its first block."""
    with flac.open("r+b") as file:
        file.seek(8 + 13)
        kept = file.read(1)[0] & 0xF0
        file.seek(8 + 13)
        file.write(bytes([kept | samples >> 32]) + struct.pack(">I", samples & 0xFFFFFFFF))
    return flac

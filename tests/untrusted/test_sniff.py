import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pipeline.errors import InputError
from pipeline.untrusted import HEAD_BYTES, sniff
from tests import broken_recordings as broken
from tests.recordings import record, tone

ROOT = Path(__file__).parents[2]
FORMATS = [
    *(("talk.m4a", "aac", 44_100), ("talk.mp3", "libmp3lame", 44_100), ("low.mp3", "libmp3lame", 8_000)),
    *(("talk.wav", "pcm_s16le", 48_000), ("talk.flac", "flac", 22_050), ("talk.ogg", "libopus", 48_000)),
    *(("talk.opus", "libopus", 16_000), ("talk.aac", "aac", 32_000), ("talk.wma", "wmav2", 44_100)),
    *(
        ("talk.amr", "libopencore_amrnb", 8_000),
        ("talk.webm", "libopus", 48_000),
        ("talk.mp4", "aac", 48_000),
    ),
    *(("talk.mkv", "flac", 44_100), ("talk.mov", "alac", 44_100), ("talk.3gp", "aac", 44_100)),
    *(("talk.m4v", "aac", 44_100), ("talk.aiff", "pcm_s16be", 44_100), ("talk.caf", "pcm_s16le", 44_100)),
]


def head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def refused(name: str, content: bytes) -> str:
    with pytest.raises(InputError) as told:
        sniff(name, content)
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(("name", "codec", "rate"), FORMATS, ids=[row[0] for row in FORMATS])
def test_recordings_of_every_format_are_recordings(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    source = record(tmp_path / name, tone(2.0, rate), rate, codec, {"title": "运营例会"})
    assert sniff(name.upper(), head(source)) == "recording"
    # The container counts, not which of the suffixes of recordings it goes by; it is no transcript by any.
    assert sniff("talk.mp3", head(source)) == "recording"
    assert refused("talk.txt", head(source)) == "talk.txt is no .txt transcript: it seems to be a recording."


def test_a_recording_of_silence_and_one_behind_zeros_are_recordings(tmp_path: Path) -> None:
    silence = record(tmp_path / "a.wav", np.zeros((1, 16_000), np.float32), 16_000, "pcm_s16le")
    assert sniff("a.wav", head(silence)) == "recording"
    bare = head(record(tmp_path / "b.mp3", tone(2.0, 44_100), 44_100, "libmp3lame"))
    bare = bare[bare.index(b"\xff\xfb") :]
    assert sniff("b.mp3", bare) == sniff("b.mp3", bytes(500) + bare) == "recording"


def test_the_samples_are_what_they_are() -> None:
    recordings = [
        ROOT / "audio_samples/en-weekly/recording.m4a",
        ROOT / "audio_samples/zh-weekly/recording.ogg",
    ]
    assert [sniff(path.name, head(path)) for path in recordings] == ["recording", "recording"]
    transcripts = sorted((ROOT / "audio_samples").glob("*/transcript.json"))
    assert [sniff(path.name, head(path)) for path in transcripts] == ["transcript", "transcript"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_text_is_a_transcript_wherever_its_head_is_cut(encoding: str) -> None:
    content = ("王建国：上月 GMV 是三百二十万元。\n李娜：退货有 12 单，😀 好的。\n" * 20).encode(encoding)
    for size in range(200, 260):
        assert sniff("例会.txt", content[:size]) == "transcript"
    assert sniff("例会.md", content) == sniff("talk.log", content) == "transcript"


@pytest.mark.parametrize(
    "text",
    [
        "BMW sold well.",
        "MZ: good morning",
        "ID3 tags were discussed",
        "Tom: <html> is a tag, <script>alert(1)</script>",
        "[00:01] Tom: good morning",
        "%: the margin",
        "x",
    ],
)
def test_text_that_begins_like_something_else_is_a_transcript(text: str) -> None:
    assert sniff("talk.txt", text.encode()) == "transcript"


def test_subtitles_json_and_word_are_transcripts(tmp_path: Path) -> None:
    assert sniff("talk.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n") == "transcript"
    assert sniff("talk.srt", "1\n00:00:01,000 --> 00:00:02,000\n早\n".encode("gb18030")) == "transcript"
    assert sniff("talk.json", b'\xef\xbb\xbf {"utterances": []}') == "transcript"
    assert sniff("talk.json", b"[]") == "transcript"
    document = Document()
    for number in range(5_000):
        document.add_paragraph(f"王建国：第 {number} 单")
    document.save(str(tmp_path / "talk.docx"))
    assert sniff("talk.docx", head(tmp_path / "talk.docx")) == "transcript"
    assert sniff("talk.docx", head(tmp_path / "talk.docx")[:1000]) == "transcript"


def zipped(folder: Path, *names: str) -> bytes:
    with zipfile.ZipFile(folder / "some.zip", "w") as file:
        for name in names:
            file.writestr(name, "x" * 100)
    return head(folder / "some.zip")


def test_an_archive_is_told_from_a_word_document(tmp_path: Path) -> None:
    assert sniff("a.docx", zipped(tmp_path, "word/document.xml", "[Content_Types].xml")) == "transcript"
    assert "seems to be of the kind zip" in refused("a.docx", zipped(tmp_path, "payload.exe"))
    assert "seems to be of the kind epub" in refused(
        "a.docx", b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip" + bytes(200)
    )
    Workbook().save(tmp_path / "sheet.xlsx")
    assert "is no .docx transcript" in refused("sheet.docx", head(tmp_path / "sheet.xlsx"))


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
FOREIGN = {
    "a web page": b"\r\n<!-- saved --> <!DOCTYPE html><html><body>Not found</body></html>",
    "a web page in capitals": b"<HTML><BODY>",
    "XML": b'<?xml version="1.0"?><x/>',
    "XML: a picture": b"<svg onload=alert(1)>",
    "a program": b"#!/bin/sh\nrm -rf /\n",
    "a program of the web": b"<?php system($_GET['x']); ?>",
    "an RTF document; save it as .docx or .txt": rb"{\rtf1\ansi hello}",
    "a PDF document": b"%PDF-1.7\n1 0 obj\n",
    "of the kind pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(100),
    "a PostScript document": b"%!PS-Adobe-3.0\n",
    "of the kind png": PNG,
    "of the kind jpg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100),
    "of the kind heic": HEIC,
    "of the kind exe": b"MZ\x90\0\x03" + bytes(100),
    "of the kind gz": b"\x1f\x8b\x08\0" + bytes(100),
    "of the kind sqlite": b"SQLite format 3\0" + bytes(100),
    "an old or locked Office document; save it as .docx without a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + bytes(600),
    "of no known kind": np.random.default_rng(2).bytes(HEAD_BYTES),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_other_files_are_refused_by_whatever_name(what: str) -> None:
    said = what.split(": ")[0].removesuffix(" in capitals").removesuffix(" of the web")
    assert refused("talk.mp3", FOREIGN[what]) == f"talk.mp3 is no recording: it seems to be {said}."
    assert refused("talk.docx", FOREIGN[what]) == f"talk.docx is no .docx transcript: it seems to be {said}."
    assert refused("talk.txt", FOREIGN[what]) == f"talk.txt is no .txt transcript: it seems to be {said}."


@pytest.mark.skipif(sys.platform != "linux", reason="programs have other forms elsewhere")
def test_a_program_of_this_machine_is_refused() -> None:
    assert refused("talk.m4a", head(Path(sys.executable))).endswith("it seems to be of the kind elf.")


def test_a_playlist_and_a_letter_are_no_recordings(tmp_path: Path) -> None:
    assert refused("talk.mp3", b"#EXTM3U\nhttp://169.254.169.254/\n").endswith("it seems to be a playlist.")
    assert refused("talk.m4a", head(broken.playlist(tmp_path))).endswith("it seems to be a playlist.")
    assert refused("talk.m4a", head(broken.text(tmp_path))).endswith("it seems to be text.")


def test_text_by_a_name_of_another_form_is_refused() -> None:
    assert refused("talk.docx", b"Tom: good morning").endswith("it seems to be text.")
    assert refused("talk.json", b"Tom: good morning").endswith("it seems to be text.")
    assert refused("talk.docx", b"{}").endswith("it seems to be JSON.")


@pytest.mark.parametrize(
    "name", ["talk", "talk.exe", "talk.mp3.html", ".mp3", "", "talk.", "../../etc/passwd"]
)
def test_other_suffixes_are_refused(name: str) -> None:
    assert "is taken for neither a recording nor a transcript" in refused(name, b"Tom: good morning")


def test_a_name_is_shown_without_its_folders_and_on_one_line() -> None:
    assert refused("../../x\n<b>\u202e.mp3", b"") == "x�<b>�.mp3 is empty."
    assert refused("C:\\Users\\tom\\talk.wav", b"") == "talk.wav is empty."
    assert len(refused("x" * 10_000 + ".wav", b"")) < 120


MAGICS = (
    b"",
    b"PK\x03\x04",
    b"RIFF",
    b"ID3",
    b"\xff\xfb",
    b"\0\0\0\x18ftyp",
    b"\x28\xb5\x2f\xfd",
    b"\x1aE\xdf\xa3",
)


@given(
    st.sampled_from(("a.mp3", "a.txt", "a.docx", "a.json")), st.sampled_from(MAGICS), st.binary(max_size=300)
)
def test_no_bytes_break_it(name: str, magic: bytes, rest: bytes) -> None:
    with suppress(InputError):
        assert sniff(name, magic + rest) in ("recording", "transcript")

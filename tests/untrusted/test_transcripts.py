import json
import os
import sys
from pathlib import Path

import pytest
from docx import Document

from pipeline import importers, untrusted
from pipeline.errors import TranscriptError
from pipeline.untrusted import Bounds
from tests.untrusted import bombs

VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v 王建国>上月销售额三百万元。</v>\n"
SRT = "1\n00:00:01,000 --> 00:00:04,000\nTom: Sales were up.\n"
WHISPER = (
    '{"language": "en", "segments": [{"text": "Sales were up.", "start": 0.5, "end": 2.25, "words": []}]}'
)


def written(folder: Path, name: str) -> Path:
    to = folder / name
    if to.suffix == ".docx":
        document = Document()
        document.add_paragraph("王建国：上月销售额三百万元。")
        document.save(str(to))
    elif to.suffix == ".json":
        to.write_text(WHISPER, encoding="utf-8")
    elif to.suffix == ".txt":
        to.write_text("王建国：上月销售额三百万元。\n李娜：退货有十二单。\n", encoding="gb18030")
    else:
        to.write_text(VTT if to.suffix == ".vtt" else SRT, encoding="utf-16")
    return to


@pytest.mark.parametrize("name", ["talk.vtt", "talk.srt", "例会.txt", "talk.docx", "talk.json"])
def test_a_transcript_is_read_as_in_this_process(tmp_path: Path, name: str) -> None:
    source = written(tmp_path, name)
    assert untrusted.read_transcript(source) == importers.read_transcript(source)


def test_the_language_that_is_given_holds(tmp_path: Path) -> None:
    assert untrusted.read_transcript(written(tmp_path, "talk.srt"), language="zh").language == "zh"


WRONG: dict[str, tuple[str, bytes]] = {
    "empty": ("talk.txt", b""),
    "nobody speaks": ("talk.vtt", b"WEBVTT\n\n"),
    "no text": ("talk.txt", bytes(range(256))),
    "no Word document": ("talk.docx", b"PK\x03\x04" + bytes(1000)),
    "lists in lists": ("talk.json", b"[" * 100_000 + b"]" * 100_000),
    "lists in a list of pieces": ("talk.json", b'{"utterances": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "objects in objects": ("talk.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "an endless number": ("talk.json", b'[{"text": "a", "start": ' + b"9" * 1_000_000 + b"}]"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_with_the_same_sentence(tmp_path: Path, case: str) -> None:
    name, content = WRONG[case]
    source = tmp_path / name
    source.write_bytes(content)
    with pytest.raises(TranscriptError) as here:
        importers.read_transcript(source)
    with pytest.raises(TranscriptError) as there:
        untrusted.read_transcript(source)
    assert str(there.value) == str(here.value)
    assert there.value.__cause__ is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit on memory")
def test_a_word_document_of_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    source = bombs.docx_of_gigabytes(tmp_path)
    assert source.stat().st_size < 3_000_000
    with pytest.raises(TranscriptError) as told:
        untrusted.read_transcript(source)
    assert str(told.value) == (
        "talk.docx could not be read within 1024 MB and 2 minutes: it is damaged or made to do harm."
    )
    assert str(told.value.__cause__).startswith("MemoryError at ")


def test_a_word_document_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2", encoding="utf-8")
    read = untrusted.read_transcript(bombs.docx_that_reads(tmp_path, secret))
    assert [utterance.text for utterance in read.utterances] == ["good morning"]


def test_an_answer_larger_than_allowed_is_not_taken(tmp_path: Path) -> None:
    pieces = [{"id": number, "text": "Sales were up."} for number in range(20_000)]
    source = tmp_path / "talk.json"
    source.write_text(json.dumps({"utterances": pieces}), encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"talk\.json could not be read within") as told:
        untrusted.read_transcript(source, bounds=Bounds(seconds=60, said_megabytes=1))
    assert "said more than" in str(told.value.__cause__)
    assert len(untrusted.read_transcript(source).utterances) == 20_000


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in a folder are POSIX")
def test_a_pipe_is_refused_unopened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "talk.txt")
    with pytest.raises(
        TranscriptError, match=r"talk\.txt is no file of its own but a link, a pipe or a device\."
    ):
        untrusted.read_transcript(tmp_path / "talk.txt")
    with pytest.raises(TranscriptError, match=r"gone\.txt cannot be read: No such file"):
        untrusted.read_transcript(tmp_path / "gone.txt")

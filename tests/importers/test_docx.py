from pathlib import Path

import pytest
from docx import Document

from pipeline.errors import TranscriptError
from pipeline.importers import read_transcript
from tests.importers.conftest import Import, turns


def test_paragraphs_of_the_shapes_of_text(tmp_path: Path):
    document = Document()
    document.add_heading("运营例会", 1)
    document.add_paragraph("2026年3月2日 14:00")
    for paragraph in ("王蕾 00:00:03", "大家好。", "陈涛 00:00:09\n好的，我来。", "王蕾 00:00:15", "行。"):
        document.add_paragraph(paragraph)
    document.save(str(tmp_path / "a.docx"))
    transcript = read_transcript(tmp_path / "a.docx")
    assert turns(transcript) == [("王蕾", "大家好。"), ("陈涛", "好的，我来。"), ("王蕾", "行。")]
    assert [u.start for u in transcript.utterances] == [3.0, 9.0, 15.0]


def test_rows_of_a_table_are_turns(tmp_path: Path):
    rows = [
        ("Time", "Speaker", "Text"),
        ("0:03", "Anna", "Good morning."),
        ("0:09", "Tom", "Hi: all."),
        ("0:12", "Anna", "So."),
    ]
    document = Document()
    table = document.add_table(rows=0, cols=3)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    found = turns(read_transcript(tmp_path / "a.docx"))
    assert found == [("Anna", "Good morning."), ("Tom", "Hi: all."), ("Anna", "So.")]


def test_a_document_under_another_name_is_still_read(tmp_path: Path):
    document = Document()
    document.add_paragraph("Tom: Hello.\nAnna: Hi.")
    document.save(str(tmp_path / "a.docx"))
    (tmp_path / "a.txt").write_bytes((tmp_path / "a.docx").read_bytes())
    assert turns(read_transcript(tmp_path / "a.txt")) == [("Tom", "Hello."), ("Anna", "Hi.")]


@pytest.mark.parametrize("content", [b"no zip at all", b"PK\x03\x04 cut off", b"\x00" * 100])
def test_a_damaged_document_is_named(imported: Import, content: bytes):
    with pytest.raises(TranscriptError, match=r"a\.docx is not a Word document"):
        imported("a.docx", content)


def test_an_empty_document_has_no_speech(tmp_path: Path):
    Document().save(str(tmp_path / "a.docx"))
    with pytest.raises(TranscriptError, match="no line of speech"):
        read_transcript(tmp_path / "a.docx")


def test_an_old_word_document_says_what_to_do(imported: Import):
    with pytest.raises(TranscriptError, match=r"save it as \.docx"):
        imported("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)

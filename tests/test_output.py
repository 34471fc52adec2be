"""What is written: whole, together, or not at all."""

import errno
from pathlib import Path

import pytest

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.files import cannot_write, write_together, write_whole
from pipeline.minutes import Minutes
from pipeline.output import check_folder, check_formats, write_minutes, write_transcript
from pipeline.transcript import Transcript, Utterance
from tests.command import files_under
from tests.render.conftest import empty_minutes

TALK = Transcript(language="en", utterances=(Utterance(id=0, text="Good morning."),))


def minutes() -> Minutes:
    return empty_minutes("en")


def test_formats_are_taken_once_each_in_any_case() -> None:
    assert check_formats(("MD", " docx", "md")) == ("md", "docx")


def test_an_unknown_format_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no format “docs”: did you mean “docx”\? Formats: md, html, docx"):
        check_formats(("md", "docs"))
    with pytest.raises(UsageError, match=r"no format “docx”.* Formats: vtt, srt, txt, json\."):
        check_formats(("docx",), transcript=True)


def test_json_is_the_minutes_and_the_transcript(tmp_path: Path) -> None:
    paths = write_minutes(minutes(), TALK, tmp_path / "m", ("json", "csv"))
    assert [path.name for path in paths] == ["minutes.json", "transcript.json", "actions.csv"]
    assert Minutes.model_validate_json(paths[0].read_bytes()) == minutes()
    assert Transcript.model_validate_json(paths[1].read_bytes()) == TALK


def test_a_transcript_is_always_written_as_json_too(tmp_path: Path) -> None:
    paths = write_transcript(TALK, tmp_path, ("srt",))
    assert [path.name for path in paths] == ["transcript.srt", "transcript.json"]


def test_looking_whether_a_folder_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    check_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentProblem, match="file/minutes cannot be written: not a directory"):
        check_folder(tmp_path / "file" / "minutes")


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    (tmp_path / "taken").touch()
    with pytest.raises(EnvironmentProblem):
        write_together({tmp_path / "a": b"new", tmp_path / "x/y/b": b"new", tmp_path / "taken" / "c": b"new"})
    assert files_under(tmp_path) == ["a", "taken"]
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"
    assert not (tmp_path / "x").exists()


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a", b"first")
    write_whole(tmp_path / "new" / "a", b"second")
    assert (tmp_path / "new" / "a").read_bytes() == b"second"
    assert files_under(tmp_path) == ["new/a"]


def test_a_full_disk_is_called_by_its_name() -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        error = OSError(number, "whatever the system says")
        assert str(cannot_write(Path("m.md"), error)) == "m.md cannot be written: the disk is full."

"""Flags over LIHUI_* over lihui.toml over the defaults."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.settings import load_settings
from tests.command import files_under, lihui
from tests.talks import vtt

pytestmark = pytest.mark.usefixtures("workplace")


def write(toml: str) -> None:
    Path("lihui.toml").write_text(toml, encoding="utf-8")


def test_the_environment_goes_before_the_file_and_the_file_before_the_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load_settings().asr == "auto"
    write('asr = "sphinx"\ntimezone = "Asia/Shanghai"\n')
    assert load_settings().asr == "sphinx"
    monkeypatch.setenv("LIHUI_ASR", "whisper:base")
    assert load_settings().asr == "whisper:base"
    assert load_settings().timezone == "Asia/Shanghai"


def test_flags_go_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    write('formats = ["docx"]\noutput = "of-file"\n')
    monkeypatch.setenv("LIHUI_FORMATS", "csv")
    assert lihui("run", vtt(Path("weekly.vtt")), "--quiet").code == 0
    assert files_under(Path("of-file")) == ["weekly/actions.csv", "weekly/transcript.json"]
    assert lihui("run", "weekly.vtt", "--quiet", "-o", "said", "--format", "md").code == 0
    assert files_under(Path("said")) == ["weekly/minutes.md", "weekly/transcript.json"]


@pytest.mark.parametrize(
    "toml", ['formats = ["md", "docx"]', 'formats = "md, docx"', 'formats = "md，docx,"']
)
def test_formats_are_a_list_or_names_with_commas(toml: str) -> None:
    write(toml)
    assert load_settings().formats == ("md", "docx")


def test_formats_are_names_with_commas_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIHUI_FORMATS", "md, docx")
    assert load_settings().formats == ("md", "docx")


def test_a_home_folder_is_meant_by_its_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIHUI_CACHE", "~/kept")
    assert load_settings().cache == Path.home() / "kept"


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('formts = ["md"]', r"lihui\.toml: there is no setting “formts”: did you mean “formats”\?"),
        ('formats = ["md"', r"lihui\.toml has a syntax error: "),
        ("asr = 3", "The setting “asr” is wrong: Input should be a valid string"),
    ],
)
def test_a_wrong_file_is_told(toml: str, sentence: str) -> None:
    write(toml)
    with pytest.raises(UsageError, match=sentence):
        load_settings()


def test_an_unknown_variable_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIHUI_FORMAT", "md")
    done = lihui("run", vtt(Path("weekly.vtt")))
    assert done.code == 2
    assert done.one_error == "There is no setting “LIHUI_FORMAT”: did you mean “LIHUI_FORMATS”?"


def test_a_wrong_format_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIHUI_FORMATS", "markdown")
    assert lihui("run", vtt(Path("weekly.vtt"))).code == 2

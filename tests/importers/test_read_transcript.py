"""Choice of the form and of the language, wrong input, and what must hold for any content."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.errors import TranscriptError
from pipeline.importers import TRANSCRIPT_SUFFIXES, read_transcript
from pipeline.transcript import Transcript
from tests.importers.conftest import Import, turns

EXTENSIONS = ["vtt", "srt", "txt", "md", "docx", "json", "log", "strange"]


def _read(name: str, content: bytes) -> Transcript | TranscriptError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return read_transcript(path)
        except TranscriptError as error:
            return error


def _holds(result: Transcript | TranscriptError) -> None:
    if isinstance(result, TranscriptError):
        assert "\n" not in str(result)
        return
    assert result.utterances
    for utterance in result.utterances:
        assert utterance.text.strip()
        assert utterance.start is None or utterance.end is None or utterance.start <= utterance.end


@pytest.mark.parametrize("extension", EXTENSIONS)
@settings(derandomize=True, max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=300))
@example(content=b"PK\x03\x04")
@example(content=b"\xff\xfe")
def test_any_bytes_give_a_transcript_or_one_sentence(extension: str, content: bytes):
    _holds(_read(f"a.{extension}", content))


_PIECES = st.sampled_from(
    [
        "王蕾",
        "Tom",
        "：",
        ": ",
        "\n",
        "\n\n",
        "00:01:02",
        "0:03",
        "10:30",
        "[",
        "]",
        "(",
        ")",
        " --> ",
        "<v Tom>",
        "</v>",
        "WEBVTT",
        "NOTE",
        "大家好。",
        "Fine.",
        "Agenda",
        "1",
        " ",
        "&amp;",
        "{",
        "}",
        "[{",
        '"text"',
        "**",
        "# ",
        "https://x.y",
        "Speaker 1",
        "-",
        "：",
    ]
)


@pytest.mark.parametrize("extension", ["vtt", "srt", "txt", "json"])
@settings(derandomize=True, max_examples=250, deadline=None)
@given(text=st.lists(_PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_gives_a_transcript_or_one_sentence(extension: str, text: str):
    _holds(_read(f"a.{extension}", text.encode("utf-8", "surrogatepass")))


_TURNS = st.lists(
    st.tuples(
        st.sampled_from(["王蕾", "陈涛", "Tom Reed", "Anna"]),
        st.sampled_from(
            [
                "大家好。",
                "转化率 3.1%。",
                "I'll take that.",
                "好的：就这样。",
                "By Friday, please.",
                "比如说 10:30。",
            ]
        ),
    ),
    min_size=2,
    max_size=12,
).filter(lambda turns: all(a[0] != b[0] for a, b in pairwise(turns)))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


@pytest.mark.parametrize("form", ["teams", "zoom", "srt", "feishu", "bracket", "colon"])
@settings(derandomize=True, max_examples=60, deadline=None)
@given(spoken=_TURNS)
def test_well_formed_turns_come_back_in_every_form(form: str, spoken: list[tuple[str, str]]):
    rows = [(_clock(i * 700), _clock(i * 700 + 5), name, said) for i, (name, said) in enumerate(spoken)]
    files = {
        "teams": ("a.vtt", "WEBVTT\n\n" + "".join(f"{a} --> {b}\n<v {n}>{t}</v>\n\n" for a, b, n, t in rows)),
        "zoom": ("a.vtt", "WEBVTT\n\n" + "".join(f"1\n{a} --> {b}\n{n}: {t}\n\n" for a, b, n, t in rows)),
        "srt": ("a.srt", "".join(f"1\n{a} --> {b}\n{n}：{t}\n\n" for a, b, n, t in rows)),
        "feishu": ("a.txt", "例会\n\n" + "".join(f"{n} {a[:8]}\n{t}\n\n" for a, _, n, t in rows)),
        "bracket": ("a.txt", "".join(f"[{a[:8]}] {n}: {t}\n" for a, _, n, t in rows)),
        "colon": ("a.txt", "".join(f"{n}: {t}\n" for _, _, n, t in rows)),
    }  # fmt: skip
    name, text = files[form]
    result = _read(name, text.encode())
    assert isinstance(result, Transcript)
    assert turns(result) == spoken


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("王蕾：我们看一下 dashboard 上的 conversion rate 和 GMV。\n", "zh"),
        ("Tom: 这个 sprint 的 backlog 我们 review 一下, then ship the release on Friday\n", "zh"),
        ("Tom: We call it 双十一 in the plan, and everybody sells a lot on that day.\n", "en"),
        ("Tom: 3.1, 2.9, 4.\n", "en"),
    ],
)
def test_the_language_is_that_of_the_talk(imported: Import, text: str, language: str):
    assert imported("a.txt", text).language == language


def test_a_given_language_goes_before_the_characters(tmp_path: Path):
    (tmp_path / "a.txt").write_text("Tom: hello there\n", "utf-8")
    assert read_transcript(tmp_path / "a.txt", language="zh").language == "zh"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", "", "is empty"),
        ("a.vtt", " \n\n", "is empty"),
        ("a.vtt", "WEBVTT\n\nNOTE nothing\n", "no line of speech"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n\n", "no line of speech"),
        ("a.txt", "…\n---\n", "no line of speech"),
        ("a.vtt", "just some prose", "no line of speech"),
    ],
)
def test_a_file_without_speech_is_refused(imported: Import, name: str, content: str, message: str):
    with pytest.raises(TranscriptError, match=message):
        imported(name, content)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    with pytest.raises(TranscriptError, match=r"gone\.txt cannot be read"):
        read_transcript(tmp_path / "gone.txt")
    with pytest.raises(TranscriptError, match="cannot be read"):
        read_transcript(tmp_path)


def test_no_recording_is_taken_for_a_transcript():
    assert {".vtt", ".srt", ".txt", ".docx", ".json"} <= TRANSCRIPT_SUFFIXES
    assert not TRANSCRIPT_SUFFIXES & {".m4a", ".mp3", ".mp4", ".wav"}


def test_a_long_export_is_read(imported: Import):
    line = "王蕾 00:00:01\n" + "大家好，今天过一下上周的数据。" * 3 + "\n"
    assert len(imported("a.txt", line * 5000).utterances) > 1000

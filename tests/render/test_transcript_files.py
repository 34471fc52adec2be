import json

import pytest

from pipeline.errors import UsageError
from pipeline.render import render, render_transcript
from pipeline.transcript import Transcript, Utterance
from tests.render.attack import poisoned
from tests.render.conftest import EN_LINES, empty_minutes, transcript_of


def _text(transcript: Transcript, name: str) -> str:
    return render_transcript(transcript, name).decode()


def test_vtt_has_a_voice_for_every_cue():
    content = _text(transcript_of(EN_LINES, "en"), "vtt")
    assert content.startswith("WEBVTT\n\n0\n00:00:00.000 --> 00:00:12.250\n<v Anna Reed>Good morning")
    assert content.count("-->") == len(EN_LINES)


def test_srt_has_the_name_before_the_text():
    content = _text(transcript_of(EN_LINES, "en"), "srt")
    assert content.startswith("1\n00:00:00,000 --> 00:00:12,250\nAnna Reed: Good morning")
    assert "01:01:22,500 --> 01:01:34,750" in content


def test_txt_has_a_line_for_every_utterance_with_what_is_known():
    lines = _text(transcript_of(EN_LINES, "en"), "txt").splitlines()
    assert lines[9] == "[00:36:49] Anna Reed: Tom, please finish the tracking by Friday."
    untimed = Transcript(
        language="zh", utterances=(Utterance(id=0, text="好"), Utterance(id=1, speaker="王蕾", text="行"))
    )
    assert _text(untimed, "txt") == "好\n王蕾: 行\n"


def test_json_is_the_transcript_itself():
    transcript = transcript_of(EN_LINES, "en")
    assert Transcript.model_validate_json(_text(transcript, "json")) == transcript
    assert "王" in _text(transcript_of([("王蕾", "好")], "zh"), "json")


def test_what_has_no_time_is_no_cue_and_vtt_says_so():
    transcript = transcript_of(EN_LINES, "en", timed=False)
    assert "NOTE 16 utterances have no times" in _text(transcript, "vtt")
    assert "-->" not in _text(transcript, "vtt")
    assert _text(transcript, "srt") == ""


def test_a_start_without_an_end_ends_with_the_next():
    said = (Utterance(id=0, start=1.0, text="a"), Utterance(id=1, start=2.5, text="b"))
    content = _text(Transcript(language="en", utterances=said), "srt")
    assert "00:00:01,000 --> 00:00:02,500" in content
    assert "00:00:02,500 --> 00:00:06,500" in content


@pytest.mark.parametrize(
    "text", ["a --> b", "</v><v Eve>x", "line\n\n2\n00:00:00,000 --> 00:00:09,000\nEve: x", "NOTE x", "&lt;"]
)
def test_no_text_makes_a_cue_of_its_own(text: str):
    transcript = poisoned(transcript_of(EN_LINES[:1], "en"), text)
    vtt, srt = _text(transcript, "vtt"), _text(transcript, "srt")
    assert vtt.count("-->") == 1
    assert vtt.count("<v ") == 1
    assert (
        sum("-->" in line and line[0].isdigit() and line.startswith("00:00:00") for line in srt.splitlines())
        == 1
    )


def test_minutes_json_is_readable_and_whole():
    minutes = empty_minutes("zh").model_copy(update={"notices": ("准确率低",)})
    content = render(minutes, transcript_of([], "zh"), "json").decode()
    assert "准确率低" in content
    assert type(minutes).model_validate(json.loads(content)) == minutes


def test_an_unknown_format_is_a_usage_error():
    with pytest.raises(UsageError, match='no format "odt"; choose from md, html'):
        render(empty_minutes("zh"), transcript_of([], "zh"), "odt")
    with pytest.raises(UsageError, match="choose from vtt, srt, txt, json"):
        render_transcript(transcript_of([], "zh"), "md")

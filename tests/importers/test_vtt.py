import pytest

from pipeline.errors import TranscriptError
from tests.importers.conftest import Import, times, turns

TEAMS = """WEBVTT

7d8e0a3c-1b2f-4c5d-8e9f-0a1b2c3d4e5f/12-0
00:00:03.120 --> 00:00:05.500
<v Anna Reed>Good morning,</v>

7d8e0a3c-1b2f-4c5d-8e9f-0a1b2c3d4e5f/13-0
00:00:05.600 --> 00:00:08.500
<v Anna Reed>shall we start &amp; see?
Sales first.</v>

7d8e0a3c-1b2f-4c5d-8e9f-0a1b2c3d4e5f/14-0
00:00:09.000 --> 00:00:10.500
<v.loud Tom Stone>Fine.</v>
"""

ZOOM = """WEBVTT

1
00:00:03.120 --> 00:00:05.500
Tom Reed: Good morning. Here's the agenda: sales.

2
00:00:06.120 --> 00:00:07.500
王蕾: 大家好。

3
00:00:08.120 --> 00:00:09.500
Tom Reed: One question: when is it due?

4
00:00:12.120 --> 00:00:13.500
Priya: Friday.
"""


def test_teams_voices_become_speakers_and_their_consecutive_cues_one_utterance(imported: Import):
    transcript = imported("teams.vtt", TEAMS)
    assert turns(transcript) == [
        ("Anna Reed", "Good morning, shall we start & see? Sales first."),
        ("Tom Stone", "Fine."),
    ]
    assert times(transcript) == [(3.12, 8.5), (9.0, 10.5)]


def test_zoom_names_before_a_colon_become_speakers_and_later_colons_stay(imported: Import):
    assert turns(imported("zoom.vtt", ZOOM.replace("\n", "\r\n"))) == [
        ("Tom Reed", "Good morning. Here's the agenda: sales."),
        ("王蕾", "大家好。"),
        ("Tom Reed", "One question: when is it due?"),
        ("Priya", "Friday."),
    ]


def test_several_voices_in_one_cue_and_tags_without_an_end(imported: Import):
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v 王蕾>开始吧。\n<v 陈涛>好的。</v> <v 王蕾>数据先说。\n"
    assert turns(imported("a.vtt", text)) == [
        ("王蕾", "开始吧。"),
        ("陈涛", "好的。"),
        ("王蕾", "数据先说。"),
    ]


def test_notes_styles_regions_header_and_settings_are_not_spoken(imported: Import):
    text = """WEBVTT - Weekly
Kind: captions
Language: en

STYLE
::cue(.x) { color: red }

REGION
id:fred width:40%

NOTE made by a machine
on two lines

00:01.000 --> 00:02.000 align:start position:0% line:-1
<c.x>Sales</c> are <i>up</i> <00:00:01.500>by 3&nbsp;%.

NOTE

00:03.000 --> 00:04.000
NOTE that this is said, &lt;b&gt; too.
"""
    assert [text for _, text in turns(imported("a.vtt", text))] == [
        "Sales are up by 3 %.",
        "NOTE that this is said, <b> too.",
    ]


def test_hours_may_be_left_out_or_go_beyond_a_day_and_decimals_may_have_a_comma(imported: Import):
    text = "WEBVTT\n\n00:01,500 --> 00:02.000\nA.\n\n100:00:00.000 --> 100:00:01.000\nB.\n"
    assert times(imported("a.vtt", text)) == [(1.5, 2.0), (360000.0, 360001.0)]


def test_cues_out_of_order_are_put_in_order(imported: Import):
    text = "WEBVTT\n\n00:05.000 --> 00:06.000\n<v B>Second.\n\n00:01.000 --> 00:06.000\n<v A>First.\n"
    assert turns(imported("a.vtt", text)) == [("A", "First."), ("B", "Second.")]


def test_webex_names_speakers_in_the_cue_id(imported: Import):
    text = 'WEBVTT\n\n1 "Anna Reed" (3218431872)\n00:00:01.000 --> 00:00:02.000\nHello.\n'
    assert turns(imported("a.vtt", text)) == [("Anna Reed", "Hello.")]


def test_text_cut_off_by_an_empty_line_stays_with_its_cue(imported: Import):
    text = "00:01.000 --> 00:02.000\n<v A>We ship\n\non Friday.\n\n7\n00:03.000 --> 00:04.000\n<v B>Good.\n"
    assert turns(imported("a.vtt", text)) == [("A", "We ship on Friday."), ("B", "Good.")]


@pytest.mark.parametrize(
    "line",
    [
        "00:00:04.000 --> 00:00:03.000",
        "00:00:04.000 --> soon",
        "--> 00:00:03.000",
        "x --> y",
        "00:75:00.000 --> 02:00:00.000",
        "00:00:04.000 -->",
        "-00:00:04.000 --> 00:00:05.000",
    ],
)
def test_a_timing_line_that_cannot_be_read_is_named_by_its_number(imported: Import, line: str):
    with pytest.raises(TranscriptError, match=r"bad\.vtt, line 6") as raised:
        imported("bad.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\nFine.\n\n{line}\nBroken.\n")
    assert line.strip() in str(raised.value)


def test_srt_with_names_markup_missing_blank_lines_and_a_number_said(imported: Import):
    text = """1
00:00:01,000 --> 00:00:02,000
<font color="red">王蕾：</font>大家好。

2
00:00:02,500 --> 00:00:04,000
{\\an8}陈涛：一共
42
3
00:00:04,500 --> 00:00:05,000
- 王蕾：那行。
- 陈涛：嗯。
"""
    assert turns(imported("a.srt", text)) == [
        ("王蕾", "大家好。"),
        ("陈涛", "一共 42"),
        ("王蕾", "那行。"),
        ("陈涛", "嗯。"),
    ]


def test_srt_under_another_name_is_read_as_what_it_is(imported: Import):
    text = "1\n00:00:01,000 --> 00:00:02,000\nTom: Hello.\n\n2\n00:00:02,000 --> 00:00:03,000\nAnna: Hi.\n"
    assert turns(imported("export.txt", text)) == [("Tom", "Hello."), ("Anna", "Hi.")]


def test_subtitles_with_every_line_end_doubled(imported: Import):
    text = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Tom>Hello.\n".replace("\n", "\r\r\n")
    assert turns(imported("a.vtt", text)) == [("Tom", "Hello.")]

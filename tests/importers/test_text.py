import pytest

from tests.importers.conftest import Import, times, turns

FEISHU = """运营例会
2026年3月2日 下午 2:00|1小时 3分
关键词:
转化率、退货、大促

文字记录:
王蕾 00:00:01
好，人齐了，咱们开始。今天主要三件事：第一，数据；第二，退货。

陈涛 00:00:12
好的王总。
上周转化率：3.1%。

王蕾 01:00:40
比如说：十点半 10:30 的那个活动。
"""

OTTER = """Weekly sync
March 2, 2026, 2:00PM
1h 3m 2s

Anna Reed started transcription

Anna Reed   0:03
Good morning.
Tom Stone   0:15
Morning. See you at 10:30
Anna Reed   1:02:03
Done.
"""

MINUTES_STYLE = """Agenda: sales, returns
Date: 2 March 2026
Tom: Good morning everyone.
10:30 is our hard stop, by the way.
Anna: Conversion was 3.1 percent.
Note: this is not final.
https://example.com/dashboard
Tom: Thanks Anna. For example: the blue button.
Priya: I'll take that.
"""


def test_feishu_export_without_its_head(imported: Import):
    transcript = imported("妙记.txt", FEISHU)
    assert transcript.language == "zh"
    assert turns(transcript) == [
        ("王蕾", "好，人齐了，咱们开始。今天主要三件事：第一，数据；第二，退货。"),
        ("陈涛", "好的王总。上周转化率：3.1%。"),
        ("王蕾", "比如说：十点半 10:30 的那个活动。"),
    ]
    assert times(transcript)[:2] == [(1.0, 12.0), (12.0, 3640.0)]


def test_minutes_and_seconds_turn_into_hours_in_one_export(imported: Import):
    transcript = imported("teams.txt", OTTER)
    assert turns(transcript) == [
        ("Anna Reed", "Good morning."),
        ("Tom Stone", "Morning. See you at 10:30"),
        ("Anna Reed", "Done."),
    ]
    assert times(transcript)[:2] == [(3.0, 15.0), (15.0, 3723.0)]


def test_names_before_a_colon_are_told_from_headings_times_and_links(imported: Import):
    transcript = imported("notes.txt", MINUTES_STYLE)
    assert turns(transcript) == [
        ("Tom", "Good morning everyone. 10:30 is our hard stop, by the way."),
        ("Anna", "Conversion was 3.1 percent. Note: this is not final. https://example.com/dashboard"),
        ("Tom", "Thanks Anna. For example: the blue button."),
        ("Priya", "I'll take that."),
    ]
    assert times(transcript) == [(None, None)] * 4


def test_chinese_names_are_told_from_chinese_headings(imported: Import):
    text = """会议主题：周例会
时间：2026年3月2日
主持人：王蕾
王蕾：大家好。
第一件事：数据。

陈涛：我来说：转化率 3.1%，时间 10:30。
比如说：首页。
问题：退货率高
小陈：我来跟。
王蕾：好的：就这样。
"""
    assert turns(imported("a.txt", text)) == [
        ("王蕾", "大家好。第一件事：数据。"),
        ("陈涛", "我来说：转化率 3.1%，时间 10:30。比如说：首页。问题：退货率高"),
        ("小陈", "我来跟。"),
        ("王蕾", "好的：就这样。"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[00:00:03] 王蕾: 大家好\n[00:00:09] 陈涛: 好\n", ["3 王蕾: 大家好", "9 陈涛: 好"]),
        (
            "[00:00:03 - 00:00:05] Tom: hello\n[00:00:09 - 00:00:11] Anna: hi\n",
            ["3 Tom: hello", "9 Anna: hi"],
        ),
        ("00:00:03 王蕾：大家好\n00:00:09 陈涛：好\n", ["3 王蕾: 大家好", "9 陈涛: 好"]),
        ("00:00:03 王蕾\n大家好\n00:00:09 陈涛\n好\n", ["3 王蕾: 大家好", "9 陈涛: 好"]),
        ("Tom(00:00:03): hello\n王蕾（00:00:09）：好\n", ["3 Tom: hello", "9 王蕾: 好"]),
        ("王蕾(00:00:03):\n大家好\n陈涛(00:00:09):\n好\n", ["3 王蕾: 大家好", "9 陈涛: 好"]),
        ("说话人1 00:03\n大家好\n说话人2 00:09\n好\n", ["3 说话人1: 大家好", "9 说话人2: 好"]),
        ("Speaker 1  0:03\nhello\nSpeaker 2  0:09\nhi\n", ["3 Speaker 1: hello", "9 Speaker 2: hi"]),
        ("发言人 1\n大家好，开会。\n发言人 2\n好的。\n", [" 发言人 1: 大家好，开会。", " 发言人 2: 好的。"]),
        ("SPEAKER_00: hello\nSPEAKER_01: hi\n", [" SPEAKER_00: hello", " SPEAKER_01: hi"]),
        ("S1: hello\nS2: hi\n", [" S1: hello", " S2: hi"]),
        (
            "A: hello.\nB: hi.\nA: so, sales.\nB: fine.\n",
            [" A: hello.", " B: hi.", " A: so, sales.", " B: fine."],
        ),
        ("**Tom:** hello\n\n**Anna:** hi there\n", [" Tom: hello", " Anna: hi there"]),
        (
            "Anna Reed\n00:00:01\nhello\nTom\n00:00:05\nhi\nAnna Reed\n00:00:09\nbye\n",
            ["1 Anna Reed: hello", "5 Tom: hi", "9 Anna Reed: bye"],
        ),
        ("[王蕾] 14:30:05\n大家好\n[陈涛] 14:30:10\n好的，开始\n", ["0 王蕾: 大家好", "5 陈涛: 好的，开始"]),
        (
            "王蕾 2026-03-02 14:00:05\n大家好\n陈涛 2026-03-02 14:00:15\n好的\n",
            ["0 王蕾: 大家好", "10 陈涛: 好的"],
        ),
        (
            "00:05:00\nAnna: Good morning.\nTom: Hi.\n00:10:00\nAnna: So: sales.\n",
            ["300 Anna: Good morning.", " Tom: Hi.", "600 Anna: So: sales."],
        ),
        (
            "0:00\nwelcome everybody\n0:03\nto the weekly\n0:07\nlet us begin\n",
            ["0 : welcome everybody", "3 : to the weekly", "7 : let us begin"],
        ),
        ("00:03 大家好\n00:09 我们开始\n00:12 对\n", ["3 : 大家好", "9 : 我们开始", "12 : 对"]),
        (
            "Reed, Anna: hi there\nStone, Tom: hello\nReed, Anna: right\n",
            [" Reed, Anna: hi there", " Stone, Tom: hello", " Reed, Anna: right"],
        ),
        (
            "运营部-王蕾：大家好\n产品部-陈涛：好\n运营部-王蕾：开始\n",
            [" 运营部-王蕾: 大家好", " 产品部-陈涛: 好", " 运营部-王蕾: 开始"],
        ),
        (
            "tom: hi\nanna: hello\ntom: shall we\nanna: yes\ntom: ok\nanna: note that: sales fell\n",
            [
                " tom: hi",
                " anna: hello",
                " tom: shall we",
                " anna: yes",
                " tom: ok",
                " anna: note that: sales fell",
            ],
        ),
        (
            "主持人：大家好，欢迎各位。\n客户：谢谢。\n主持人：开始。\n",
            [" 主持人: 大家好，欢迎各位。", " 客户: 谢谢。", " 主持人: 开始。"],
        ),
    ],
)
def test_shapes_of_heads(imported: Import, text: str, expected: list[str]):
    found = imported("a.txt", text).utterances
    assert [
        f"{'' if u.start is None else f'{u.start:g}'} {u.speaker or ''}: {u.text}" for u in found
    ] == expected


def test_names_with_office_and_party_in_nested_brackets(imported: Import):
    chair = "The Chair (Hon. Anna Reed (North Bay, Lib.))"
    text = f"{chair}: Order.\nTom Stone (Finance): Thanks.\n{chair}: Go on.\n"
    assert [name for name, _ in turns(imported("a.txt", text))] == [chair, "Tom Stone (Finance)", chair]


def test_text_without_heads_keeps_every_line(imported: Import):
    text = "We met today. It was fine.\nTom will send the report by Friday, 10:30.\nBudget: 3 k.\n"
    assert turns(imported("a.txt", text)) == [(None, line) for line in text.splitlines()]


def test_an_agenda_with_clock_times_has_no_speakers(imported: Import):
    text = "会议议程\n10:30 讨论预算\n11:00 休息\n王蕾：大家好。\n陈涛：预算 10:30 说。\n王蕾：好。\n"
    assert turns(imported("a.txt", text)) == [
        ("王蕾", "大家好。"),
        ("陈涛", "预算 10:30 说。"),
        ("王蕾", "好。"),
    ]


def test_a_time_that_does_not_run_forward_is_no_head(imported: Import):
    text = "Anna Reed 0:03\nWe call\nJane Miller 50:00\nthen.\nTom Stone 0:15\nFine.\nAnna Reed 1:10\nDone.\n"
    assert [speaker for speaker, _ in turns(imported("a.txt", text))] == [
        "Anna Reed",
        "Tom Stone",
        "Anna Reed",
    ]


def test_the_end_of_a_line_without_a_stop_stays_a_boundary(imported: Import):
    text = "王蕾：第一数据\n第二退货\n陈涛：好\n"
    assert turns(imported("a.txt", text))[0] == ("王蕾", "第一数据 第二退货")

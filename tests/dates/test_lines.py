import json

import pytest

from eval.dates.score import read_lines, score
from pipeline.dates import answer_lines
from pipeline.errors import InputError


def test_every_line_is_answered_in_order() -> None:
    lines = [
        json.dumps({"text": "下周三之前", "held_on": "2026-03-02", "language": "zh", "id": 7}),
        "\n",
        json.dumps(
            {
                "text": "at the next sync",
                "held_on": "2026-03-02",
                "language": "en",
                "next_meeting": "2026-03-05",
            }
        ),
    ]
    answers = [json.loads(answer) for answer in answer_lines(lines)]
    assert [answer["on"] for answer in answers] == ["2026-03-11", "2026-03-05"]
    assert set(answers[0]) == {"phrase", "on", "reason"}


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '{"text": "x", "language": "zh"}',
        '{"text": "x", "held_on": "2026-02-30", "language": "zh"}',
    ],
)
def test_a_bad_line_is_named(bad: str) -> None:
    good = '{"text": "明天", "held_on": "2026-03-02", "language": "zh"}'
    answers = answer_lines([good, bad])
    assert json.loads(next(answers))["on"] == "2026-03-03"
    with pytest.raises(InputError, match="Line 2"):
        next(answers)


def test_the_written_lines_come_out_right() -> None:
    lines = read_lines()
    assert sum(line.language == "zh" for line in lines) >= 220
    assert sum(line.language == "en" for line in lines) >= 170
    totals = score(lines)
    for key in ("all", "zh", "en"):
        assert totals[key].accuracy >= 0.98
        assert totals[key].precision >= 0.98

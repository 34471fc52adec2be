from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import MeetingError
from pipeline.facts import read_meeting

CASE = """{"id": "zh-ecom-weekly-01", "language": "zh", "title": "电商运营周例会", "held_on": "2026-03-02",
 "series": "ecom-weekly", "cadence_days": 7, "next_meeting": null,
 "timezone": "Asia/Shanghai", "country": "CN",
 "agenda": [{"topic": "上周数据", "minutes": 10}],
 "participants": [{"name": "王蕾", "aliases": ["王总", "蕾姐"], "title": "运营总监", "department": "运营部"}],
 "open_actions": [{"id": "p1", "task": "上线退货自助入口", "owner": "陈涛", "due": "2026-02-27", "slips": 1}],
 "difficulty": ["implicit-owner"], "source": "made up", "licence": "CC0"}"""

YAML = """
id: zh-ecom-weekly-01
language: zh
title: 电商运营周例会
held_on: 2026年3月2日
series: ecom-weekly
cadence_days: 7
timezone: Asia/Shanghai
country: CN
agenda:
  - {topic: 上周数据, minutes: 10}
participants:
  - name: 王蕾
    aliases: [王总, 蕾姐]
    title: 运营总监
    department: 运营部
open_actions:
  - {id: p1, task: 上线退货自助入口, owner: 陈涛, due: 2026-02-27, slips: 1}
licence: CC0
"""


def _file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def test_a_case_file_and_the_same_in_yaml_say_the_same(tmp_path: Path):
    meeting = read_meeting(_file(tmp_path, "case.json", CASE))
    assert meeting == read_meeting(_file(tmp_path, "meeting.yaml", YAML))
    assert (meeting.held_on, meeting.date_source) == (date(2026, 3, 2), "given")
    assert meeting.participants[0].aliases == ("王总", "蕾姐")
    assert meeting.open_actions[0].due == date(2026, 2, 27)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_of_other_machines(tmp_path: Path, encoding: str):
    assert read_meeting(_file(tmp_path, "m.yml", YAML, encoding)).title == "电商运营周例会"


def test_without_a_date_there_is_no_source_of_one(tmp_path: Path):
    meeting = read_meeting(_file(tmp_path, "case.json", '{"language": "en", "participants": null}'))
    assert (meeting.held_on, meeting.date_source, meeting.participants) == (None, None, ())


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "case.json",
            '{"language": "zh",\n "title": }',
            r"case\.json has a syntax error in line 2, column 11",
        ),
        ("m.yaml", "title: a\nagenda: [1, 2\nb: c\n", r"m\.yaml has a syntax error in line 3, column 2"),
        ("m.yaml", "title: a\n\tbad: 1\n", "line 2"),
        ("case.json", '["a"]', "does not hold the facts of a meeting"),
        ("m.yaml", "just a sentence", "does not hold the facts of a meeting"),
        ("case.json", '{"language": "fr"}', "language: Input should be 'zh' or 'en'"),
        ("case.json", '{"cadence_days": "weekly"}', "cadence_days: "),
        ("case.json", '{"participants": [{"name": "a"}, {"title": "b"}]}', r"participants\.1\.name: Field"),
        ("case.json", '{"held_on": "2026-02-30"}', 'held_on: "2026-02-30" is not a calendar date'),
        ("case.json", '{"timezone": "Mars/Base"}', 'no time zone "Mars/Base"'),
        ("case.json", "[" * 3000, "neither JSON nor YAML"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, name: str, text: str, message: str):
    with pytest.raises(MeetingError, match=message) as raised:
        read_meeting(_file(tmp_path, name, text))
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_a_binary_are_refused(tmp_path: Path):
    with pytest.raises(MeetingError, match="cannot be read"):
        read_meeting(tmp_path / "case.json")
    (tmp_path / "case.json").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    with pytest.raises(MeetingError, match="not text"):
        read_meeting(tmp_path / "case.json")

from pathlib import Path

import pytest

from pipeline.errors import MeetingError
from pipeline.facts import read_participants
from pipeline.meeting import Participant

WANG = Participant(name="王蕾", aliases=("王总", "蕾姐"), department="运营部")
ANNA = Participant(name="Anna Reed", aliases=("Anna",), department="Finance")

JSON_WANG = '{"name": "王蕾", "aliases": ["王总", "蕾姐"], "department": "运营部"}'
YAML_WANG = "{name: 王蕾, aliases: [王总, 蕾姐], department: 运营部}"


@pytest.mark.parametrize(
    "text",
    [
        "王蕾(王总/蕾姐;运营部),陈涛, Anna Reed (Anna; Finance)",
        "王蕾（王总、蕾姐；运营部）、陈涛；Anna Reed (Anna; Finance)",
        "王蕾(王总,蕾姐;运营部)\n陈涛\nAnna Reed (Anna; Finance)\n王蕾\n",
    ],
)
def test_names_with_aliases_and_department(text: str):
    assert read_participants(text) == (WANG, Participant(name="陈涛"), ANNA)


def test_a_department_without_aliases():
    assert read_participants("客服组(;客服部)") == (Participant(name="客服组", department="客服部"),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("who.txt", "王蕾(王总/蕾姐;运营部)\n\nAnna Reed (Anna; Finance)\n"),
        ("who.csv", "姓名,别名,部门\n王蕾,王总;蕾姐,运营部\nAnna Reed,Anna,Finance\n"),
        ("who.csv", "Name;Department;Aliases\n王蕾;运营部;王总/蕾姐\nAnna Reed;Finance;Anna\n"),
        ("who.json", f'[{JSON_WANG}, "Anna Reed (Anna; Finance)"]'),
        ("who.yaml", f"participants:\n- {YAML_WANG}\n- Anna Reed (Anna; Finance)\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_files_of_every_kind_say_the_same(tmp_path: Path, name: str, text: str, encoding: str):
    (tmp_path / name).write_bytes(text.encode(encoding))
    assert read_participants(str(tmp_path / name)) == (WANG, ANNA)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("who.yaml", "- a\n- [b\n", "syntax error in line 3"),
        ("who.json", '["a",]', "syntax error in line 1"),
        ("who.csv", "a,b\nc,d\n", 'no column "name"'),
        ("who.csv", 'name\n"open\n', "syntax error"),
        ("who.json", '{"people": []}', "holds no list of participants"),
        ("who.json", '["a", {"nom": "b"}]', r"participants\.1\.name"),
        ("who.txt", "王蕾(王总\n", "is no participant"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, text: str, message: str):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(MeetingError, match=message):
        read_participants(tmp_path / name)


def test_a_missing_file_and_open_brackets_are_refused():
    with pytest.raises(MeetingError, match="cannot be read"):
        read_participants("/nowhere/team.csv")
    with pytest.raises(MeetingError, match="is no participant"):
        read_participants("王蕾(王总")


def test_a_long_list_of_names_is_no_path():
    assert len(read_participants(",".join(f"Person {i}" for i in range(2000)))) == 2000

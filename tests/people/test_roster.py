import pytest

from pipeline.meeting import Meeting, Participant
from pipeline.people import Roster
from pipeline.people.talk import is_label, roster_of
from pipeline.transcript import Transcript, Utterance

ZH = Roster(
    [
        Participant(name="王蕾", aliases=("王总", "蕾姐"), title="运营总监", department="运营部"),
        Participant(name="陈涛", title="工程师", department="技术部"),
        Participant(name="李志强", title="主任", department="供应链部"),
        Participant(name="张伟", title="店长", department="门店"),
        Participant(name="张敏", title="财务总监", department="财务部"),
    ]
)
EN = Roster(
    [
        Participant(name="Chris Hale", department="Finance"),
        Participant(name="Chris Moore", department="Sales"),
        Participant(name="Anika Patel", title="Plant Manager", department="Clinical"),
        Participant(name="Will Young", department="QA"),
        Participant(name="Caitlin Dunn", aliases=("Caitlin",)),
    ],
    "en",
)


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("王蕾", "王蕾"),
        ("蕾姐", "王蕾"),
        ("陈工", "陈涛"),
        ("小陈", "陈涛"),
        ("老李", "李志强"),
        ("李主任", "李志强"),
        ("志强", "李志强"),
        ("陈涛那边", "陈涛"),
        ("陈桃", "陈涛"),
        ("店长", "张伟"),
        ("财务总监", "张敏"),
    ],
)
def test_chinese_spoken_forms_mean_the_participant(phrase: str, name: str) -> None:
    assert ZH.resolve(phrase).name == name


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("Chris from finance", "Chris Hale"),
        ("Dr. Patel", "Anika Patel"),
        ("Anika", "Anika Patel"),
        ("the plant manager", "Anika Patel"),
        ("Kaitlin", "Caitlin Dunn"),
        ("Will", "Will Young"),
    ],
)
def test_english_spoken_forms_mean_the_participant(phrase: str, name: str) -> None:
    assert EN.resolve(phrase).name == name


@pytest.mark.parametrize(
    ("roster", "phrase", "department"),
    [
        (ZH, "供应链那边", "供应链部"),
        (ZH, "你们供应链部", "供应链部"),
        (ZH, "法务", "法务"),
        (EN, "the finance team", "Finance"),
        (EN, "legal", "legal"),
    ],
)
def test_departments_resolve_without_a_person(roster: Roster, phrase: str, department: str) -> None:
    match = roster.resolve(phrase)
    assert (match.name, match.department) == (None, department)


def test_two_of_the_same_first_name_stay_open_with_both_named() -> None:
    match = EN.resolve("Chris")
    assert match.name is None
    assert "Chris Hale" in match.reason
    assert "Chris Moore" in match.reason


def test_two_of_the_same_family_name_stay_open() -> None:
    match = ZH.resolve("小张")
    assert match.name is None
    assert "张伟" in match.reason


def test_what_anybody_may_be_called_names_nobody_by_title() -> None:
    school = Roster([Participant(name="马丽", title="班主任"), Participant(name="马骏", title="体育老师")])
    assert school.resolve("马老师").name is None


def test_names_misheard_in_the_family_name_or_by_a_silent_letter() -> None:
    assert [m.name for m in Roster([Participant(name="蒋文")]).mentions("海报江文设计")] == ["蒋文"]
    assert Roster([Participant(name="Graham Tait")], "en").resolve("Graeme").name == "Graham Tait"


def test_a_department_is_called_by_words_of_time_at_the_head_of_a_clause() -> None:
    assert [m.name for m in ZH.mentions("氧气坏了，供应链这周换一下")] == ["供应链部"]
    assert ZH.mentions("我们看供应链这周的数据") == ()


def test_a_misheard_name_says_so() -> None:
    assert "同音" in ZH.resolve("陈桃").reason


def test_an_unknown_name_is_no_guess() -> None:
    assert ZH.resolve("赵六").name is None
    assert EN.resolve("Bartholomew").name is None


@pytest.mark.parametrize(
    "text",
    ["mark the date and move on", "Will the report be ready?", "it will be done in May", "Finance was late"],
)
def test_common_words_are_no_english_names(text: str) -> None:
    assert EN.mentions(text) == ()


@pytest.mark.parametrize("text", ["运营数据不错", "那一名夜班兼职", "今天有点小成绩", "技术上没问题"])
def test_common_words_are_no_chinese_names(text: str) -> None:
    roster = Roster([*ZH.participants, Participant(name="罗一鸣")])
    assert roster.mentions(text) == ()


def test_mentions_take_the_longest_form_at_its_place() -> None:
    text = "陈涛那边先出，李主任再看，让供应链牵头"
    found = [(m.phrase, m.name) for m in ZH.mentions(text)]
    assert found == [("陈涛那边", "陈涛"), ("李主任", "李志强"), ("供应链", "供应链部")]
    assert all(text[m.start : m.end] == m.phrase for m in ZH.mentions(text))


def test_labels_are_told_from_names() -> None:
    assert all(map(is_label, ("S1", "Speaker 2", "说话人 1", "发言人2", "SPEAKER_00")))
    assert not any(map(is_label, ("Sam", "王蕾", "Speaker Jones", "老K")))


def test_without_a_roster_names_are_taken_as_heard() -> None:
    said = ("让静姐对一下账", "阿布来剪吧", "好")
    talk = Transcript(
        language="zh",
        utterances=tuple(Utterance(id=i, speaker="大刘", text=t) for i, t in enumerate(said)),
    )
    names = {p.name for p in roster_of(Meeting(), talk).participants}
    assert {"大刘", "静姐", "阿布"} <= names


def test_english_names_are_heard_without_a_roster() -> None:
    talk = Transcript(language="en", utterances=(Utterance(id=0, text="Tom, can you send it? Thanks."),))
    assert [p.name for p in roster_of(Meeting(), talk).participants] == ["Tom"]

import pytest

from pipeline.meeting import Meeting, Participant
from pipeline.minutes import Action, Evidence, Issue, Reading
from pipeline.stages.owners import assign_owners
from pipeline.transcript import Language, Transcript, Utterance

ZH = Meeting(
    language="zh",
    participants=(
        Participant(name="王蕾", aliases=("王总",), title="运营总监", department="运营部"),
        Participant(name="陈涛", department="技术部"),
        Participant(name="李强", aliases=("小李",), department="测试部"),
    ),
)
EN = Meeting(
    language="en",
    participants=(
        Participant(name="Ann Reed", aliases=("Ann",), department="Operations"),
        Participant(name="Tom Baker", aliases=("Tom",), department="Finance"),
        Participant(name="Priya Shah", aliases=("Priya",), department="QA"),
    ),
)

Line = tuple[str | None, str]


def owned(
    meeting: Meeting, lines: list[Line], evidence: tuple[int, ...], task: str = "", phrase: str | None = None
) -> Action:
    language: Language = meeting.language or "zh"
    said = tuple(Utterance(id=i, speaker=s, text=t) for i, (s, t) in enumerate(lines))
    quotes = tuple(Evidence(utterance=i, quote=said[i].text) for i in evidence)
    action = Action(id="a1", task=task or lines[evidence[0]][1], owner_phrase=phrase, evidence=quotes)
    reading = Reading(kinds=("plans",) * len(said), actions=(action,))
    return assign_owners(reading, Transcript(language=language, utterances=said), meeting).actions[0]


@pytest.mark.parametrize(
    ("meeting", "lines", "evidence", "owner"),
    [
        (ZH, [("王蕾", "接口谁修？"), ("陈涛", "我来修，周五前。")], (1,), "陈涛"),
        (EN, [("Ann Reed", "Who fixes it?"), ("Tom Baker", "I'll take that.")], (0, 1), "Tom Baker"),
        (ZH, [("王蕾", "小李你跟一下供应商报价。"), ("李强", "好的。")], (0,), "李强"),
        (EN, [("Ann Reed", "Tom, can you send the quotes?"), ("Tom Baker", "Sure.")], (0,), "Tom Baker"),
        (ZH, [("王蕾", "小李你跟下报价。"), ("李强", "我不行。"), ("陈涛", "那我来吧。")], (0, 2), "陈涛"),
        (
            EN,
            [("Ann Reed", "Tom, can you send it?"), ("Tom Baker", "I can't."), ("Priya Shah", "I'll do it.")],
            (0,),
            "Priya Shah",
        ),
        (ZH, [("李强", "报价我去问。"), ("王蕾", "还是让陈涛来吧。"), ("陈涛", "行。")], (0, 1), "陈涛"),
        (ZH, [("王蕾", "回归测试谁做？"), ("李强", "我们测试部来。")], (0, 1), "测试部"),
        (EN, [("Ann Reed", "Who runs it?"), ("Priya Shah", "QA will have it done Friday.")], (0, 1), "QA"),
        (ZH, [("王蕾", "这个得有人跟一下，周五前。")], (0,), None),
        (EN, [("Ann Reed", "Somebody needs to call the landlord by Friday.")], (0,), None),
        (ZH, [(None, "我来修吧。")], (0,), None),
        (EN, [(None, "I'll do it tomorrow.")], (0,), None),
        (ZH, [(None, "陈涛，接口你修一下。"), (None, "好的，我来修。")], (0, 1), "陈涛"),
        (EN, [(None, "Tom, can you?"), (None, "I can't."), (None, "Priya, can you?")], (0, 2), "Priya Shah"),
    ],
)  # fmt: skip
def test_the_owner_follows_the_talk(
    meeting: Meeting, lines: list[Line], evidence: tuple[int, ...], owner: str | None
) -> None:
    action = owned(meeting, lines, evidence)
    assert action.owner == owner
    assert action.owner_reason


@pytest.mark.parametrize(
    ("meeting", "lines", "owner"),
    [
        (ZH, [("陈涛", "我来写。"), ("王蕾", "这个还是我自己写吧。"), ("陈涛", "行，我把数给您。")], "王蕾"),
        (EN, [("Tom Baker", "I can write it."), ("Ann Reed", "I'd better do that one myself.")], "Ann Reed"),
        (ZH, [("王蕾", "小李联系场地。"), ("李强", "好。"), ("陈涛", "要不我来？"), ("李强", "行，你来。")], "陈涛"),
        (EN, [("Ann Reed", "Tom, book it."), ("Tom Baker", "OK."), ("Ann Reed", "Sorry, Priya, you do it.")],
         "Priya Shah"),
        (ZH, [("王蕾", "小李周四去演示？"), ("李强", "周四不行啊，约了体检。"), ("王蕾", "那陈涛去吧。")], "陈涛"),
        (EN, [("Ann Reed", "Tom, can you do Friday?"), ("Tom Baker", "Friday's tough."), ("Ann Reed", "Priya then?")],
         "Priya Shah"),
        (ZH, [("王蕾", "验收谁去？"), ("陈涛", "我跟小李一起，他主责。")], "李强"),
        (ZH, [("王蕾", "体检表大家周五前都交上来。"), ("李强", "好。")], None),
        (EN, [("Ann Reed", "Everybody needs to hand in the form."), ("Tom Baker", "Okay.")], None),
        (ZH, [("王蕾", "小李你去培训？"), ("李强", "我要休年假。"), ("王蕾", "那会后再定吧。")], None),
    ],
)  # fmt: skip
def test_the_last_word_on_who_works_counts(meeting: Meeting, lines: list[Line], owner: str | None) -> None:
    assert owned(meeting, lines, tuple(range(len(lines)))).owner == owner


def test_a_question_to_you_goes_to_who_was_called_just_before_where_speakers_are_unknown() -> None:
    lines: list[Line] = [(None, "Tom, is it up?"), (None, "No."), (None, "Can you put it up?")]
    assert owned(EN, lines, (2,)).owner == "Tom Baker"


def test_what_is_put_off_stays_with_nobody() -> None:
    lines: list[Line] = [
        ("Ann Reed", "Tom, can you let them in?"),
        ("Tom Baker", "I can't."),
        ("Ann Reed", "We'll sort that out after."),
        ("Ann Reed", "Priya, can you send the report?"),
    ]
    assert owned(EN, lines, (0,)).owner is None


def test_the_named_lead_owns_and_the_other_works_along() -> None:
    action = owned(ZH, [("王蕾", "报价这事陈涛和小李一起弄，小李牵头。")], (0,))
    assert action.owner == "李强"


def test_the_first_of_two_owns_and_the_second_is_a_co_owner() -> None:
    action = owned(EN, [("Ann Reed", "Tom and Priya, can you draft the plan?")], (0,))
    assert (action.owner, action.co_owners) == ("Tom Baker", ("Priya Shah",))


def test_the_owner_brings_their_department() -> None:
    assert owned(ZH, [("王蕾", "小李你跟一下。"), ("李强", "好的。")], (0, 1)).department == "测试部"


def test_of_two_tasks_in_one_breath_each_goes_to_its_own() -> None:
    lines: list[Line] = [("王蕾", "话术陈涛写，演练的脚本小李写。"), ("陈涛", "好的。"), ("李强", "收到。")]
    assert owned(ZH, lines, (0, 1), task="写话术").owner == "陈涛"
    assert owned(ZH, lines, (0, 2), task="写演练的脚本").owner == "李强"


@pytest.mark.parametrize(("phrase", "owner"), [("小李", "李强"), ("测试部那边", "测试部"), ("李桃", None)])
def test_the_scribes_words_are_resolved(phrase: str, owner: str | None) -> None:
    assert owned(ZH, [(None, "预算今天要出。")], (0,), phrase=phrase).owner == owner


def test_the_scribes_i_is_the_speaker() -> None:
    assert owned(ZH, [("王蕾", "预算我今天给。")], (0,), phrase="我").owner == "王蕾"


def test_an_ambiguous_name_gives_nobody_and_both_names() -> None:
    twins = Meeting(
        language="en",
        participants=(
            Participant(name="Chris Hale"),
            Participant(name="Chris Moore"),
            Participant(name="Ann Reed"),
        ),
    )
    action = owned(twins, [("Ann Reed", "Chris, can you send it?")], (0,))
    assert action.owner is None
    assert "Chris Hale" in (action.owner_reason or "")


def test_without_a_roster_the_owner_is_the_name_as_heard() -> None:
    assert owned(Meeting(language="zh"), [("大刘", "让静姐对返点，月底前。")], (0,)).owner == "静姐"
    assert owned(Meeting(language="en"), [(None, "Tom, can you send it?")], (0,)).owner == "Tom"


def test_an_issue_gets_an_owner_only_where_somebody_took_it() -> None:
    said = (
        Utterance(id=0, speaker="王蕾", text="退货率升高，小李你跟一下。"),
        Utterance(id=1, speaker="李强", text="好的。"),
        Utterance(id=2, speaker="王蕾", text="另外仓库有点满。"),
    )
    issues = tuple(
        Issue(id=f"i{n}", problem=p, evidence=(Evidence(utterance=n, quote=said[n].text),))
        for n, p in ((0, "退货率升高"), (2, "仓库满"))
    )
    reading = Reading(kinds=("issues",) * 3, issues=issues)
    found = assign_owners(reading, Transcript(language="zh", utterances=said), ZH).issues
    assert [i.owner for i in found] == ["李强", None]


def test_an_action_without_evidence_has_no_owner() -> None:
    reading = Reading(kinds=("plans",), actions=(Action(id="a1", task="报价"),))
    talk = Transcript(language="zh", utterances=(Utterance(id=0, speaker="陈涛", text="我来。"),))
    assert assign_owners(reading, talk, ZH).actions[0].owner is None

from pipeline.meeting import Meeting, Participant
from pipeline.stages.attribute import attribute
from pipeline.transcript import Language, Transcript, Utterance

ZH = Meeting(
    language="zh",
    participants=(
        Participant(name="王蕾", aliases=("王总",), department="运营部"),
        Participant(name="陈涛", department="技术部"),
        Participant(name="李强", aliases=("小李",), department="测试部"),
    ),
)
EN = Meeting(
    language="en",
    participants=(
        Participant(name="Ann Reed", aliases=("Ann",)),
        Participant(name="Tom Baker", aliases=("Tom",)),
        Participant(name="Mei-Lin Hart", aliases=("Mei",)),
    ),
)


def talk(language: Language, *lines: tuple[str | None, str]) -> Transcript:
    return Transcript(
        language=language,
        utterances=tuple(Utterance(id=i, speaker=s, text=t) for i, (s, t) in enumerate(lines)),
    )


def speakers(transcript: Transcript) -> list[str | None]:
    return [u.speaker for u in transcript.utterances]


def test_who_introduces_themselves_gets_their_name_everywhere() -> None:
    heard = talk("zh", ("S1", "大家好，我是陈涛。"), ("S2", "嗯。"), ("S1", "先说接口。"))
    named = attribute(heard, ZH)
    assert speakers(named) == ["陈涛", "S2", "陈涛"]
    assert named.notices == ("S1 = 陈涛：自我介绍（#0）",)


def test_who_answers_when_called_gets_the_name_that_was_called() -> None:
    heard = talk("zh", ("说话人 1", "小李你说一下。"), ("说话人 3", "好的，上周测完了。"))
    named = attribute(heard, ZH)
    assert speakers(named) == ["说话人 1", "李强"]
    assert named.notices == ("说话人 3 = 李强：被点名后作答（#0）",)


def test_english_labels_and_notices() -> None:
    heard = talk("en", ("Speaker 1", "Hi all, this is Ann."), ("Speaker 2", "Morning."),
                 ("Speaker 1", "Tom, go."),
                 ("Speaker 2", "Yeah, sales are up."))  # fmt: skip
    named = attribute(heard, EN)
    assert speakers(named) == ["Ann Reed", "Tom Baker", "Ann Reed", "Tom Baker"]
    assert named.notices[0] == "Speaker 1 = Ann Reed: introduced themselves (#0)"


def test_who_answers_a_roll_call_or_an_invitation_to_speak_is_the_one_named() -> None:
    heard = talk("en", ("S1", "Is Tom Baker on the call?"), ("S2", "Yes, I'm here."))
    assert speakers(attribute(heard, EN)) == ["S1", "Tom Baker"]
    heard = talk("zh", ("S1", "小李说说测试。"), ("S2", "上周都测完了。"))
    assert speakers(attribute(heard, ZH)) == ["S1", "李强"]


def test_an_introduction_may_tell_the_department() -> None:
    heard = talk("zh", ("S1", "大家好，我是测试部的李强。"), ("S2", "欢迎。"))
    assert speakers(attribute(heard, ZH)) == ["李强", "S2"]


def test_one_name_never_goes_to_two_labels_and_contradictions_stay_labels() -> None:
    heard = talk("zh", ("S1", "小李你说。"), ("S2", "好的。"), ("S1", "小李，你看呢？"), ("S3", "可以。"))
    assert speakers(attribute(heard, ZH)) == ["S1", "S2", "S1", "S3"]


def test_a_label_nobody_names_stays_a_label() -> None:
    heard = talk("zh", ("S1", "开始吧。"), ("S2", "好。"))
    assert attribute(heard, ZH) == heard


def test_other_spellings_become_the_participants_name() -> None:
    heard = talk("en", ("Tom Baker (Guest)", "Hi."), ("mei-lin hart", "Hello."), ("Ann", "Hi."))
    named = attribute(heard, EN)
    assert speakers(named) == ["Tom Baker", "Mei-Lin Hart", "Ann Reed"]
    assert any("Tom Baker (Guest)" in notice for notice in named.notices)
    assert speakers(attribute(talk("zh", ("王蕾-运营", "开始。")), ZH)) == ["王蕾"]


def test_without_speakers_nothing_changes() -> None:
    heard = talk("zh", (None, "我是陈涛。"), (None, "小李你说一下。"))
    assert attribute(heard, ZH) == heard


def test_earlier_notices_are_kept() -> None:
    heard = talk("zh", ("S1", "我是陈涛。")).model_copy(update={"notices": ("准确率低。",)})
    assert attribute(heard, ZH).notices[0] == "准确率低。"

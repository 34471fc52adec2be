import pytest

from pipeline.minutes import KINDS, Kind, Point, Reading
from pipeline.scribes.rules.sections import MOST_POINTS, compose_sections
from pipeline.scribes.rules.telling import tidy
from pipeline.transcript import Language
from tests.scribes.talk import lines_of

SAID: dict[Language, tuple[str, ...]] = {
    "zh": (
        "今天开会主要是过一下上周的退货数据。",
        "上周退货率百分之八点二，比前一周高了一点五个百分点。",
        "退货率为什么会这么高，谁知道？",
        "退货接口老超时，用户找不到退货入口，投诉很多。",
        "好。",
        "上周退货一共三百二十单，退货金额四万二。",
    ),
    "en": (
        "Today we go through last week's returns numbers.",
        "The return rate was 8.2 percent, up 1.5 points on the week before.",
        "Why is the return rate as high as that, does anybody know?",
        "The returns API keeps timing out and customers can't find the returns page.",
        "OK.",
        "There were 320 returns last week, worth forty-two thousand dollars",
    ),
}
KIND: tuple[Kind, ...] = ("purpose", "data", "data", "issues", "issues", "data")
languages = pytest.mark.parametrize("language", ["zh", "en"])


@languages
def test_there_are_six_sections_in_their_order(language: Language) -> None:
    lines = lines_of(language, *SAID[language])
    sections = compose_sections(lines, Reading(kinds=KIND))
    assert tuple(s.kind for s in sections) == KINDS
    assert [s.status for s in sections] == [
        "covered", "covered", "not_mentioned", "covered", "not_mentioned", "not_mentioned",
    ]  # fmt: skip
    empty = sections[2]
    assert (empty.summary, empty.points, empty.spans, empty.seconds) == (None, (), (), None)


@languages
def test_a_section_knows_its_stretches_and_how_long_they_took(language: Language) -> None:
    lines = lines_of(language, *SAID[language], timed=True)
    data = compose_sections(lines, Reading(kinds=KIND))[1]
    assert data.spans == ((1, 2), (5, 5))
    assert data.seconds == 15.0
    assert compose_sections(lines_of(language, *SAID[language]), Reading(kinds=KIND))[1].seconds is None


@languages
def test_points_are_statements_of_the_section_in_their_order(language: Language) -> None:
    lines = lines_of(language, *SAID[language])
    for section in compose_sections(lines, Reading(kinds=KIND)):
        ids = [e.utterance for p in section.points for e in p.evidence]
        assert ids == sorted(ids)
        assert all(KIND[i] == section.kind for i in ids)
        assert all(p.text == tidy(lines[p.evidence[0].utterance]) for p in section.points)
        assert not {2, 4} & set(ids)


@languages
def test_the_summary_ends_every_sentence(language: Language) -> None:
    lines = lines_of(language, *SAID[language])
    data = compose_sections(lines, Reading(kinds=KIND))[1]
    assert data.summary is not None
    end = "。" if language == "zh" else "."
    assert data.summary.endswith(end)
    assert data.summary.rstrip(end).endswith(tidy(lines[5]).rstrip(end))


@languages
def test_the_purpose_is_summed_up_by_what_was_found_alone(language: Language) -> None:
    lines = lines_of(language, *SAID[language])
    assert compose_sections(lines, Reading(kinds=KIND))[0].summary is None
    found = Reading(kinds=KIND, purpose=Point(text="过数据"))
    assert compose_sections(lines, found)[0].summary == "过数据"


def test_a_long_section_keeps_its_weightiest_points_only() -> None:
    said = [f"第{n}个门店的退货率比上周又高了不少。" for n in range(20)]
    data = compose_sections(lines_of("zh", *said), Reading(kinds=("data",) * 20))[1]
    assert len(data.points) == MOST_POINTS


def test_a_meeting_of_nothing_has_six_empty_sections() -> None:
    sections = compose_sections((), Reading(kinds=()))
    assert [s.status for s in sections] == ["not_mentioned"] * 6

import pytest

from pipeline.transcript import Language
from tests.scribes.talk import lines_of


@pytest.mark.parametrize(
    ("language", "text", "clauses"),
    [
        (
            "zh",
            "好，转化率是3.1%，掉了1,200单。行吗？",
            ["好，", "转化率是3.1%，", "掉了1,200单。", "行吗？"],
        ),
        (
            "en",
            "OK, it's 3.1 percent; 1,200 down. Right?",
            ["OK,", "it's 3.1 percent;", "1,200 down.", "Right?"],
        ),
        ("zh", "嗯……那个——先这样", ["嗯……", "那个——", "先这样"]),
        ("en", "…", []),
        ("en", "no marks at all", ["no marks at all"]),
    ],
)
def test_clauses_end_at_marks_but_not_inside_figures(
    language: Language, text: str, clauses: list[str]
) -> None:
    (line,) = lines_of(language, text)
    assert [c.text for c in line.clauses] == clauses
    assert all(text[c.start : c.end].strip() == c.text for c in line.clauses)


@pytest.mark.parametrize(
    ("language", "text", "asks"),
    [
        ("zh", "周五能给吗？", True), ("zh", "周五能给吗", True), ("zh", "那报价呢", True), ("zh", "周五给。", False),
        ("en", "Can you? ", True), ("en", "I can.", False),
    ],
)  # fmt: skip
def test_questions_end_as_questions(language: Language, text: str, asks: bool) -> None:
    assert lines_of(language, text)[0].is_question is asks


@pytest.mark.parametrize(
    ("language", "text", "cues"),
    [
        ("zh", "这周五之前，退货率百分之三。", {"deadline", "figure"}),
        ("en", "By Friday, the return rate is 3%.", {"deadline", "figure"}),
        ("zh", "辛苦了，做得很好。", {"praise"}),
        ("en", "Great job, thanks.", {"praise"}),
    ],
)
def test_the_cues_of_an_utterance_are_those_of_its_clauses(
    language: Language, text: str, cues: set[str]
) -> None:
    (line,) = lines_of(language, text)
    assert cues <= line.cues
    assert frozenset().union(*(c.cues for c in line.clauses)) <= line.cues
    assert not cues & lines_of(language, "嗯" if language == "zh" else "Mm")[0].cues


def test_ids_and_words_are_the_utterances() -> None:
    lines = lines_of("zh", ("王蕾", "好。"), ("陈涛", "行。"))
    assert [(w.id, w.text, w.utterance.speaker) for w in lines] == [(0, "好。", "王蕾"), (1, "行。", "陈涛")]

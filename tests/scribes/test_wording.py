import pytest

from pipeline.meeting import Participant
from pipeline.scribes.rules.linear import load_weights
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.tokens import tokens
from pipeline.scribes.rules.wording import word
from pipeline.scribes.rules.words import words_of, written
from pipeline.transcript import Language
from tests.scribes.talk import lines_of, model_of

NEVER = model_of(("no", "yes"), "no", {})
ZH = (
    ("王蕾", "说下一个，退货入口。"),
    ("王蕾", "陈涛，你把API的埋点补齐，周五之前。"),
    ("陈涛", "好，没问题。"),
)
EN = (
    ("Ann", "Next, the returns page."),
    ("Ann", "Tom, can you add the API tracking by Friday?"),
    ("Tom", "Sure, no problem."),
)
languages = pytest.mark.parametrize(("language", "said"), [("zh", ZH), ("en", EN)])


def lines(language: Language) -> tuple[Line, ...]:
    return lines_of(language, *(ZH if language == "zh" else EN))


@pytest.mark.parametrize(
    ("words", "language", "text"),
    [
        (["补齐", "API", "埋点"], "zh", "补齐API埋点"),
        (["landing", "page", "上线"], "zh", "landing page上线"),
        (["Add", "API", "tracking"], "en", "Add API tracking"),
        ([], "zh", ""),
    ],
)
def test_words_are_joined_as_the_language_writes_them(
    words: list[str], language: Language, text: str
) -> None:
    assert written(words, language) == text


def test_a_text_is_cut_into_words_and_marks() -> None:
    assert [w for w, _ in words_of("Don't add $3.50 OK?", "en")] == ["Don't", "add", "$3.50", "OK", "?"]
    assert "".join(w for w, _ in words_of("把API的埋点补齐。", "zh")) == "把API的埋点补齐。"
    assert [tag for _, tag in words_of("OK?", "en")] == ["w", "x"]


@languages
def test_where_no_word_is_worth_writing_there_is_no_text(language: Language, said: object) -> None:
    wording = word(lines(language), (1, 2), (), NEVER)
    assert (wording.text, wording.lines, wording.worth) == ("", (), 0.0)


def _units(text: str, language: Language) -> set[str]:
    """Words, or characters for Chinese: where its words end depends on what stands beside them."""
    if language == "zh":
        return set(text.casefold())
    return {word.casefold() for word, _ in words_of(text, "en")}


@languages
def test_an_item_is_worded_with_words_of_the_talk(language: Language, said: object) -> None:
    model = load_weights(language).linear["actions_words"]
    people = tuple(Participant(name=name) for name in ("王蕾", "陈涛", "Ann", "Tom"))
    wording = word(lines(language), (1, 2), people, model)
    assert wording.text
    assert set(wording.lines) <= {0, 1, 2}
    assert 0 < wording.worth <= 1
    heard = _units(" ".join(line.text for line in lines(language)), language)
    assert _units(wording.text, language) - {",", "，"} <= heard


@languages
def test_words_come_from_the_item_and_the_two_before_it(language: Language, said: object) -> None:
    every = lines_of(language, "早。", *(ZH if language == "zh" else EN), "早。")
    assert {token.line for token in tokens(every, (3,), ())} == {1, 2, 3}
    assert {token.line for token in tokens(every, (0,), ())} == {0}

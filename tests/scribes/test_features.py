from pipeline.scribes.rules.features import (
    address_features,
    context_features,
    line_features,
    ngrams,
    pair_features,
    without_position,
)
from tests.scribes.talk import lines_of


def test_chinese_is_seen_by_characters_and_latin_words_whole() -> None:
    assert list(ngrams("涨了API", "zh")) == [
        "^", "涨", "了", "$", "^涨", "涨了", "了$", "^涨了", "涨了$", "api",
    ]  # fmt: skip


def test_english_is_seen_by_words_and_pairs() -> None:
    assert list(ngrams("I'll Ship!", "en")) == ["^", "i'll", "ship", "$", "^ i'll", "i'll ship", "ship $"]


def test_figures_are_all_the_same() -> None:
    assert list(ngrams("3.1 down", "en")) == list(ngrams("250 down", "en"))
    assert list(ngrams("up 12%", "zh")) == list(ngrams("up 7%", "zh"))


def test_an_utterance_is_seen_with_its_neighbours() -> None:
    lines = lines_of("en", ("Ann", "Can you send it by Friday?"), ("Tom", "Sure."), ("Tom", "Right away."))
    seen = set(context_features(lines, 1))
    assert {"-1:asks", "-1:deadline", "-1:other", "1:same", "2:none", "-2:none"} <= seen
    assert "0:deadline" not in seen


def test_without_speakers_nobody_is_the_same() -> None:
    seen = set(context_features(lines_of("zh", "好。", "行。"), 0))
    assert {"1:same", "1:other"}.isdisjoint(seen)


def test_where_an_utterance_stands_is_seen() -> None:
    lines = lines_of("zh", *["嗯。"] * 10)
    assert {"at:0", "edge:0"} <= set(line_features(lines, 0))
    assert {"at:10", "edge:-1"} <= set(line_features(lines, 9))
    assert not {f for f in line_features(lines, 5) if f.startswith("edge")}


def test_who_is_called_by_name_and_answers_is_seen() -> None:
    lines = lines_of("en", ("Ann Lee", "Tom, can you send it?"), ("Tom Ray", "Sure."), ("Ann Lee", "Good."))
    assert set(address_features(lines, 0)) == {"names somebody", "who is named answers"}
    assert set(address_features(lines, 1)) == {"-1:names the speaker"}
    assert set(address_features(lines, 2)) == set()


def test_telling_cues_are_seen_in_pairs() -> None:
    lines = lines_of("en", ("Ann", "Can you send it by Friday?"), ("Tom", "Sure."))
    first, second = (set(pair_features(lines, n)) for n in (0, 1))
    assert {"both:request+deadline", "one clause:request+deadline", "then:request+accept"} <= first
    assert "after:request+accept" in second


def test_a_fragment_has_no_beginning_or_end() -> None:
    assert without_position({"at:0", "edge:-1", "-1:none", "0:deadline"}) == {"0:deadline"}

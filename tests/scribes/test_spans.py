from pipeline.scribes.rules.spans import Thresholds, begin_chances, find_spans, span_features
from tests.scribes.talk import lines_of, model_of

MODEL = model_of(("B", "I", "O"), "O", {"n:begin": "B", "n:more": "I"})
EVEN = Thresholds(0.5, 1.0)


def spans(*said: str) -> list[tuple[int, ...]]:
    return [s.ids for s in find_spans(lines_of("en", *said), MODEL, EVEN)]


def test_what_goes_on_belongs_to_what_began() -> None:
    assert spans("x", "begin", "more", "x") == [(1, 2)]


def test_a_new_beginning_is_a_new_span() -> None:
    assert spans("begin", "begin", "more") == [(0,), (1, 2)]


def test_one_utterance_between_does_not_part_them_but_a_stretch_does() -> None:
    assert spans("begin", "x", "more") == [(0, 2)]
    assert spans("begin", "x", "x", "x", "more") == [(0,), (4,)]


def test_nothing_is_found_where_nothing_is() -> None:
    assert spans("x", "x") == []
    assert spans() == []


def test_the_threshold_decides() -> None:
    lines = lines_of("en", "begin")
    assert find_spans(lines, MODEL, Thresholds(1.01, 1.0)) == ()
    (span,) = find_spans(lines, MODEL, Thresholds(0.9, 1.0))
    assert span.confidence > 0.9


def test_the_chance_of_a_beginning_is_told_for_every_utterance() -> None:
    first, second = begin_chances(lines_of("en", "x", "begin"), MODEL)
    assert first < 0.1 < 0.9 < second


def test_the_words_beside_are_seen() -> None:
    seen = set(span_features(lines_of("en", "ask", "now", "answer"), 1))
    assert {"n:now", "n-1:ask", "n1:answer"} <= seen
    assert "n:ask" not in seen

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.scorers.matching import (
    SAME_TEXT,
    Item,
    evidence_meets,
    match,
    normalized,
    plain_value,
    text_f1,
)
from pipeline.transcript import Language


@pytest.mark.parametrize(
    ("a", "b", "language", "f1"),
    [
        # 退货 货入 入口 口埋 埋点 | 退货 货入 入口: three shared of five and three.
        ("退货入口埋点", "退货入口", "zh", 6 / 8),
        ("修复接口超时", "排大促的班", "zh", 0.0),
        # Bigrams count as often as they stand there: 人人 人人 | 人人.
        ("人人人", "人人", "zh", 2 / 3),
        ("上线 Coupon，页面", "上线coupon页面", "zh", 1.0),
        ("修", "修", "zh", 1.0),
        # send the quotes to farah | send farah the delivery quotes: four shared of five and five.
        ("Send the quotes to Farah.", "send Farah the delivery quotes", "en", 8 / 10),
        ("Call the bank", "Shred sticky notes", "en", 0.0),
        ("the the the", "the", "en", 2 / 4),
        ("ＡＢＣ test", "abc TEST", "en", 1.0),
        ("", "anything", "en", 0.0),
        ("", "", "zh", 0.0),
        ("?!", "…", "zh", 0.0),
    ],
)
def test_two_texts_share_what_they_share(a: str, b: str, language: Language, f1: float) -> None:
    assert text_f1(a, b, language) == pytest.approx(f1)
    assert text_f1(b, a, language) == pytest.approx(f1)


def test_width_case_and_punctuation_do_not_count() -> None:
    assert normalized("  Ｑ２  Plan—final!  ") == "q2 plan final"


@pytest.mark.parametrize(
    ("a", "b", "meets"),
    [((3,), (3,), True), ((3,), (4,), True), ((3,), (5,), False), ((1, 9), (4, 10), True), ((), (1,), False)],
)
def test_evidence_meets_up_to_the_next_utterance(a: tuple[int, ...], b: tuple[int, ...], meets: bool) -> None:
    assert evidence_meets(a, b) is meets


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("3.1%", "3.1 ％"),
        ("1,420 units", "1420 Units"),
        ("12万", "１２万"),
        ("$31.20", "31.20"),
        (None, None),
    ],
)
def test_a_value_is_the_same_however_it_is_written(a: str | None, b: str | None) -> None:
    assert plain_value(a) == plain_value(b)


def test_a_value_of_another_unit_is_another() -> None:
    assert plain_value("12万") != plain_value("12")
    assert plain_value("3.1%") != plain_value("31%")


def test_right_words_at_the_wrong_place_are_no_match() -> None:
    same = "Send the report"
    assert match([Item(same, (2,))], [Item(same, (4,))], "en") == ()
    assert match([Item(same, (3,))], [Item(same, (4,))], "en") == ((0, 0),)


def test_the_right_place_with_other_words_is_no_match() -> None:
    assert match([Item("整理合同台账", (3,))], [Item("更换前台打印机", (3,))], "zh") == ()


def test_figures_of_equal_value_match_whatever_they_are_called() -> None:
    said, gold = Item("上周成交", (5,), "3.1%"), Item("转化率", (5,), "3.1 ％")
    assert match([said], [gold], "zh") == ((0, 0),)
    assert match([Item("上周成交", (5,), "3.2%")], [gold], "zh") == ()


def test_one_more_pair_is_worth_more_than_a_better_one() -> None:
    # The first would fit the second gold item best, but then the second would be left without any.
    predicted = [Item("alpha beta gamma delta", (1,)), Item("gamma delta epsilon", (3,))]
    expected = [Item("alpha beta zeta", (0,)), Item("alpha beta gamma delta", (2,))]
    assert match(predicted, expected, "en") == ((0, 0), (1, 1))


def test_among_as_many_pairs_the_largest_sum_of_f1_is_taken() -> None:
    predicted = [Item("one two three", (1,)), Item("one two four", (1,))]
    expected = [Item("one two four", (1,)), Item("one two three", (1,))]
    assert match(predicted, expected, "en") == ((0, 1), (1, 0))


def test_nothing_matches_nothing() -> None:
    assert match([], [Item("x", (1,))], "en") == ()
    assert match([Item("x", (1,))], [], "zh") == ()


WORDS = ("alpha", "beta", "gamma", "delta")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
items = st.lists(st.builds(Item, texts, st.tuples(st.integers(0, 4))), max_size=4)


def _best_by_trying(predicted: list[Item], expected: list[Item]) -> tuple[int, float]:
    """Most pairs, and then the largest sum of F1, over all one-to-one assignments."""

    def worth(p: Item, e: Item) -> float | None:
        f1 = text_f1(p.text, e.text, "en")
        return f1 if f1 >= SAME_TEXT and evidence_meets(p.evidence, e.evidence) else None

    best = (0, 0.0)
    places: list[int | None] = [*range(len(expected)), *[None] * len(predicted)]
    for chosen in permutations(places, len(predicted)):
        pairs = [(p, expected[e]) for p, e in zip(predicted, chosen, strict=True) if e is not None]
        found = [f1 for p, e in pairs if (f1 := worth(p, e)) is not None]
        best = max(best, (len(found), sum(found)))
    return best


@settings(max_examples=60, deadline=None)
@given(items, items)
def test_the_assignment_is_the_best_there_is(predicted: list[Item], expected: list[Item]) -> None:
    pairs = match(predicted, expected, "en")
    assert len({p for p, _ in pairs}) == len({e for _, e in pairs}) == len(pairs)
    total = sum(text_f1(predicted[p].text, expected[e].text, "en") for p, e in pairs)
    count, best = _best_by_trying(predicted, expected)
    assert len(pairs) == count
    assert total == pytest.approx(best)

import numpy as np
import pytest

from eval.bootstrap import Interval, by_series, intervals, paired_intervals
from eval.scorers.counts import Rate


def series(*rates: tuple[int, int], name: str = "owner") -> dict[str, dict[str, Rate]]:
    return {f"s{n}": {name: Rate(*rate)} for n, rate in enumerate(rates)}


def test_meetings_of_one_series_are_added_before_they_are_drawn() -> None:
    summed = by_series([("a", {"x": Rate(1, 2)}), ("b", {"x": Rate(0, 1)}), ("a", {"x": Rate(2, 2)})])
    assert summed == {"a": {"x": Rate(3, 4)}, "b": {"x": Rate(0, 1)}}


def test_two_series_can_only_be_drawn_in_three_ways() -> None:
    # Both series, or one of them twice: 5 of 10, 2 of 10 or 8 of 10.
    assert intervals(series((1, 5), (4, 5)))["owner"] == Interval(0.2, 0.8)


def test_an_interval_is_what_statistics_expects_of_many_series() -> None:
    right = np.random.default_rng(1).binomial(10, 0.7, size=200)
    found = intervals(series(*((int(hits), 10) for hits in right)))["owner"]
    error = 1.96 * float(np.std(right / 10)) / 200**0.5
    mean = float(np.mean(right)) / 10
    assert found.low == pytest.approx(mean - error, abs=0.004)
    assert found.high == pytest.approx(mean + error, abs=0.004)


def test_one_series_says_nothing_about_chance() -> None:
    assert intervals(series((3, 4))) == {}
    assert intervals({**series((3, 4)), "other": {}}) == {}
    assert intervals({}) == {}


def test_the_seed_decides() -> None:
    many = series(*((n % 5, 5) for n in range(9)))
    assert intervals(many) == intervals(many)
    assert intervals(many, seed=1) != intervals(many, seed=2)


def test_a_difference_within_every_series_is_beyond_chance() -> None:
    # The series differ widely, the results differ by the same in each: only pairing sees it.
    before = series((1, 10), (5, 10), (9, 10), (2, 10))
    after = series((2, 10), (6, 10), (10, 10), (3, 10))
    difference = paired_intervals(before, after)["owner"]
    assert (difference.low, difference.high) == pytest.approx((0.1, 0.1))
    assert difference.beyond_zero


def test_a_difference_that_one_series_makes_alone_is_chance() -> None:
    difference = paired_intervals(series((5, 10), (5, 10), (5, 10)), series((9, 10), (5, 10), (5, 10)))[
        "owner"
    ]
    assert difference.low == 0
    assert not difference.beyond_zero


def test_only_what_both_have_is_compared() -> None:
    first = series((1, 2), (1, 2)) | {"gone": {"owner": Rate(9, 9)}}
    second = series((1, 2), (1, 2))
    assert paired_intervals(first, second)["owner"] == Interval(0.0, 0.0)
    assert paired_intervals(first, series((1, 2), (1, 2), name="due")) == {}


def test_a_draw_with_nothing_to_count_is_left_out() -> None:
    found = intervals({"a": {"x": Rate(1, 1)}, "b": {"x": Rate(0, 1)}, "c": {"y": Rate(1, 1)}})
    assert found["x"] == Interval(0.0, 1.0)
    assert "y" not in found

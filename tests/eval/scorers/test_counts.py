from hypothesis import given
from hypothesis import strategies as st

from eval.scorers.counts import Matches, Rate


def _matches(hits: int, more: int, missed: int) -> Matches:
    return Matches(hits, hits + more, hits + missed)


few = st.integers(min_value=0, max_value=50)
counts = st.builds(_matches, few, few, few)


def test_precision_recall_and_f1_come_from_the_counts() -> None:
    found = Matches(hits=3, predicted=4, expected=6)
    assert (found.precision, found.recall, found.f1) == (0.75, 0.5, 0.6)


def test_the_score_of_two_cases_is_the_score_of_their_sums() -> None:
    # One case of 1 in 1 and one of 1 in 9: the mean of the rates would be 0.56.
    assert (Matches(1, 1, 1) + Matches(1, 9, 9)).precision == 0.2
    assert (Rate(1, 1) + Rate(1, 9)).rate == 0.2


def test_what_does_not_apply_is_no_score() -> None:
    assert (Matches().precision, Matches().recall, Matches().f1, Rate().rate) == (None, None, None, None)


def test_found_where_nothing_was_to_be_found_is_zero() -> None:
    assert (Matches(0, 3, 0).precision, Matches(0, 3, 0).recall, Matches(0, 3, 0).f1) == (0.0, None, 0.0)


@given(counts)
def test_f1_is_the_harmonic_mean(found: Matches) -> None:
    if found.hits and found.precision and found.recall and found.f1:
        assert abs(found.f1 - 2 / (1 / found.precision + 1 / found.recall)) < 1e-12


@given(counts, counts, counts)
def test_the_order_of_the_cases_does_not_matter(a: Matches, b: Matches, c: Matches) -> None:
    assert (a + b) + c == c + (b + a)

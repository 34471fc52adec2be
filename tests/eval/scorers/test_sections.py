from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.scorers.counts import Matches, Rate
from eval.scorers.sections import score_borders, score_labels, score_windows
from pipeline.minutes import KINDS, Kind

LETTERS: dict[str, Kind] = dict(zip("pdrift", KINDS, strict=True))
"""purpose, data, reports, i(ssues), plans as f(uture), feedback as t(hanks)."""

labels = st.lists(st.sampled_from(KINDS), min_size=1, max_size=24)


def kinds(letters: str) -> list[Kind]:
    return [LETTERS[letter] for letter in letters]


def test_labels_are_counted_utterance_by_utterance() -> None:
    assert score_labels(kinds("ppdd"), kinds("pddd")) == Rate(3, 4)


@pytest.mark.parametrize(
    ("predicted", "expected", "found"),
    [
        ("ppppddddd", "ppppddddd", Matches(1, 1, 1)),
        ("ppppppddd", "ppppddddd", Matches(1, 1, 1)),
        ("pppppppdd", "ppppddddd", Matches(0, 1, 1)),
        ("ppppppppp", "ppppddddd", Matches(0, 0, 1)),
        # Two borders near one: only one of them is it.
        ("pppdppddd", "ppppddddd", Matches(1, 3, 1)),
        # Where the borders are counts, not what lies between them.
        ("rrrriiiii", "ppppddddd", Matches(1, 1, 1)),
        ("p", "d", Matches(0, 0, 0)),
    ],
)
def test_borders_are_found_within_two_utterances(predicted: str, expected: str, found: Matches) -> None:
    assert score_borders(kinds(predicted), kinds(expected)) == found


@pytest.mark.parametrize(
    ("predicted", "expected", "windows"),  # of Pk and of WindowDiff wrong ones, and all
    [
        # Two segments of four: k = 2, windows (0,2) (1,3) (2,4) (3,5) (4,6) (5,7); border at 4.
        ("ppppdddd", "ppppdddd", (0, 0, 6)),
        # No border at all: the windows over it, (2,4) and (3,5), are wrong.
        ("pppppppp", "ppppdddd", (2, 2, 6)),
        # Moved by one, to 5: (2,4) misses it, (4,6) has one too many; (3,5) sees either.
        ("pppppddd", "ppppdddd", (2, 2, 6)),
        # One more at 5: Pk is right about (3,5), WindowDiff counts two borders instead of one.
        ("ppppdrrr", "ppppdddd", (1, 2, 6)),
        # One segment of six: k = 3, windows (0,3) (1,4) (2,5); a border at 1 is in the first only.
        ("pddddd", "dddddd", (1, 1, 3)),
        ("p", "p", (0, 0, 0)),
    ],
)
def test_windows_by_hand(predicted: str, expected: str, windows: tuple[int, int, int]) -> None:
    pk, diff, total = windows
    found = score_windows(kinds(predicted), kinds(expected))
    assert found == {"pk": Rate(pk, total), "window_diff": Rate(diff, total)}


@given(labels)
def test_the_gold_labels_are_perfect(expected: list[Kind]) -> None:
    borders = score_borders(expected, expected)
    assert borders.hits == borders.predicted == borders.expected
    windows = score_windows(expected, expected)
    assert (windows["pk"].hits, windows["window_diff"].hits) == (0, 0)
    assert score_labels(expected, expected).rate == 1.0


@given(labels.flatmap(lambda a: st.tuples(st.just(a), st.permutations(a))))
def test_window_diff_is_never_kinder_than_pk(pair: tuple[list[Kind], list[Kind]]) -> None:
    windows = score_windows(*pair)
    pk, diff = windows["pk"], windows["window_diff"]
    assert 0 <= pk.hits <= diff.hits <= diff.total == pk.total


def _most_borders(left: list[int], right: list[int]) -> int:
    """Largest one-to-one matching in order, by trying: borders within two utterances."""
    for size in range(min(len(left), len(right)), 0, -1):
        for a in combinations(left, size):
            for b in combinations(right, size):
                if all(abs(i - j) <= 2 for i, j in zip(a, b, strict=True)):
                    return size
    return 0


short = st.lists(st.sampled_from(KINDS[:2]), min_size=9, max_size=9)


@given(short, short)
def test_as_many_borders_are_matched_as_can_be(predicted: list[Kind], expected: list[Kind]) -> None:
    def borders(labels: list[Kind]) -> list[int]:
        return [i for i in range(1, len(labels)) if labels[i] != labels[i - 1]]

    found = score_borders(predicted, expected)
    assert found.hits == _most_borders(borders(predicted), borders(expected))

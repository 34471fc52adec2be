"""How single labels become stretches; the labels themselves come of models that know one word a section."""

import numpy as np

from pipeline.minutes import KINDS
from pipeline.scribes.rules.kinds import label, single_probabilities, smoothing_numbers
from pipeline.scribes.rules.linear import DenseModel, Weights
from tests.scribes.talk import lines_of, model_of

SIGNS = {f"n:word{i}": kind for i, kind in enumerate(KINDS)}
WORDS = dict(zip(KINDS, ("opening", "figures", "reporting", "trouble", "planning", "closing"), strict=True))
MODEL = model_of(KINDS[::-1], "reports", {f"n:{word}": kind for kind, word in WORDS.items()})


def weights() -> Weights:
    """The second model takes the first one's word: it passes its log probabilities on."""
    count = smoothing_numbers(np.full((2, 6), 1 / 6, np.float32)).shape[1]
    passing = np.zeros((count, 6), np.float32)
    passing[:6] = np.eye(6)
    return Weights({"kinds": MODEL}, DenseModel(passing, np.zeros(6, np.float32)))


def said(*kinds: str) -> tuple[str, ...]:
    return tuple(WORDS[kind] for kind in kinds)  # pyright: ignore[reportArgumentType]


def test_probabilities_come_in_the_order_of_the_sections() -> None:
    single = single_probabilities(lines_of("en", *said(*KINDS)), MODEL)
    assert single.shape == (6, 6)
    assert [int(row.argmax()) for row in single] == [0, 1, 2, 3, 4, 5]


def test_plain_stretches_keep_their_labels() -> None:
    kinds, chances = label(lines_of("en", *said(*["data"] * 4, *["issues"] * 4)), weights())
    assert kinds == ("data",) * 4 + ("issues",) * 4
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-4)


def test_the_meeting_of_no_utterance_has_no_label() -> None:
    assert label((), weights())[0] == ()


def test_numbers_of_a_neighbourhood_are_its_means() -> None:
    single = np.full((5, 6), 0.1, np.float32)
    single[:, 0] = (0.5, 0.1, 0.1, 0.1, 0.5)
    numbers = smoothing_numbers(single)
    assert len(numbers) == 5
    logs = np.log(single[:, 0] + 1e-4)
    # Columns 6 to 11: the utterance before; 12 to 17: the one after.
    np.testing.assert_allclose(numbers[1:, 6], logs[:-1], rtol=1e-5)
    np.testing.assert_allclose(numbers[:-1, 12], logs[1:], rtol=1e-5)
    assert (numbers[0, 6], numbers[4, 12]) == (0, 0)
    assert np.isfinite(numbers).all()


def test_a_single_utterance_has_finite_numbers() -> None:
    assert np.isfinite(smoothing_numbers(np.full((1, 6), 1 / 6, np.float32))).all()

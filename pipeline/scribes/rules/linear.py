"""Linear models over named features: learned weights as readable arrays, and nothing else to run them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from pipeline.transcript import Language

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class LinearModel:
    """A multinomial logistic regression.

    Attributes:
        classes: Names of the classes, in the order of the columns.
        rows: Row of every feature's weights; features that are not here say nothing.
        weights: float32 of shape (features, classes).
        bias: float32 of shape (classes,).
    """

    classes: tuple[str, ...]
    rows: Mapping[str, int]
    weights: Floats
    bias: Floats

    def probabilities(self, features: Iterable[str]) -> Floats:
        """Probability of every class, shape (classes,), given the features that are there."""
        rows = [row for feature in set(features) if (row := self.rows.get(feature)) is not None]
        return _softmax(self.bias + self.weights[rows].sum(axis=0))

    def probability(self, features: Iterable[str], name: str) -> float:
        """Probability of one class."""
        return self.chances(features).get(name, 0.0)

    def chances(self, features: Iterable[str]) -> dict[str, float]:
        """Probability by class; a class that training never met is not in it."""
        return dict(zip(self.classes, map(float, self.probabilities(features)), strict=True))


@dataclass(frozen=True)
class DenseModel:
    """A multinomial logistic regression over a fixed row of numbers.

    Attributes:
        weights: float32 of shape (numbers, classes).
        bias: float32 of shape (classes,).
    """

    weights: Floats
    bias: Floats

    def probabilities(self, numbers: Floats) -> Floats:
        """Probabilities of shape (samples, classes) for numbers of shape (samples, numbers)."""
        scores = numbers @ self.weights + self.bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Weights:
    """All models of one language."""

    linear: Mapping[str, LinearModel]
    smoothing: DenseModel


@cache
def load_weights(language: Language) -> Weights:
    """Reads the weights that lie beside this file (made by ``python -m eval.train``)."""
    return read_weights(resources.files("pipeline.scribes.rules") / "weights" / f"{language}.npz")


def read_weights(source: Traversable) -> Weights:
    """Reads the models of one language from a file that training wrote."""
    with source.open("rb") as file, np.load(file) as arrays:
        names = sorted({key.split(".")[0] for key in arrays.files if key.endswith(".features")})
        linear = {name: _linear(name, arrays) for name in names}
        smoothing = DenseModel(arrays["smoothing.weights"], arrays["smoothing.bias"])
        return Weights(linear, smoothing)


def _linear(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> LinearModel:
    features = [str(f) for f in arrays[f"{name}.features"]]
    return LinearModel(
        classes=tuple(str(c) for c in arrays[f"{name}.classes"]),
        rows={feature: row for row, feature in enumerate(features)},
        weights=np.asarray(arrays[f"{name}.weights"], dtype=np.float32),
        bias=np.asarray(arrays[f"{name}.bias"], dtype=np.float32),
    )


def _softmax(scores: Floats) -> Floats:
    scores = np.exp(scores - scores.max())
    return scores / scores.sum()

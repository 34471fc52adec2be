"""Fitting: sets of feature names and classes -> a linear model as arrays."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.scribes.rules.linear import DenseModel, Floats, LinearModel

LEAST_COUNT = 2
"""A feature seen only once is a peculiarity of its meeting."""

LEAST_WEIGHT = 0.005
"""Features that weigh less in every class are left out: a third of the size, the same answers."""


def fit_linear(samples: Sequence[Iterable[str]], classes: Sequence[str], *, strength: float) -> LinearModel:
    """Fits a multinomial logistic regression.

    Args:
        samples: Names of the features of every sample.
        classes: Its class.
        strength: Inverse of the L2 regularisation (scikit-learn's C).
    """
    sets = [frozenset(s) for s in samples]
    counts = Counter(f for s in sets for f in s)
    rows = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= LEAST_COUNT))}
    names, weights, bias = _regression(_matrix(sets, rows), list(classes), strength)
    keep = [f for f, row in rows.items() if np.abs(weights[row]).max() >= LEAST_WEIGHT]
    kept = weights[[rows[f] for f in keep]]
    return LinearModel(tuple(map(str, names)), {f: i for i, f in enumerate(keep)}, kept, bias)


def fit_together(
    samples: Mapping[str, Sequence[tuple[frozenset[str], str]]], *, strength: float
) -> dict[str, LinearModel]:
    """Fits one model a task when the tasks are alike: each learns what is common, and how it differs from it.

    Every feature is there twice, once for all tasks and once for its own; a task's weights are the sum of both.

    Args:
        samples: Features and class of every sample, by task; all tasks have the same classes.
        strength: Inverse of the L2 regularisation.
    """
    doubled = [
        (features | {f"{task}|{feature}" for feature in features}, name)
        for task, drawn in samples.items()
        for features, name in drawn
    ]
    both = fit_linear([features for features, _ in doubled], [name for _, name in doubled], strength=strength)
    nothing = np.zeros(len(both.classes), np.float32)

    def weights(feature: str) -> Floats:
        row = both.rows.get(feature)
        return nothing if row is None else both.weights[row]

    models: dict[str, LinearModel] = {}
    for task in samples:
        names = sorted(
            {feature.removeprefix(f"{task}|") for feature in both.rows if _is_of(feature, task, samples)}
        )
        summed = np.array([weights(name) + weights(f"{task}|{name}") for name in names], dtype=np.float32)
        models[task] = LinearModel(both.classes, {name: i for i, name in enumerate(names)}, summed, both.bias)
    return models


def _is_of(feature: str, task: str, tasks: Iterable[str]) -> bool:
    """Whether a feature is common to all tasks or this task's own."""
    return not any(feature.startswith(f"{other}|") for other in tasks if other != task)


def fit_dense(numbers: Floats, classes: Sequence[int], count: int, *, strength: float) -> DenseModel:
    """Fits a multinomial logistic regression over rows of numbers, which it standardises.

    Args:
        numbers: Shape (samples, numbers).
        classes: Column of every sample's class, 0 to ``count`` - 1.
        count: Number of classes; one that never occurs gets no chance.
        strength: Inverse of the L2 regularisation.
    """
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    names, fitted, offsets = _regression((numbers - mean) / spread, list(classes), strength)
    weights = np.zeros((numbers.shape[1], count), np.float32)
    bias = np.full(count, -20.0, np.float32)
    for column, name in enumerate(names):
        # Folding the standardisation into the weights leaves nothing to remember but two arrays.
        weights[:, int(name)] = fitted[:, column] / spread
        bias[int(name)] = offsets[column] - float((fitted[:, column] * mean / spread).sum())
    return DenseModel(weights, bias)


def _regression(
    matrix: Any, classes: Sequence[str | int], strength: float
) -> tuple[list[Any], Floats, Floats]:
    """Classes, weights of shape (features, classes) and bias; the one place that knows the untyped scikit-learn."""
    from sklearn import linear_model  # pyright: ignore

    make: Any = linear_model.LogisticRegression
    fitted: Any = make(C=strength, max_iter=200, tol=1e-3).fit(matrix, classes)
    weights = np.asarray(fitted.coef_, dtype=np.float32).T
    bias = np.asarray(fitted.intercept_, dtype=np.float32)
    if len(fitted.classes_) == 2:
        # Two classes come as one column of odds: the first class is the one that scores nothing.
        weights, bias = np.hstack([np.zeros_like(weights), weights]), np.append(np.float32(0), bias)
    return list(fitted.classes_), weights, bias


def _matrix(sets: Sequence[frozenset[str]], rows: dict[str, int]) -> csr_matrix:
    columns = [sorted(rows[f] for f in s if f in rows) for s in sets]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((c for row in columns for c in row), dtype=np.int32)
    return csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(sets), len(rows)))

"""Fitting: sets of feature names and classes -> a linear model as arrays."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]

from pipeline.scribes.rules.linear import DenseModel, Floats, LinearModel

LEAST_COUNT = 2
"""A feature seen only once is a peculiarity of its meeting."""


def fit_linear(
    samples: Sequence[Iterable[str]], classes: Sequence[str], *, strength: float, weights: Sequence[float] | None = None
) -> LinearModel:
    """Fits a multinomial logistic regression.

    Args:
        samples: Names of the features of every sample.
        classes: Its class.
        strength: Inverse of the L2 regularisation (scikit-learn's C).
        weights: Weight of every sample; None is 1 each.
    """
    sets = [frozenset(s) for s in samples]
    counts = Counter(f for s in sets for f in s)
    rows = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= LEAST_COUNT))}
    fitted = _regression(strength).fit(_matrix(sets, rows), list(classes), sample_weight=weights)
    names = tuple(str(c) for c in fitted.classes_)
    coefficients, bias = np.asarray(fitted.coef_.T), np.asarray(fitted.intercept_)
    if len(names) == 2:
        coefficients = np.hstack([np.zeros_like(coefficients), coefficients])
        bias = np.concatenate([[0.0], bias])
    return _pruned(names, rows, coefficients.astype(np.float32), bias.astype(np.float32))


def fit_dense(numbers: Floats, classes: Sequence[int], count: int, *, strength: float) -> DenseModel:
    """Fits a multinomial logistic regression over rows of numbers, which it standardises.

    Args:
        numbers: Shape (samples, numbers).
        classes: Column of every sample's class, 0 to ``count`` - 1.
        count: Number of classes; one that never occurs gets no chance.
        strength: Inverse of the L2 regularisation.
    """
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    fitted = _regression(strength).fit((numbers - mean) / spread, list(classes))
    weights = np.zeros((numbers.shape[1], count), np.float32)
    bias = np.full(count, -20.0, np.float32)
    for column, name in enumerate(fitted.classes_):
        # Folding the standardisation into the weights leaves nothing to remember but two arrays.
        weights[:, int(name)] = fitted.coef_[column] / spread
        bias[int(name)] = fitted.intercept_[column] - (fitted.coef_[column] * mean / spread).sum()
    return DenseModel(weights, bias)


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=200, tol=1e-3)


def _matrix(sets: Sequence[frozenset[str]], rows: dict[str, int]) -> csr_matrix:
    columns = [sorted(rows[f] for f in s if f in rows) for s in sets]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((c for row in columns for c in row), dtype=np.int32)
    return csr_matrix((np.ones(len(flat), np.float32), flat, ends), shape=(len(sets), len(rows)))


def _pruned(classes: tuple[str, ...], rows: dict[str, int], weights: Floats, bias: Floats) -> LinearModel:
    """Leaves out features that say next to nothing: the file is a third of the size, the answers the same."""
    keep = [f for f, row in rows.items() if np.abs(weights[row]).max() >= 0.005]
    kept = weights[[rows[f] for f in keep]]
    return LinearModel(classes, {f: i for i, f in enumerate(keep)}, kept, bias)

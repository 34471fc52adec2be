"""A kind for every utterance: what its words and cues say, smoothed over the stretch it stands in."""

from collections.abc import Sequence

import numpy as np

from pipeline.minutes import KINDS, Kind
from pipeline.scribes.rules.announcements import leanings
from pipeline.scribes.rules.features import line_features
from pipeline.scribes.rules.linear import Floats, LinearModel, Weights
from pipeline.scribes.rules.lines import Line

NEIGHBOURHOODS = ((-1, -1), (1, 1), (-3, -1), (1, 3), (-8, -1), (1, 8), (-3, 3), (-8, 8), (-15, 15))
"""Stretches around an utterance, first and last offset, whose mean evidence is looked at."""

OWN_WORDS = 0.5
"""How much an utterance's own words count beside the stretch it stands in."""

CHANGE_COST = 1.0
"""What it costs, in log probability, to begin a new stretch: sections do not change with every sentence."""


def label(lines: Sequence[Line], weights: Weights) -> tuple[tuple[Kind, ...], Floats]:
    """Labels every utterance.

    Returns:
        A kind for every utterance, and the smoothed probabilities of shape (utterances, 6) in the order of KINDS.
    """
    single = single_probabilities(lines, weights.linear["kinds"])
    smooth = weights.smoothing.probabilities(smoothing_numbers(single))
    logs = np.log(smooth + 1e-5) + OWN_WORDS * np.log(single + 1e-3) + leanings(lines)
    path = _best_path(np.asarray(logs, dtype=np.float32))
    return tuple(KINDS[k] for k in path), smooth


def single_probabilities(lines: Sequence[Line], model: LinearModel) -> Floats:
    """Probabilities of each utterance taken alone, shape (utterances, 6) in the order of KINDS."""
    order = [model.classes.index(kind) for kind in KINDS]
    rows = [model.probabilities(line_features(lines, at))[order] for at in range(len(lines))]
    return np.array(rows, dtype=np.float32).reshape(len(lines), len(KINDS))


def smoothing_numbers(single: Floats) -> Floats:
    """What the second model sees: mean log probabilities of the neighbourhoods, and the place in the meeting."""
    logs = np.log(single + 1e-4)
    count = len(logs)
    sums = np.vstack([np.zeros((1, logs.shape[1]), np.float32), np.cumsum(logs, axis=0)])
    columns = [logs]
    for first, last in NEIGHBOURHOODS:
        begin = np.clip(np.arange(count) + first, 0, count)
        end = np.clip(np.arange(count) + last + 1, 0, count)
        sizes = np.maximum(end - begin, 1)[:, None]
        columns.append((sums[end] - sums[begin]) / sizes)
    place = np.linspace(0, 1, count, dtype=np.float32)[:, None] if count > 1 else np.zeros((count, 1))
    so_far = np.cumsum(single, axis=0) / np.arange(1, count + 1)[:, None]
    columns += [place, place**2, place < 0.05, place < 0.15, place > 0.85, place > 0.95, so_far]
    return np.hstack([np.asarray(c, dtype=np.float32) for c in columns])


def _best_path(logs: Floats) -> list[int]:
    """The most likely sequence of labels (Viterbi) when every change costs CHANGE_COST."""
    if not len(logs):
        return []
    change = np.full((logs.shape[1], logs.shape[1]), -CHANGE_COST)
    np.fill_diagonal(change, 0.0)
    best = logs[0].astype(float)
    back: list[list[int]] = []
    for row in logs[1:]:
        options = best[:, None] + change
        back.append([int(k) for k in options.argmax(axis=0)])
        best = options.max(axis=0) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(step[path[-1]])
    return path[::-1]

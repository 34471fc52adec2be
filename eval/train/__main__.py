"""``python -m eval.train``: fits the rules scribe's models on the train and dev splits and writes its weight files."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.cases import load_cases
from eval.fragments import load_fragments
from eval.suites import suite
from eval.train.fit import fit_dense, fit_linear, fit_together
from eval.train.samples import (
    FIELDS,
    Lesson,
    Sample,
    deadline_samples,
    figure_samples,
    join_samples,
    kind_samples,
    span_samples,
    word_samples,
)
from pipeline.minutes import KINDS
from pipeline.scribes.rules import linear
from pipeline.scribes.rules.joining import join_spans
from pipeline.scribes.rules.kinds import single_probabilities, smoothing_numbers
from pipeline.scribes.rules.linear import DenseModel, Floats, LinearModel, Weights
from pipeline.scribes.rules.spans import FIELD_THRESHOLDS, Span, begin_chances, find_spans
from pipeline.transcript import Language

FOLDS = 5
STRENGTH = {
    **{"kinds": 0.1, "spans": 0.05, "words": 0.1, "figures": 0.3},
    **{"joining": 0.3, "deadlines": 0.05, "smoothing": 0.003},
}
"""Inverse regularisation of each model, chosen by cross-validation over series on the train split."""

Found = tuple[Sequence[float], Sequence[Span]]

TOLD_APART = ("actions",)
"""Fields of which whole meetings have enough items to learn how often they occur in talk."""


def train(meetings: Sequence[Lesson], fragments: Sequence[Lesson]) -> Weights:
    """Fits all models of one language.

    Args:
        meetings: Whole meetings with section labels.
        fragments: Short stretches without section labels.
    """
    both = [*meetings, *fragments]
    models: dict[str, LinearModel] = {"kinds": _fit("kinds", meetings, kind_samples)}
    for field in FIELDS:
        models[field] = _spans(field, both)
    models |= _words(both)
    models["figures"] = _fit("figures", both, figure_samples)
    models |= _of_found_actions(both)
    return Weights(models, _smoothing(meetings))


def _fit(name: str, lessons: Sequence[Lesson], draw: Callable[[Lesson], Iterator[Sample]]) -> LinearModel:
    samples = [sample for lesson in lessons for sample in draw(lesson)]
    return fit_linear([s for s, _ in samples], [c for _, c in samples], strength=STRENGTH[name])


def _spans(field: str, lessons: Sequence[Lesson]) -> LinearModel:
    """Fits where items begin and go on.

    Fragments were cut out around items. Where meetings have enough items of their own, they are told apart.
    """
    if field not in TOLD_APART:
        return _fit("spans", lessons, lambda lesson: span_samples(lesson, field))
    samples: dict[str, list[Sample]] = {"meetings": [], "fragments": []}
    for lesson in lessons:
        samples["fragments" if lesson.is_fragment else "meetings"] += span_samples(lesson, field)
    return fit_together(samples, strength=STRENGTH["spans"])["meetings"]


def _words(lessons: Sequence[Lesson]) -> dict[str, LinearModel]:
    """Fits the wording of all fields at once: what makes a word worth writing down is much the same for all."""
    samples = {f"{f}_words": [s for lesson in lessons for s in word_samples(lesson, f)] for f in FIELDS}
    return fit_together(samples, strength=STRENGTH["words"])


def _of_found_actions(lessons: Sequence[Lesson]) -> dict[str, LinearModel]:
    """Fits what becomes of actions on those that are found in meetings that are held back."""
    found: dict[str, Found] = {}
    for fold in range(FOLDS):
        model = _spans("actions", _without(fold, lessons))
        for lesson in _held_back(fold, lessons):
            thresholds = FIELD_THRESHOLDS[lesson.case.transcript.language]["actions"]
            spans = find_spans(lesson.lines, model, thresholds)
            found[lesson.case.id] = begin_chances(lesson.lines, model), spans
    return fit_found(lessons, found)


def fit_found(lessons: Sequence[Lesson], found: Mapping[str, Found]) -> dict[str, LinearModel]:
    """Fits which stretches of talk are one action, and which date is its deadline.

    Args:
        lessons: What is learnt from.
        found: By case id the chances that an action begins, and the actions found by a model that did not learn
            from the case.
    """

    def joins(lesson: Lesson) -> Iterator[Sample]:
        return join_samples(lesson, *found[lesson.case.id])

    samples: list[Sample] = []
    for fold in range(FOLDS):
        model = _fit("joining", _without(fold, lessons), joins)
        for lesson in _held_back(fold, lessons):
            begins, spans = found[lesson.case.id]
            samples += deadline_samples(lesson, begins, join_spans(lesson.lines, spans, begins, model))
    deadlines = fit_linear([s for s, _ in samples], [c for _, c in samples], strength=STRENGTH["deadlines"])
    return {"joining": _fit("joining", lessons, joins), "deadlines": deadlines}


def _held_back(fold: int, lessons: Sequence[Lesson]) -> list[Lesson]:
    """The lessons of one fold: whole series stay together."""
    series = sorted({lesson.series for lesson in lessons})
    chosen = set(series[fold::FOLDS])
    return [lesson for lesson in lessons if lesson.series in chosen]


def _without(fold: int, lessons: Sequence[Lesson]) -> list[Lesson]:
    """All lessons but those of one fold."""
    held_back = {lesson.series for lesson in _held_back(fold, lessons)}
    return [lesson for lesson in lessons if lesson.series not in held_back]


def _smoothing(meetings: Sequence[Lesson]) -> DenseModel:
    """Fits the second labelling model on what the first says of meetings it has not seen."""
    numbers: list[Floats] = []
    classes: list[int] = []
    for fold in range(FOLDS):
        model = _fit("kinds", _without(fold, meetings), kind_samples)
        for lesson in _held_back(fold, meetings):
            numbers.append(smoothing_numbers(single_probabilities(lesson.lines, model)))
            classes += [KINDS.index(kind) for kind in lesson.case.gold.kinds]
    return fit_dense(np.vstack(numbers), classes, len(KINDS), strength=STRENGTH["smoothing"])


def save(weights: Weights, path: Path) -> None:
    """Writes all models of one language as one compressed npz of plain arrays."""
    arrays: dict[str, np.ndarray] = {
        "smoothing.weights": weights.smoothing.weights,
        "smoothing.bias": weights.smoothing.bias,
    }
    for name, model in weights.linear.items():
        arrays[f"{name}.features"] = np.array(list(model.rows), dtype=np.str_)
        arrays[f"{name}.classes"] = np.array(model.classes, dtype=np.str_)
        arrays[f"{name}.weights"] = model.weights.astype(np.float16)
        arrays[f"{name}.bias"] = model.bias
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **arrays)  # pyright: ignore[reportArgumentType]


def main() -> None:
    """Trains both languages; the test split stays unseen."""
    folder = Path(linear.__file__).parent / "weights"
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        cases = [
            c for c in load_cases(ids=(*suite("train"), *suite("dev"))) if c.meeting.language == language
        ]
        fragments = [Lesson(c) for c in load_fragments(language)]
        weights = train([Lesson(c) for c in cases], fragments)
        save(weights, folder / f"{language}.npz")
        size = (folder / f"{language}.npz").stat().st_size
        sys.stdout.write(
            f"{language}: {len(cases)} meetings, {len(fragments)} fragments, {size / 1e6:.1f} MB\n"
        )


if __name__ == "__main__":
    main()

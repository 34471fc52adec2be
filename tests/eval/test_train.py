from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")

from eval.cases import load_cases
from eval.fragments import load_fragments
from eval.train.__main__ import save
from eval.train.fit import fit_dense, fit_linear, fit_together
from eval.train.samples import (
    FIELDS,
    Lesson,
    deadline_samples,
    figure_samples,
    join_samples,
    kind_samples,
    span_samples,
)
from pipeline.scribes.rules.linear import LinearModel, Weights, load_weights, read_weights

WEATHER = [
    ({"wet", "grey"}, "rain"),
    ({"wet", "cold"}, "rain"),
    ({"wet"}, "rain"),
    ({"dry", "warm"}, "sun"),
    ({"dry", "grey"}, "sun"),
    ({"dry"}, "sun"),
]


def fitted(names: dict[str, str] | None = None) -> LinearModel:
    samples = [{(names or {}).get(f, f) for f in features} for features, _ in WEATHER]
    return fit_linear(samples, [c for _, c in WEATHER], strength=10)


def test_a_plain_problem_is_learnt() -> None:
    model = fitted()
    assert model.classes == ("rain", "sun")
    assert model.probability({"wet"}, "rain") > 0.9
    assert model.probability({"dry", "grey"}, "sun") > 0.9


def test_the_chances_add_up_and_what_is_unknown_says_nothing() -> None:
    model = fitted()
    assert sum(model.chances({"wet", "dry"}).values()) == pytest.approx(1)
    assert model.chances({"wet", "never seen"}) == model.chances({"wet"})
    assert model.probability({"wet"}, "snow") == 0.0


def test_a_feature_seen_once_is_left_out() -> None:
    assert {"cold", "warm"}.isdisjoint(fitted().rows)
    assert {"wet", "dry"} <= set(fitted().rows)


def test_three_classes_are_told_apart() -> None:
    samples = [{letter} for letter in "abc" for _ in range(4)]
    model = fit_linear(samples, [letter for letter in "abc" for _ in range(4)], strength=10)
    assert [max(chances := model.chances({x}), key=chances.__getitem__) for x in "abc"] == ["a", "b", "c"]


def test_training_is_deterministic_and_blind_to_the_order_within_a_set() -> None:
    first, again = fitted(), fitted()
    assert dict(first.rows) == dict(again.rows)
    np.testing.assert_array_equal(first.weights, again.weights)
    np.testing.assert_array_equal(first.bias, again.bias)


def test_tasks_fitted_together_share_what_is_common_and_keep_what_is_their_own() -> None:
    def samples(wet: str, dry: str) -> list[tuple[frozenset[str], str]]:
        return [(frozenset({"shared"}), "yes"), (frozenset({wet}), "yes"), (frozenset({dry}), "no")] * 4

    models = fit_together(
        {"north": samples("rain", "sun"), "south": samples("sun", "rain"), "west": samples("fog", "ice")},
        strength=10,
    )
    assert set(models) == {"north", "south", "west"}
    assert (
        models["north"].probability({"rain"}, "yes")
        > 0.7
        > 0.3
        > models["south"].probability({"rain"}, "yes")
    )
    # What a task never met it takes from the others.
    assert models["north"].probability({"fog"}, "yes") > models["north"].probability({"ice"}, "yes")
    assert not any("|" in feature for feature in models["north"].rows)


def test_rows_of_numbers_are_learnt_whatever_their_scale() -> None:
    numbers = np.array([[0.0, 1000.0], [0.1, 1010.0], [5.0, 1000.0], [5.1, 1010.0]] * 5, np.float32)
    model = fit_dense(numbers, [0, 0, 3, 3] * 5, 4, strength=10)
    chances = model.probabilities(numbers[[0, 2]])
    assert chances.shape == (2, 4)
    assert [int(row.argmax()) for row in chances] == [0, 3]
    # Classes that never occur get no chance.
    assert float(chances[:, 1:3].max()) < 1e-4


def test_a_saved_model_gives_the_same_probabilities(tmp_path: Path) -> None:
    model, dense = (
        fitted({"wet": "n:转化率"}),
        fit_dense(np.eye(6, dtype=np.float32), list(range(6)), 6, strength=1),
    )
    save(Weights({"kinds": model, "actions_words": model}, dense), tmp_path / "weights" / "zh.npz")
    loaded = read_weights(tmp_path / "weights" / "zh.npz")
    assert set(loaded.linear) == {"kinds", "actions_words"}
    kept = loaded.linear["kinds"]
    assert (kept.classes, dict(kept.rows)) == (model.classes, dict(model.rows))
    for features in ({"n:转化率"}, {"dry"}, {"grey", "dry"}, set[str]()):
        assert kept.chances(features) == pytest.approx(model.chances(features), abs=1e-3)
    rows = np.eye(6, dtype=np.float32)
    np.testing.assert_array_equal(loaded.smoothing.probabilities(rows), dense.probabilities(rows))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_weights_that_are_shipped_hold_every_model(language: str) -> None:
    weights = load_weights("zh" if language == "zh" else "en")
    fields = {name for field in FIELDS for name in (field, f"{field}_words")}
    assert set(weights.linear) >= {"kinds", "figures", "deadlines", *fields}
    assert all(np.isfinite(m.weights).all() and len(m.rows) for m in weights.linear.values())


def test_samples_carry_the_gold_labels() -> None:
    lesson = Lesson(next(load_cases(ids=("en-factory-daily-01",))))
    gold, count = lesson.case.gold, len(lesson.lines)
    assert [kind for _, kind in kind_samples(lesson)] == list(gold.kinds)
    spans = [name for _, name in span_samples(lesson, "actions")]
    assert len(spans) == count
    assert {i for i, name in enumerate(spans) if name == "B"} == {min(a.evidence) for a in gold.actions}
    assert {i for i, name in enumerate(spans) if name != "O"} == {i for a in gold.actions for i in a.evidence}
    figures = [name for _, name in figure_samples(lesson)]
    assert figures.count("value") >= len(gold.kpis) // 2
    assert {"value", "other"} <= set(figures) <= {"value", "change", "target", "other"}


def test_the_deadline_of_a_fragment_is_told_by_its_words() -> None:
    for case in load_fragments("en"):
        lesson = Lesson(case)
        phrases = [a.due_phrase for a in case.gold.actions if a.due_phrase and a.evidence]
        named = [name for _, name in deadline_samples(lesson, (0.0,) * len(lesson.lines), ())]
        if "yes" in named:
            assert phrases
            return
    pytest.fail("no fragment gives a deadline to learn from")


def test_an_action_cut_in_two_is_one_and_two_that_follow_on_each_other_are_two() -> None:
    names: set[str] = set()
    for case in load_fragments("en"):
        lesson = Lesson(case)
        actions = [a.evidence for a in case.gold.actions if a.evidence]
        drawn = list(join_samples(lesson, (0.5,) * len(lesson.lines), ()))
        names.update(name for _, name in drawn)
        if sum(name == "no" for _, name in drawn) >= len(actions) > 0:
            pytest.fail("there are more pairs of actions than actions")
    assert names == {"yes", "no"}

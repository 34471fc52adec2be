"""Stretches of talk that are one action, or two."""

import pytest

from pipeline.scribes.rules.joining import join_features, join_spans, near, neighbours
from pipeline.scribes.rules.linear import load_weights
from pipeline.scribes.rules.spans import Span
from pipeline.transcript import Language
from tests.scribes.talk import Said, lines_of, model_of

ALWAYS = model_of(("no", "yes"), "yes", {})
NEVER = model_of(("no", "yes"), "no", {})
QUIET = (0.0,) * 12


def spans(*ids: tuple[int, ...]) -> tuple[Span, ...]:
    return tuple(Span(stretch, 0.5 + 0.1 * at) for at, stretch in enumerate(ids))


def test_what_the_model_takes_for_one_action_is_one_span_and_as_sure_as_its_surest_part() -> None:
    lines = lines_of("zh", *["好。"] * 12)
    found = spans((0, 1), (2,), (4,))
    assert join_spans(lines, found, QUIET, ALWAYS) == (Span((0, 1, 2, 4), 0.7),)
    assert join_spans(lines, found, QUIET, NEVER) == found


def test_stretches_far_apart_stay_two_whatever_the_model_says() -> None:
    lines = lines_of("en", *["Fine."] * 12)
    found = spans((0, 1), (9,))
    assert join_spans(lines, found, QUIET, ALWAYS) == found
    assert not near(*found)
    assert list(neighbours(spans((0,), (2,), (9,)))) == [spans((0,), (2,))]


def test_the_model_is_told_what_the_first_stretch_lacks() -> None:
    lines = lines_of(
        "en", ("Ann", "Who writes the rota?"), ("Bob", "I will, by Friday."), ("Cy", "And the till?")
    )
    first, second, third = spans((0,), (1,), (2,))
    assert "dated:(False, True)" in set(join_features(lines, first, second, QUIET))
    assert "dated:(True, False)" in set(join_features(lines, second, third, QUIET))
    assert "asked:True:asks:False" in set(join_features(lines, first, second, QUIET))


TAKEN_OVER: dict[Language, Said] = {
    "zh": (
        ("王蕾", "库存盘点的单子得有人列出来，老陈，你来？"),
        ("陈涛", "我这周真不行，都在仓库里。"),
        ("李静", "那我来列吧，周五之前给你。"),
        ("王蕾", "行。"),
        ("王蕾", "另外，海报的文案，陈涛你下周二之前改好。"),
    ),
    "en": (
        ("Ann", "Somebody has to list the stock. Tom, can you?"),
        ("Tom", "I can't. Could somebody else do it?"),
        ("Priya", "Okay, I'll do it. Friday."),
        ("Ann", "Good."),
        ("Ann", "And the poster, Tom, can you rewrite the text by next Tuesday?"),
    ),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_task_that_somebody_else_takes_over_is_one_and_the_next_task_another(language: Language) -> None:
    lines = lines_of(language, *TAKEN_OVER[language])
    begins = (0.8, 0.1, 0.2, 0.0, 0.8)
    model = load_weights(language).linear["joining"]
    joined = join_spans(lines, spans((0, 1), (2,), (4,)), begins, model)
    assert [span.ids for span in joined] == [(0, 1, 2), (4,)]

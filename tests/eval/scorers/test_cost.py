from eval.scorers.cost import score_cost
from eval.scorers.counts import Rate
from pipeline.minutes import Origin, StageOrigin


def test_what_the_stages_took_is_added_up_for_each_meeting() -> None:
    stages = (
        StageOrigin(stage="read_out", seconds=2.5, calls=3, tokens_in=900, tokens_out=80),
        StageOrigin(stage="compose", seconds=1.0, calls=1, tokens_in=100, tokens_out=20),
        StageOrigin(stage="check"),
    )
    assert score_cost(Origin(version="1", stages=stages)) == {
        "seconds": Rate(3.5, 1),
        "calls": Rate(4, 1),
        "tokens_in": Rate(1000, 1),
        "tokens_out": Rate(100, 1),
    }


def test_without_a_language_model_there_are_no_calls() -> None:
    assert score_cost(Origin(version="1", stages=(StageOrigin(stage="read_out", seconds=1.0),))) == {
        "seconds": Rate(1.0, 1)
    }
    assert score_cost(Origin(version="1")) == {}

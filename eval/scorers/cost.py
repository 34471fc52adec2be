"""What the minutes cost: time, and what was asked of a language model, per meeting."""

from eval.scorers.counts import Rate
from pipeline.minutes import Origin


def score_cost(origin: Origin) -> dict[str, Rate]:
    """Seconds, calls and tokens of one meeting, as its stages were first made.

    A stage that was kept from an earlier run counts with the time it took then. Calls and tokens are absent where
    no language model was asked.
    """
    stages = origin.stages
    spent = {
        "seconds": [s.seconds for s in stages],
        "calls": [s.calls for s in stages],
        "tokens_in": [s.tokens_in for s in stages],
        "tokens_out": [s.tokens_out for s in stages],
    }
    return {
        name: Rate(round(sum(v for v in values if v is not None), 3), 1)
        for name, values in spent.items()
        if any(v is not None for v in values)
    }

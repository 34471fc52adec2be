"""Where a stretch that was not read lies in the recording."""

import pytest

from pipeline.minutes import Cost
from pipeline.scribes.llm.asking import Unanswered
from pipeline.scribes.llm.losses import Losses
from pipeline.transcript import Transcript, Utterance


@pytest.mark.parametrize(
    ("start", "end", "where"),
    [
        (190.0, 502.9, "#0–#1 (3:10–8:22) could"),
        (3500.0, 4510.0, "#0–#1 (58:20–1:15:10) could"),
        (None, None, "#0–#1 could"),
    ],
)
def test_a_lost_stretch_is_told_with_its_times(start: float | None, end: float | None, where: str) -> None:
    said = (
        Utterance(id=0, text="One.", start=start, end=start),
        Utterance(id=1, text="Two.", start=start, end=end),
    )
    losses = Losses(Transcript(language="en", utterances=said), "en")
    losses.lost((0, 1), Unanswered("busy", "", Cost()))
    assert losses.problems[0].startswith(where)

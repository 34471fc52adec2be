"""One case through the product's own stages, and its scores."""

from eval.cases import Case
from eval.score import Scores, score
from pipeline.minutes import Minutes
from pipeline.protocols import Scribe
from pipeline.run import summarize_transcript


def run_case(case: Case, scribe: Scribe) -> tuple[Minutes, Scores]:
    """Makes the minutes of a case from its transcript, as `lihui run` would, and scores them."""
    meeting = case.meeting.model_copy(update={"date_source": "given"})
    minutes = summarize_transcript(case.transcript, meeting, scribe)
    return minutes, score(minutes, case)

from dataclasses import dataclass
from datetime import date

import pytest

from eval.cases import CASES as FOLDER
from eval.cases import Case, load_case
from eval.harness import run_case
from eval.score import kinds_of
from pipeline.meeting import Meeting
from pipeline.minutes import Action, Due, Evidence, Reading, Section
from pipeline.protocols import Progress
from pipeline.transcript import Transcript
from tests.eval.gold_minutes import minutes_of_gold

CASES = [load_case(FOLDER / name) for name in ("en-factory-daily-01", "zh-telecom-weekly-01")]
both = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


@dataclass
class GoldScribe:
    """Reads out what the gold says, dates as the words they were said in."""

    case: Case
    name: str = "gold"

    def read(self, transcript: Transcript, meeting: Meeting, progress: Progress) -> Reading:
        told = minutes_of_gold(self.case)
        actions = tuple(
            Action(
                id=a.id,
                task=transcript.utterances[g.evidence[0]].text,
                due=Due(phrase=g.due_phrase),
                evidence=tuple(
                    Evidence(utterance=i, quote=transcript.utterances[i].text) for i in g.evidence
                ),
            )
            for a, g in zip(told.actions, self.case.gold.actions, strict=True)
        )
        return Reading(kinds=self.case.gold.kinds, actions=actions)

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting) -> tuple[Section, ...]:
        return minutes_of_gold(self.case).sections


@both
def test_a_case_goes_through_the_products_own_stages(case: Case) -> None:
    minutes, scores = run_case(case, GoldScribe(case))
    assert scores.rates["labels"].rate == 1.0
    # The day of a sample is given, so deadlines are resolved, and grounding has seen every quote.
    assert any(a.due.on for a in minutes.actions)
    assert {a.support for a in minutes.actions} <= {"quoted", "near"}
    assert minutes.checks


@both
def test_labels_are_read_back_from_the_sections_spans(case: Case) -> None:
    count = len(case.transcript.utterances)
    assert kinds_of(minutes_of_gold(case), count) == case.gold.kinds


def test_a_day_that_the_meeting_file_leaves_unconfirmed_still_counts_for_a_sample() -> None:
    case = CASES[0]
    guessed = case.meeting.model_copy(update={"date_source": "file_time"})
    minutes, _ = run_case(Case(case.id, guessed, case.transcript, case.gold), GoldScribe(case))
    assert minutes.meeting.date_source == "given"
    assert any(a.due.on == date(2026, 2, 12) for a in minutes.actions)

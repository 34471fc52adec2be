"""What is to be looked at next, and how much was."""

import pytest

from pipeline.meeting import Meeting
from pipeline.minutes import KINDS, Minutes, Origin, Section
from pipeline.review import Change, Correct, Edit, Mark, fold, share_reviewed, unreviewed
from pipeline.transcript import Transcript
from tests.review.meetings import entries

Draft = tuple[Minutes, Transcript]


def waiting(draft: Draft, *edits: Edit) -> tuple[str, ...]:
    return unreviewed(fold(*draft, entries(*edits)))


def test_the_doubtful_come_first_then_all_in_the_order_of_the_meeting(either: Draft) -> None:
    assert waiting(either) == (
        *("d1", "k2", "a3", "carry_over:a1"),
        *("k1", "r1", "i1", "d2", "a1", "a2", "f1", "n1", "n2"),
    )


def test_what_was_marked_is_out_of_the_queue_what_was_changed_is_not(either: Draft) -> None:
    marks = (Mark(item="d1", state="accepted"), Mark(item="k2", state="rejected"))
    left = waiting(either, *marks, Change(item="a3", field="owner", before=None, after="Tom"))
    assert left[0] == "a3"
    assert len(left) == 11
    assert waiting(either, *marks, Mark(item="d1", state="unreviewed"))[0] == "d1"


def test_a_quote_that_its_line_lost_makes_doubtful(en: Draft) -> None:
    corrected = Correct(utterance=8, before="x", after="Great work by sales.")
    assert waiting(en, corrected)[:5] == ("d1", "k2", "a3", "carry_over:a1", "f1")


def test_new_checks_replace_those_of_the_draft(en: Draft) -> None:
    review = fold(*en, []).with_checks(())
    assert unreviewed(review)[:3] == ("d1", "a3", "k1")


def test_the_share_that_was_looked_at(either: Draft) -> None:
    assert share_reviewed(fold(*either, [])) == 0.0
    half = fold(*either, entries(Mark(item="d1", state="accepted"), Mark(item="k2", state="rejected")))
    assert share_reviewed(half) == pytest.approx(2 / 13)


def test_a_meeting_without_items_is_reviewed() -> None:
    sections = tuple(Section(kind=kind, status="not_mentioned") for kind in KINDS)
    minutes = Minutes(meeting=Meeting(language="en"), sections=sections, origin=Origin(version="0.1.0"))
    review = fold(minutes, Transcript(language="en", utterances=()), [])
    assert (share_reviewed(review), unreviewed(review)) == (1.0, ())

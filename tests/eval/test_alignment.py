import pytest

from eval.alignment import on_reference
from eval.cases import Case, Gold, GoldAction, GoldSection
from eval.gold_minutes import minutes_of_gold
from eval.score import score
from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.minutes import KINDS, Action, Evidence, Minutes, Origin, Section
from pipeline.transcript import Transcript, Utterance

SAID = ("Morning all.", "Numbers first.", "Tom, call the bank.", "I will, by Friday.")


def transcript(*pieces: tuple[float, float, str]) -> Transcript:
    rows = tuple(Utterance(id=n, start=a, end=b, text=text) for n, (a, b, text) in enumerate(pieces))
    return Transcript(language="en", utterances=rows)


WRITTEN = transcript((0, 2, SAID[0]), (2, 4, SAID[1]), (4, 6, SAID[2]), (6, 8, SAID[3]))
HEARD = transcript((0, 4.2, "morning all numbers first"), (4.4, 5.9, "tom call the bank"), (9, 9.5, "i will"))


def heard_minutes() -> Minutes:
    spans = {"purpose": ((0, 0),), "plans": ((1, 2),)}
    return Minutes(
        meeting=Meeting(language="en"),
        sections=tuple(
            Section(kind=k, status="covered" if k in spans else "not_mentioned", spans=spans.get(k, ()))
            for k in KINDS
        ),
        actions=(
            Action(
                id="a1",
                task="call the bank",
                evidence=tuple(Evidence(utterance=i, quote=HEARD.utterances[i].text) for i in (1, 2)),
                support="quoted",
            ),
        ),
        origin=Origin(version="1"),
    )


def test_evidence_moves_to_the_utterances_that_were_said_at_the_time_else_to_the_nearest() -> None:
    told = on_reference(heard_minutes(), HEARD, WRITTEN)
    assert [e.utterance for e in told.actions[0].evidence] == [2, 3]


def test_every_utterance_takes_the_label_of_what_was_heard_over_most_of_it() -> None:
    told = on_reference(heard_minutes(), HEARD, WRITTEN)
    assert {s.kind: s.spans for s in told.sections if s.spans} == {"purpose": ((0, 1),), "plans": ((2, 3),)}


def test_a_recording_is_scored_against_what_was_written() -> None:
    pytest.importorskip("jiwer")
    gold = Gold(
        sections=(GoldSection(kind="purpose", first=0, last=1), GoldSection(kind="plans", first=2, last=3)),
        actions=(GoldAction(task="Call the bank", evidence=(2, 3)),),
    )
    case = Case("made", Meeting(language="en"), WRITTEN, gold)
    scores = score(heard_minutes(), case, HEARD)
    assert scores.items["actions"].f1 == 1.0
    assert scores.rates["labels"].rate == 1.0
    # The quotes stand in what was heard, not in what was written.
    assert scores.rates["invented"].rate == 0.0
    assert scores.rates["wer"].hits == 2
    assert score(minutes_of_gold(case), case).rates.get("wer") is None


def test_without_times_nothing_can_be_laid_side_by_side() -> None:
    untimed = Transcript(language="en", utterances=(Utterance(id=0, text="Hi."),))
    with pytest.raises(InputError, match="without times"):
        on_reference(heard_minutes(), HEARD, untimed)

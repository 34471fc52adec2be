import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from eval import harness
from eval.cases import CASES as FOLDER
from eval.cases import Case, load_case
from eval.gold_minutes import minutes_of_gold
from eval.harness import From, Run, run_case, run_cases, second_reading
from pipeline.backends.store_memory import MemoryStore
from pipeline.errors import InputError
from pipeline.journal import tell_nobody
from pipeline.meeting import Meeting
from pipeline.minutes import Action, Composed, Due, Evidence, Reading
from pipeline.protocols import Transcriber, Work
from pipeline.run import Summarizer
from pipeline.transcript import Language, Transcript

CASES = tuple(load_case(FOLDER / name) for name in ("en-saas-weekly-01", "zh-telecom-weekly-01"))
both = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


@dataclass
class GoldScribe:
    """Reads out what the gold says, dates as the words they were said in; counts how often it is asked."""

    cases: tuple[Case, ...] = CASES
    fails_on: str | None = None
    name: str = "gold"
    depends_on: tuple[str, ...] = ()
    asked: int = 0

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        case = self._case(transcript)
        self.asked += 1
        if case.id == self.fails_on:
            raise InputError("This one cannot be read.")
        said = transcript.utterances
        actions = tuple(
            Action(
                id=f"a{n}",
                task=said[a.evidence[0]].text,
                due=Due(phrase=a.due_phrase),
                evidence=tuple(Evidence(utterance=i, quote=said[i].text) for i in a.evidence),
            )
            for n, a in enumerate(case.gold.actions)
        )
        return Reading(kinds=case.gold.kinds, actions=actions)

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting, work: Work) -> Composed:
        return Composed(sections=minutes_of_gold(self._case(transcript)).sections)

    def _case(self, transcript: Transcript) -> Case:
        return next(c for c in self.cases if c.transcript.utterances[1].text == transcript.utterances[1].text)


def nobody_listens(language: Language | None) -> Transcriber:
    raise AssertionError("a transcript needs no recogniser")


def product(scribe: GoldScribe, store: MemoryStore | None = None) -> Summarizer:
    return Summarizer(scribe, nobody_listens, store or MemoryStore(), tell_nobody)


def ran(
    summarizer: Summarizer, parallel: int = 1, source: From = "transcript"
) -> tuple[Run, dict[str, bool]]:
    finished: dict[str, bool] = {}

    def done(name: str, reason: str | None) -> None:
        finished[name] = reason is None

    return run_cases(CASES, summarizer, source=source, parallel=parallel, done=done), finished


@both
def test_a_case_goes_through_the_products_own_stages(case: Case) -> None:
    result = run_case(case, product(GoldScribe()))
    assert result.scores.rates["labels"].rate == 1.0
    # The day of a sample is given, so deadlines are resolved, and grounding has seen every quote.
    assert any(a.due.on for a in result.minutes.actions)
    assert {a.support for a in result.minutes.actions} <= {"quoted", "near"}
    assert result.minutes.checks
    assert result.floor.rates["labels"].total == len(case.transcript.utterances)


def test_a_day_that_the_meeting_file_leaves_unconfirmed_still_counts_for_a_sample() -> None:
    case = replace(CASES[0], meeting=CASES[0].meeting.model_copy(update={"date_source": "file_time"}))
    minutes = run_case(case, product(GoldScribe())).minutes
    assert minutes.meeting.date_source == "given"
    assert any(a.due.on == date(2026, 5, 22) for a in minutes.actions)


def test_a_case_that_fails_is_counted_and_stops_no_other() -> None:
    run, finished = ran(product(GoldScribe(fails_on=CASES[0].id)))
    assert run.failed == {CASES[0].id: "This one cannot be read."}
    assert [r.case.id for r in run.results] == [CASES[1].id]
    assert finished == {CASES[0].id: False, CASES[1].id: True}


def test_side_by_side_gives_the_same_as_one_after_the_other() -> None:
    one, two = ran(product(GoldScribe()), 1)[0], ran(product(GoldScribe()), 4)[0]
    assert [r.case.id for r in two.results] == [c.id for c in CASES]
    assert [r.scores.items for r in one.results] == [r.scores.items for r in two.results]


def test_as_many_cases_are_under_way_as_were_asked_for() -> None:
    together = threading.Barrier(2, timeout=20)

    class Waiting(GoldScribe):
        def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
            together.wait()
            return super().read(transcript, meeting, work)

    assert not ran(product(Waiting()), 2)[0].failed


def test_broken_off_what_has_begun_is_kept_and_nothing_else_is_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    second_began, broken_off = threading.Event(), threading.Event()

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            broken_off.set()
            super().shutdown(wait=wait)

    class Held(GoldScribe):
        def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
            if self.asked == 1:
                second_began.set()
                assert broken_off.wait(20)
            return super().read(transcript, meeting, work)

    def break_off(name: str, reason: str | None) -> None:
        assert second_began.wait(20)
        raise KeyboardInterrupt

    monkeypatch.setattr(harness, "ThreadPoolExecutor", Pool)
    other = CASES[0].meeting.model_copy(update={"title": "Another meeting"})
    three = (*CASES, replace(CASES[0], id="third", meeting=other))
    scribe, store = Held(), MemoryStore()
    with pytest.raises(KeyboardInterrupt):
        run_cases(three, product(scribe, store), source="transcript", parallel=1, done=break_off)
    assert scribe.asked == 2
    assert not ran(product(scribe, store))[0].failed
    assert scribe.asked == 2


def test_a_finished_case_is_not_read_again() -> None:
    scribe, store = GoldScribe(), MemoryStore()
    first = ran(product(scribe, store))[0]
    again = ran(product(scribe, store))[0]
    assert scribe.asked == len(CASES)
    assert [r.minutes for r in again.results] == [r.minutes for r in first.results]
    other = replace(scribe, depends_on=("another prompt",), asked=0)
    ran(product(other, store))
    assert other.asked == len(CASES)


def test_a_case_without_a_recording_cannot_be_heard() -> None:
    failed = ran(product(GoldScribe()), source="recording")[0].failed
    assert failed[CASES[0].id] == f"{CASES[0].id} has no recording."


def test_a_second_reading_is_scored_like_a_result(tmp_path: Path) -> None:
    case = CASES[0]
    assert second_reading(case) is None
    gold = case.gold.model_copy(update={"actions": case.gold.actions[1:]})
    scores = second_reading(replace(case, second=gold))
    assert scores is not None
    assert scores.items["actions"].hits == scores.items["actions"].expected - 1
    assert scores.rates["owner"].rate == 1.0
    assert not {"coverage", "invented", "rouge_l"} & {*scores.rates, *scores.items}

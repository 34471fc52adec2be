"""Cases through the product's own stages, side by side, and their scores."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Literal

from eval.alignment import on_reference
from eval.cases import Case
from eval.floor import KeywordScribe
from eval.gold_minutes import minutes_of_gold
from eval.report import CaseResult
from eval.score import MATCHED, RATES, Scores, score
from eval.scorers.pairing import pair
from pipeline.errors import BackendError, InputError, MinutesError
from pipeline.journal import tell_nobody
from pipeline.meeting import Meeting
from pipeline.minutes import Minutes
from pipeline.run import Source, Summarizer, summarize_transcript
from pipeline.transcript import Transcript

From = Literal["transcript", "recording"]
Done = Callable[[str, str | None], None]
"""Called with a case's id when it is finished, and why it failed where it did."""

OF_WORDS = {"rouge_l", "coverage", "invented", "seconds", "calls", "tokens_in", "tokens_out"}
"""Scores that say nothing about how far two readings agree."""


@dataclass(frozen=True)
class Run:
    """What came of a number of cases: results in the cases' order, and by id why the others failed."""

    results: tuple[CaseResult, ...]
    failed: dict[str, str]


def run_cases(
    cases: Sequence[Case], summarizer: Summarizer, *, source: From, parallel: int, done: Done
) -> Run:
    """Makes and scores the minutes of every case; what goes wrong with one stops no other.

    Finished stages come from the summarizer's store: a case that was finished with the same inputs and the same
    program is not made again.

    Args:
        cases: The sample meetings.
        summarizer: The product; it is used by several threads at once.
        source: What it is given.
        parallel: Cases under way at once.
        done: Told of every finished case.
    """
    results: dict[str, CaseResult] = {}
    failed: dict[str, str] = {}
    with ThreadPoolExecutor(parallel, thread_name_prefix="case") as pool:
        waiting: dict[Future[CaseResult], str] = {
            pool.submit(run_case, case, summarizer, source): case.id for case in cases
        }
        try:
            for future in as_completed(waiting):
                name = waiting[future]
                try:
                    results[name] = future.result()
                except (MinutesError, OSError) as error:
                    failed[name] = str(error)
                done(name, failed.get(name))
        finally:
            # Where it is broken off, what has begun is finished and kept; nothing else is begun.
            pool.shutdown(wait=False, cancel_futures=True)
    order = [case.id for case in cases]
    return Run(
        tuple(results[name] for name in order if name in results),
        {name: failed[name] for name in order if name in failed},
    )


def run_case(case: Case, summarizer: Summarizer, source: From = "transcript") -> CaseResult:
    """Makes the minutes of a case as `lihui run` would, and scores them.

    Raises:
        MinutesError: The case has no recording to be heard, or the product fails on it or on part of it.
    """
    path = case.recording if source == "recording" else case.folder and case.folder / "transcript.json"
    if path is None:
        raise InputError(f"{case.id} has no {source}.")
    given = Source(source, (path,))
    made = summarizer.summarize(given, known(case))
    if made.minutes.status == "partial":
        # What a model that was away did not read is a failure, not a meeting without items.
        raise BackendError(f"only part of it was read: {made.minutes.problems[0]}")
    floor = Summarizer(KeywordScribe(), summarizer.listen, summarizer.store, tell_nobody)
    heard = made.transcript if source == "recording" else None
    return _result(case, made.minutes, heard, floor.summarize(given, known(case)).minutes)


def result_of(case: Case, minutes: Minutes, heard: Transcript | None = None) -> CaseResult:
    """Minutes of a case that are there already, with their scores and what they are held against."""
    floor = summarize_transcript(heard or case.transcript, known(case), KeywordScribe())
    return _result(case, minutes, heard, floor)


def _result(case: Case, minutes: Minutes, heard: Transcript | None, floor: Minutes) -> CaseResult:
    told = on_reference(minutes, heard, case.transcript) if heard else minutes
    return CaseResult(
        case=case,
        minutes=minutes,
        told=told,
        heard=heard,
        scores=score(minutes, case, heard),
        paired=pair(told, case),
        floor=score(floor, case, heard),
        second=second_reading(case),
    )


def second_reading(case: Case) -> Scores | None:
    """Agreement of two readings: the second annotation scored like a result against the first."""
    if case.second is None:
        return None
    scores = score(minutes_of_gold(replace(case, gold=case.second)), case)
    return Scores(
        {name: scores.items[name] for name in MATCHED if name in scores.items and name not in OF_WORDS},
        {name: scores.rates[name] for name in RATES if name in scores.rates and name not in OF_WORDS},
    )


def known(case: Case) -> Meeting:
    """What the product is told beforehand; the day of a sample is certain."""
    return case.meeting.model_copy(update={"date_source": "given"})

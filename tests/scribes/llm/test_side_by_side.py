"""Jobs side by side: their order, their errors, and what becomes of the threads."""

from functools import partial
from threading import Event, Thread, current_thread

import pytest

from pipeline.scribes.llm.side_by_side import side_by_side, within


def test_results_come_in_the_order_of_the_jobs() -> None:
    ended = [Event() for _ in range(4)]
    ended[3].set()

    def after_the_next(number: int) -> int:
        assert ended[number + 1].wait(10)
        ended[number].set()
        return number

    jobs = [*(partial(after_the_next, number) for number in range(3)), lambda: 3]
    assert side_by_side(jobs, 4) == (0, 1, 2, 3)


@pytest.mark.parametrize("threads", [1, 2])
def test_more_jobs_than_threads_are_all_done(threads: int) -> None:
    assert side_by_side([partial(pow, number, 2) for number in range(5)], threads) == (0, 1, 4, 9, 16)
    assert side_by_side(list[partial[int]](), threads) == ()


def test_the_first_error_is_raised_at_once_and_nothing_more_is_begun() -> None:
    holding, release = Event(), Event()
    begun: list[str] = []
    workers: list[Thread] = []

    def hold() -> None:
        begun.append("hold")
        workers.append(current_thread())
        holding.set()
        release.wait(10)

    def fail() -> None:
        assert holding.wait(10)
        begun.append("fail")
        raise ValueError("the second")

    try:
        with pytest.raises(ValueError, match="the second"):
            side_by_side([hold, fail, partial(begun.append, "third"), partial(begun.append, "fourth")], 2)
        assert workers[0].is_alive()
    finally:
        release.set()
    workers[0].join(10)
    assert begun == ["hold", "fail"]


def test_a_job_that_takes_too_long_is_left_behind() -> None:
    release = Event()
    try:
        with pytest.raises(TimeoutError):
            within(0.01, partial(release.wait, 10))
        with pytest.raises(TimeoutError):
            within(-1, partial(release.wait, 10))
    finally:
        release.set()


def test_a_job_may_be_given_all_the_time_there_is() -> None:
    assert within(float("inf"), partial(Event().wait, 0.05)) is False


def test_the_error_of_a_job_in_time_is_its_own() -> None:
    def fail() -> None:
        raise ValueError("its own")

    with pytest.raises(ValueError, match="its own"):
        within(10, fail)


def test_no_thread_keeps_the_program_from_ending() -> None:
    def daemon() -> bool:
        return current_thread().daemon

    assert side_by_side([daemon, daemon], 2) == (True, True)
    assert within(10, daemon)

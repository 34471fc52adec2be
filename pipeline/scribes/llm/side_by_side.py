"""Doing independent pieces of work side by side, in a bounded number of threads."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from threading import TIMEOUT_MAX, Thread
from typing import TypeVar

Done = TypeVar("Done")


def side_by_side(jobs: Sequence[Callable[[], Done]], threads: int) -> tuple[Done, ...]:
    """Runs all jobs and returns their results in order.

    The threads are daemons: Ctrl-C ends the program at once and does not wait for an answer under way, as a
    ``ThreadPoolExecutor`` would.

    Raises:
        Exception: The first one that a job raised; jobs not begun by then are left out.
    """
    if len(jobs) == 1 or threads == 1:
        return tuple(job() for job in jobs)
    results = _begin(jobs, threads)
    ended, _ = wait(results, return_when=FIRST_EXCEPTION)
    for error in (result.exception() for result in results if result in ended):
        if error is not None:
            raise error
    return tuple(result.result() for result in results)


def within(seconds: float, job: Callable[[], Done]) -> Done:
    """Runs one job in a thread that can be left behind.

    Raises:
        TimeoutError: It took longer.
        Exception: What the job raised.
    """
    (result,) = _begin([job], threads=1)
    return result.result(timeout=min(seconds, TIMEOUT_MAX))


def _begin(jobs: Sequence[Callable[[], Done]], threads: int) -> list[Future[Done]]:
    """Starts the threads, and gives what each job will come to."""
    results = [Future[Done]() for _ in jobs]
    waiting = deque(zip(results, jobs, strict=True))
    for _ in range(min(threads, len(jobs))):
        Thread(target=_work, args=(waiting,), daemon=True).start()
    return results


def _work(waiting: deque[tuple[Future[Done], Callable[[], Done]]]) -> None:
    """Takes one job after the other, until none is left or one has failed."""
    while True:
        try:
            result, job = waiting.popleft()
        except IndexError:
            return
        try:
            result.set_result(job())
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            # Before the error is told, so that nothing is begun once it is known.
            waiting.clear()
            result.set_exception(error)

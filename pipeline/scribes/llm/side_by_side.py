"""Doing independent pieces of work side by side, in a bounded number of threads."""

from collections.abc import Callable, Sequence
from queue import Empty, Queue
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
    waiting: Queue[int] = Queue()
    ended: Queue[tuple[int, Done | None, BaseException | None]] = Queue()
    for number in range(len(jobs)):
        waiting.put(number)
    for _ in range(min(threads, len(jobs))):
        Thread(target=_work, args=(jobs, waiting, ended), daemon=True).start()
    results: dict[int, Done] = {}
    for _ in jobs:
        number, result, error = ended.get()
        if error is not None:
            raise error
        results[number] = result  # type: ignore[assignment]
    return tuple(results[number] for number in range(len(jobs)))


def _work(
    jobs: Sequence[Callable[[], Done]],
    waiting: "Queue[int]",
    ended: "Queue[tuple[int, Done | None, BaseException | None]]",
) -> None:
    while True:
        try:
            number = waiting.get_nowait()
        except Empty:
            return
        try:
            ended.put((number, jobs[number](), None))
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            ended.put((number, None, error))
            return


def within(seconds: float, job: Callable[[], Done]) -> Done:
    """Runs one job in a thread that can be left behind.

    Raises:
        TimeoutError: It took longer.
        Exception: What the job raised.
    """
    ended: Queue[tuple[int, Done | None, BaseException | None]] = Queue()
    waiting: Queue[int] = Queue()
    waiting.put(0)
    Thread(target=_work, args=([job], waiting, ended), daemon=True).start()
    try:
        _, result, error = ended.get(timeout=min(seconds, TIMEOUT_MAX))
    except Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]

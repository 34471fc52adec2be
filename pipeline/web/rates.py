"""How many requests somebody may send."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pipeline.web.problems import Problem


class Rates:
    """Requests of each user in the last minute, as this process has seen them.

    Args:
        per_minute: How many are answered.
    """

    def __init__(self, per_minute: int) -> None:
        self._allowed = RateLimitItemPerMinute(per_minute)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def count(self, who: str) -> None:
        """Counts a request.

        Raises:
            Problem: 429: it is one too many.
        """
        if self._window.hit(self._allowed, who):
            return
        free_at = self._window.get_window_stats(self._allowed, who).reset_time
        raise too_many("Too many requests: wait a little.", free_at - time.time())


def too_many(sentence: str, seconds: float) -> Problem:
    """A 429 that says after how many seconds it is worth trying again."""
    return Problem(429, sentence, headers={"Retry-After": str(max(1, math.ceil(seconds)))})

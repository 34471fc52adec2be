"""How much a search may ask: calls and tokens, counted the same when kept answers are used again."""

from collections.abc import Callable
from threading import Lock


class BudgetSpent(Exception):  # noqa: N818 - how a search ends, no fault
    """The next question does not fit into what may be spent."""


class Budget:
    """Counts questions and their tokens; may be used from several threads.

    An answer that was kept from an earlier run counts like a new one: a search that goes on after an interruption
    has the same bounds, and finds the same, as one that was never interrupted.

    Args:
        calls: Questions in all.
        tokens: In and out, in all; None for no limit.
        told: Called after every answer.

    Attributes:
        calls: Counted so far.
        tokens: Counted so far.
        exhausted: Whether a question was refused since the last ``allow``.
    """

    def __init__(
        self, calls: int, tokens: int | None = None, told: Callable[[], None] = lambda: None
    ) -> None:
        self.most_calls, self.most_tokens = calls, tokens
        self.calls = self.tokens = 0
        self.exhausted = False
        self._told = told
        self._calls_now, self._tokens_now = calls, tokens
        self._under_way = self._longest_answer = 0
        self._counted: set[str] = set()
        self._lock = Lock()

    def allow(self, share: float) -> None:
        """From now on at most this share of what is left may be used, 0 to 1; the rest is for later."""
        self.exhausted = False
        self._calls_now = self.calls + int(share * (self.most_calls - self.calls))
        if self.most_tokens is not None:
            self._tokens_now = self.tokens + int(share * (self.most_tokens - self.tokens))

    @property
    def left(self) -> int:
        """Calls that may be made until the next ``allow``."""
        return max(0, self._calls_now - self.calls)

    def begin(self, key: str, question: int | None) -> int | None:
        """Counts a call, and sets aside the tokens that it will take.

        Args:
            key: Of the question: a second time it costs nothing.
            question: Its tokens; None where its answer is kept.

        Returns:
            What was set aside, to be given to ``end``; None where the question was counted before.

        Raises:
            BudgetSpent: It does not fit.
        """
        with self._lock:
            if question is None and key in self._counted:
                return None
            # Its answer may be as long as the longest so far.
            expected = 0 if question is None else question + self._longest_answer
            most = self._tokens_now
            if self.calls >= self._calls_now or (
                most is not None and self.tokens + self._under_way + expected > most
            ):
                self.exhausted = True
                raise BudgetSpent
            self._counted.add(key)
            self.calls += 1
            self._under_way += expected
            return expected

    def end(self, set_aside: int, tokens_in: int = 0, tokens_out: int = 0) -> None:
        """Counts the tokens of an answer in place of what was set aside for it."""
        with self._lock:
            self._under_way -= set_aside
            self.tokens += tokens_in + tokens_out
            self._longest_answer = max(self._longest_answer, tokens_out)
        self._told()

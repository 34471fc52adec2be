"""Asking a language model on behalf of one meeting: patiently, within a budget, and never trusting the answer."""

import json
import re
import time
from collections.abc import Callable
from functools import partial
from threading import Lock

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from pipeline.errors import BackendError, ModelBusy
from pipeline.limits import Limits
from pipeline.minutes import Cost
from pipeline.prompt import Prompt
from pipeline.protocols import Answer, Form, LanguageModel, Message
from pipeline.scribes.llm.side_by_side import within
from pipeline.transcript import Language, Value

LONGEST_WAIT = 120.0
"""Seconds; who asks to come back later than that is not waited for."""

SHORTEST_ANSWER = 200
"""Tokens left of a budget with which nothing useful can be answered."""

LONGEST_ERROR = 600
"""Characters of what is wrong with an answer that are sent back."""

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_BACKOFF = wait_random_exponential(multiplier=0.5, max=30)


class Reply(Value):
    """A usable answer and what it cost, wrong answers before it included.

    Attributes:
        text: JSON that was read without a fault; None where the answer did not fit into its tokens.
        cost: Of all answers to the question.
    """

    text: str | None
    cost: Cost


class Unanswered(Exception):  # noqa: N818 - how a question ended; it becomes a sentence in the minutes
    """A question without a usable answer.

    Attributes:
        reason: ``busy``, ``refused``, ``wrong``, ``failed``, ``long``, ``unproven``,
            ``language``, ``tokens`` or ``seconds``: a key of the messages.
        detail: The other side's words, or what is wrong.
        cost: Of the answers that could not be used.
    """

    def __init__(self, reason: str, detail: str, cost: Cost) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.cost = cost


class Asker:
    """Asks one model for one meeting; may be used from several threads.

    Args:
        model: Who answers.
        limits: Tries, budget and pace.
        repair: The prompt that sends a wrong answer back; its one input is ``error``.
        language: Of the meeting.
        spent: Tokens and seconds of the budget that are used up already.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        model: LanguageModel,
        limits: Limits,
        repair: Prompt,
        language: Language,
        spent: tuple[int, float] = (0, 0.0),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model = model
        self.limits = limits
        self.repair = repair
        self.language: Language = language
        self._sleep = sleep
        self._begun = time.monotonic() - spent[1]
        self._spent = spent[0]
        self._next_start = 0.0
        self._lock = Lock()

    def ask(
        self,
        messages: tuple[Message, ...],
        form: Form,
        read: Callable[[str], str | None],
        written: Callable[[int], None],
    ) -> Reply:
        """Asks until an answer can be read without a doubt, or the tries are used up.

        An answer that can be read and is doubted is taken in the end, if no better one comes.

        Args:
            messages: The question.
            form: Of the answer.
            read: Reads the answer's JSON. A ValueError says what is wrong with it, and is sent back; so is a doubt
                about it, which it returns, None for none.
            written: Told the tokens of the answer so far, where the model can tell.

        Raises:
            Unanswered: No usable answer.
            BackendError: The model will never answer.
        """
        cost, asked, doubted = Cost(), messages, None
        doubt = ""
        for _ in range(self.limits.repairs + 1):
            answer = self._answer(asked, form, written, cost)
            cost += Cost(calls=1, tokens_in=answer.tokens_in, tokens_out=answer.tokens_out)
            if answer.refusal:
                raise Unanswered("refused", answer.refusal, cost)
            if answer.cut:
                return Reply(text=None, cost=cost)
            try:
                text = json_in(answer.text)
                doubt = read(text)
            except ValueError as error:
                doubt = str(error)
            else:
                doubted = text
                if doubt is None:
                    return Reply(text=text, cost=cost)
            _, fault = self.repair.fill(self.language, {"error": doubt[:LONGEST_ERROR]})
            asked = (*messages, Message(role="assistant", text=answer.text or "{}"), fault)
        if doubted is None:
            raise Unanswered("wrong", doubt.splitlines()[0], cost)
        return Reply(text=doubted, cost=cost)

    def _answer(
        self, messages: tuple[Message, ...], form: Form, written: Callable[[int], None], cost: Cost
    ) -> Answer:
        """One answer, however often the other side is busy before it comes."""
        attempts = Retrying(
            stop=self._tired,
            wait=_wait,
            retry=retry_if_exception_type(ModelBusy),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return attempts(self._once, messages, form, written, cost)
        except ModelBusy as error:
            raise Unanswered("busy", str(error), cost) from error

    def _once(
        self, messages: tuple[Message, ...], form: Form, written: Callable[[int], None], cost: Cost
    ) -> Answer:
        most = self._most_tokens(sum(self.model.count(m.text) for m in messages), cost)
        self._keep_pace()
        ask = partial(self.model.ask, messages, form, most_tokens=most, written=written)
        patience = (
            self._seconds_left() if self.model.in_process else min(self.limits.timeout, self._seconds_left())
        )
        try:
            answer = within(patience, ask)
        except TimeoutError as error:
            raise ModelBusy(f"no whole answer within {patience:.0f} seconds") from error
        with self._lock:
            self._spent += answer.tokens_in + answer.tokens_out
        return answer

    def _most_tokens(self, question_tokens: int, cost: Cost) -> int:
        """Tokens that the answer may have within the budget.

        Raises:
            Unanswered: The budget is used up.
        """
        most_tokens, most_seconds = self.limits.max_tokens, self.limits.max_seconds
        if most_seconds is not None and self._seconds_left() <= 0:
            raise Unanswered("seconds", f"{most_seconds:g}", cost)
        if most_tokens is None:
            return self.limits.answer_tokens
        left = most_tokens - self._spent - question_tokens
        if left < SHORTEST_ANSWER:
            raise Unanswered("tokens", str(most_tokens), cost)
        return min(self.limits.answer_tokens, left)

    def _keep_pace(self) -> None:
        """Waits until the next question may be started."""
        if self.limits.per_minute is None:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next_start)
            self._next_start = start + 60.0 / self.limits.per_minute
        self._sleep(max(0.0, start - now))

    def _tired(self, state: RetryCallState) -> bool:
        """Whether to give up: tries used up, or told to come back too late."""
        wait = _asked_to_wait(state)
        return (
            state.attempt_number >= self.limits.tries or wait > LONGEST_WAIT or wait >= self._seconds_left()
        )

    def _seconds_left(self) -> float:
        most = self.limits.max_seconds
        return float("inf") if most is None else most - (time.monotonic() - self._begun)


def json_in(text: str) -> str:
    """The JSON object in an answer, whatever stands around it.

    Raises:
        ValueError: There is none, or it is broken.
    """
    bare = _THOUGHTS.sub("", text)
    start = bare.find("{")
    if start < 0:
        raise ValueError("The answer holds no JSON object.")
    _, end = json.JSONDecoder().raw_decode(bare, start)
    return bare[start:end]


def give_up_or_raise(error: BackendError, answered: bool) -> Unanswered:
    """A failure for good: of the first question it stops the run, of a later one only that question.

    Raises:
        BackendError: Nothing was answered before: the model or its settings are wrong.
    """
    if not answered:
        raise error
    return Unanswered("failed", str(error), Cost())


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: growing, and never less than the other side asked for."""
    return max(_asked_to_wait(state), _BACKOFF(state))


def _asked_to_wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return (error.wait or 0.0) if isinstance(error, ModelBusy) else 0.0

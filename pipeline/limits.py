"""How much a language model may be asked for, and how patiently."""

from pydantic import Field

from pipeline.errors import BackendError
from pipeline.transcript import Value

LEAST_ROOM = 900
"""Tokens of a window and its answer below which nothing can be read."""


class Limits(Value):
    """Bounds on the questions to a language model.

    Attributes:
        window_tokens: Tokens of the transcript in one question.
        answer_tokens: Tokens at which an answer is cut off; the form of the answer is bounded to fit in.
        tries: How often one question is sent when the other side is busy, times out or hangs up.
        repairs: How often a wrong answer is sent back with what is wrong about it.
        timeout: Seconds to wait for one answer.
        threads: Questions under way side by side, where their order does not matter.
        per_minute: Questions started in a minute at most; None for no limit.
        max_tokens: Tokens in and out for one meeting; None for no limit. What does not fit is left unread, and
            the minutes say which stretch.
        max_seconds: Seconds of asking for one meeting, likewise.
    """

    window_tokens: int = Field(default=6000, ge=200)
    answer_tokens: int = Field(default=32000, ge=500)
    tries: int = Field(default=4, ge=1, le=20)
    repairs: int = Field(default=2, ge=0, le=10)
    timeout: float = Field(default=300.0, gt=0)
    threads: int = Field(default=4, ge=1, le=64)
    per_minute: float | None = Field(default=None, gt=0)
    max_tokens: int | None = Field(default=None, ge=1)
    max_seconds: float | None = Field(default=None, gt=0)

    def fitting(self, context: int | None, prompt_tokens: int) -> "Limits":
        """The same bounds with windows and answers so small that both fit into a model's context with the prompt.

        Args:
            context: Tokens of question and answer together; None for no bound.
            prompt_tokens: Of the question without the window.

        Raises:
            BackendError: The prompt leaves no room.
        """
        if context is None:
            return self
        room = context - prompt_tokens
        if room < LEAST_ROOM:
            raise BackendError(
                f"The model takes {context} tokens, and the prompt alone has {prompt_tokens}: take a larger one."
            )
        # What was said takes less room than what can be said of it at most: bounds are high.
        answer = min(self.answer_tokens, max(room - self.window_tokens, room * 2 // 3))
        window = min(self.window_tokens, room - answer)
        return self.model_copy(update={"answer_tokens": answer, "window_tokens": window})

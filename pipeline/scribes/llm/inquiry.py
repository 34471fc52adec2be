"""All questions about one meeting: each is kept once answered, accounted for, and nothing secret leaves with it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline.meeting import Meeting
from pipeline.minutes import Cost
from pipeline.prompt import Prompt
from pipeline.protocols import Form, Message, Work
from pipeline.scribes.llm.asking import Asker, Reply
from pipeline.scribes.llm.redacting import Redaction
from pipeline.transcript import Language


@dataclass(frozen=True)
class Inquiry:
    """What the questions about one meeting have in common.

    Attributes:
        asker: Asks them.
        language: They are asked and answered in.
        meeting: They are about.
        redaction: What is replaced before they leave, and put back into the answers.
        work: Where answers are kept and costs accounted.
    """

    asker: Asker
    language: Language
    meeting: Meeting
    redaction: Redaction
    work: Work

    def ask(
        self,
        question: tuple[Message, ...],
        form: Form,
        read: Callable[[str], str | None],
        span: tuple[int, int] | None = None,
    ) -> Reply:
        """The answer to a question, from before if it was answered then.

        Args:
            question: As it is; secrets are replaced here, at the one door.
            form: Of the answer.
            read: Reads an answer; a ValueError says what is wrong, and what it returns is doubted.
            span: First and last utterance the question is about, for the progress.

        Returns:
            The answer with the secrets put back.

        Raises:
            Unanswered: No usable answer.
            BackendError: The model will never answer.
        """
        hidden = tuple(m.model_copy(update={"text": self.redaction.hide(m.text)}) for m in question)
        reply = self.work.part(
            Reply,
            lambda: self.asker.ask(hidden, form, partial(self._read, read), self._written(span)),
            self.asker.model.name,
            hidden,
            form.schema,
        )
        if reply.text is None:
            return reply
        return reply.model_copy(update={"text": self.redaction.restore(reply.text)})

    def _read(self, read: Callable[[str], str | None], text: str) -> str | None:
        """Reads an answer with the secrets put back; what is wrong with it goes out without them."""
        try:
            doubt = read(self.redaction.restore(text))
        except ValueError as error:
            raise ValueError(self.redaction.hide(str(error))) from error
        return None if doubt is None else self.redaction.hide(doubt)

    def account(self, prompt: Prompt, cost: Cost) -> None:
        """Adds a cost to the stage's."""
        self.work.account(cost, prompt=prompt.name, sha256=prompt.sha256)

    def _written(self, span: tuple[int, int] | None) -> Callable[[int], None]:
        """Tokens written so far as progress within the span: an answer is seldom longer than what it is about."""
        if span is None:
            return lambda _: None
        first, last = span
        whole = max(1, self.asker.limits.window_tokens)

        def tell(tokens: int) -> None:
            self.work.progress((first + (last - first) * min(0.95, tokens / whole)) / (last + 1))

        return tell

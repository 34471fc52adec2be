"""All questions about one meeting: each is kept once answered, accounted for, and nothing secret leaves with it."""

from collections.abc import Callable
from dataclasses import dataclass

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
            question: With the secrets replaced.
            form: Of the answer.
            read: Reads an answer; a ValueError says what is wrong, and what it returns is doubted.
            span: First and last utterance the question is about, for the progress.

        Returns:
            The answer with the secrets put back.

        Raises:
            Unanswered: No usable answer.
            BackendError: The model will never answer.
        """
        model = self.asker.model
        restore = self.redaction.restore
        reply = self.work.part(
            Reply,
            lambda: self.asker.ask(question, form, lambda text: read(restore(text)), self._written(span)),
            model.name,
            question,
            form.schema,
        )
        return reply if reply.text is None else reply.model_copy(update={"text": restore(reply.text)})

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

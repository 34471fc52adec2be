"""A language model that is asked every question once: its answers are kept, in a folder, for good."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from pydantic import ValidationError
from pydantic_core import to_json

from eval.tuning.budget import Budget
from pipeline.files import write_whole
from pipeline.protocols import Answer, Form, LanguageModel, Message


class KeptModel:
    """Keeps a model's answers and counts them against a budget; may be used from several threads.

    Args:
        model: Who answers.
        folder: Where the answers are kept, one file each.
        budget: What may be asked.

    Attributes:
        unanswered: Questions that were sent and have no answer: refused by a busy model, or still under way.
    """

    def __init__(self, model: LanguageModel, folder: Path, budget: Budget) -> None:
        self.name = model.name
        self.in_process = model.in_process
        self.unanswered = 0
        self._model, self._folder, self._budget = model, folder.absolute(), budget
        self._lock = Lock()

    def apart(self) -> "KeptModel":
        """The same, with a count of its own of what is unanswered."""
        return KeptModel(self._model, self._folder, self._budget)

    @property
    def context(self) -> int | None:
        """Tokens that the model takes."""
        return self._model.context

    def count(self, text: str) -> int:
        """Tokens of a text, as the model counts."""
        return self._model.count(text)

    def ask(
        self, messages: tuple[Message, ...], form: Form, *, most_tokens: int, written: Callable[[int], None]
    ) -> Answer:
        """The kept answer, else a new one.

        Raises:
            BudgetSpent: No more may be asked.
            ModelBusy: It did not answer this time.
            BackendError: It will never answer.
        """
        question = to_json((self.name, messages, form.name, form.schema, most_tokens))
        key = hashlib.sha256(question).hexdigest()[:32]
        file = self._folder / f"{key}.json"
        if (kept := _kept(file)) is not None:
            if (set_aside := self._budget.begin(key, None)) is not None:
                self._budget.end(set_aside, kept.tokens_in, kept.tokens_out)
            return kept
        set_aside = self._budget.begin(key, sum(self.count(message.text) for message in messages)) or 0
        self._sent(1)
        spent = (0, 0)
        try:
            answer = self._model.ask(messages, form, most_tokens=most_tokens, written=written)
            spent = (answer.tokens_in, answer.tokens_out)
        finally:
            self._budget.end(set_aside, *spent)
        write_whole(file, answer.model_dump_json().encode())
        self._sent(-1)
        return answer

    def _sent(self, more: int) -> None:
        with self._lock:
            self.unanswered += more


def _kept(file: Path) -> Answer | None:
    try:
        return Answer.model_validate_json(file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None

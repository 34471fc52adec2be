"""Edits of a prompt that a language model proposes after looking at concrete mistakes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from eval.tuning.drafts import check_system
from pipeline.limits import Limits
from pipeline.prompt import Prompt
from pipeline.protocols import LanguageModel
from pipeline.scribes.llm.asking import Asker, Unanswered
from pipeline.scribes.llm.form import answer_form
from pipeline.transcript import Language

ANSWER_TOKENS = 6000
"""Where an answer is cut off."""

GROWTH = 1.5
LEAST_ROOM = 1500
"""How long a part may become over its length at the start, and characters that may be added to a short one."""


def _at_most(characters: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": characters})


class Edit(BaseModel):
    """A passage in place of another; an empty ``old`` adds a paragraph at the end."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    old: Annotated[str, _at_most(400)]
    new: Annotated[str, _at_most(1200)]


class Reflection(BaseModel):
    """What a model makes of mistakes: their causes, and edits that would have avoided them."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    causes: Annotated[
        list[str],
        WithJsonSchema({"type": "array", "items": {"type": "string", "maxLength": 240}, "maxItems": 6}),
    ]
    edits: Annotated[list[Edit], Field(min_length=1, json_schema_extra={"maxItems": 8})]


class Reflector:
    """Asks a language model for edits.

    Args:
        model: Who reflects.
        limits: Tries and repairs.
        reflect: The prompt that asks for edits.
        repair: The prompt that sends a wrong answer back.
        start: The part before the search; edits may make it only so much longer.
        language: Of the part.
    """

    def __init__(
        self,
        model: LanguageModel,
        limits: Limits,
        reflect: Prompt,
        repair: Prompt,
        *,
        start: str,
        language: Language,
    ) -> None:
        # A long answer costs more than it is worth: what is asked for are a few edits.
        bounds = limits.model_copy(update={"answer_tokens": min(limits.answer_tokens, ANSWER_TOKENS)})
        self._asker = Asker(model, bounds, repair, language)
        self._prompt = reflect
        self._longest = max(round(GROWTH * len(start)), len(start) + LEAST_ROOM)
        self._language: Language = language
        self._form = answer_form(Reflection, language, bounds.answer_tokens)

    def edited(self, system: str, feedback: Sequence[str]) -> str | None:
        """The system part with the proposed edits; None where the model proposed none that can be made.

        Raises:
            BudgetSpent: No more may be asked.
            BackendError: The model will never answer.
        """
        values = {
            "instructions": system,
            "mistakes": "\n\n".join(feedback),
            "room": str(max(0, self._longest - len(system))),
        }
        question = self._prompt.fill(self._language, values)

        def check(text: str) -> None:
            self._applied(system, text)

        try:
            reply = self._asker.ask(question, self._form, check, lambda _: None)
        except Unanswered as error:
            if error.reason == "busy":
                raise
            return None
        return None if reply.text is None else self._applied(system, reply.text)

    def _applied(self, system: str, answer: str) -> str:
        """The part after the edits of an answer.

        Raises:
            ValueError: One cannot be made.
        """
        edited = system
        for edit in Reflection.model_validate_json(answer).edits:
            edited = _edited(edited, edit)
        check_system(edited, system)
        if len(edited) > self._longest:
            raise ValueError(
                f"The instructions would have {len(edited)} characters and may have {self._longest}: "
                "replace or shorten passages, do not only add."
            )
        return edited.strip()


def _edited(text: str, edit: Edit) -> str:
    if not edit.old.strip():
        return f"{text.rstrip()}\n\n{edit.new.strip()}"
    found = text.count(edit.old)
    if found != 1:
        raise ValueError(
            f"“{edit.old[:80]}” stands {found} times in the instructions: copy a passage that stands there once."
        )
    return text.replace(edit.old, edit.new)

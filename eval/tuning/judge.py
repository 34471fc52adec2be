"""A language model as a judge of summaries. Nothing uses it unless it is asked for."""

from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from eval.cases import Case
from eval.tuning.verdicts import Verdict
from pipeline.limits import Limits
from pipeline.minutes import Kind, Minutes
from pipeline.prompt import Prompt
from pipeline.protocols import LanguageModel
from pipeline.scribes.llm.asking import Asker, Unanswered
from pipeline.scribes.llm.briefing import facts
from pipeline.scribes.llm.form import answer_form
from pipeline.scribes.llm.windows import written

ANSWER_TOKENS = 2000
"""Where an answer is cut off."""


class SectionVerdict(BaseModel):
    """Three answers about one section."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Kind
    faithful: bool
    complete: bool
    readable: bool
    reason: Annotated[str, WithJsonSchema({"type": "string", "maxLength": 240})]


class JudgeAnswer(BaseModel):
    """The verdicts on all listed sections."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    verdicts: Annotated[list[SectionVerdict], Field(json_schema_extra={"maxItems": 6})]


class Judge:
    """Judges the summaries of one meeting with one question.

    Args:
        model: Who judges.
        limits: Tries and repairs.
        prompt: The task ``judge``.
        repair: Sends a wrong answer back.
    """

    def __init__(self, model: LanguageModel, limits: Limits, prompt: Prompt, repair: Prompt) -> None:
        self._model, self._prompt, self._repair = model, prompt, repair
        self._limits = limits.model_copy(
            update={"answer_tokens": min(limits.answer_tokens, ANSWER_TOKENS), "max_tokens": None}
        )

    def verdicts(self, case: Case, minutes: Minutes) -> tuple[Verdict, ...]:
        """One verdict for every section that has a summary.

        Raises:
            Unanswered: The model gave no usable answer.
            BackendError: The model will never answer.
        """
        summaries: dict[Kind, str] = {s.kind: s.summary for s in minutes.sections if s.summary}
        if not summaries:
            return ()
        language = case.transcript.language
        values = {
            "facts": facts(case.meeting, language),
            "lines": "\n".join(map(written, case.transcript.utterances)),
            "summaries": "\n\n".join(f"[{kind}]\n{text}" for kind, text in summaries.items()),
        }
        asker = Asker(self._model, self._limits, self._repair, language)
        form = answer_form(JudgeAnswer, language, self._limits.answer_tokens)
        reply = asker.ask(
            self._prompt.fill(language, values), form, _checker(tuple(summaries)), lambda _: None
        )
        if reply.text is None:
            raise Unanswered("long", "the answer did not fit", reply.cost)
        return tuple(
            Verdict(
                case=case.id,
                by=f"llm:{self._model.name}",
                prompt=f"{self._prompt.name} {self._prompt.sha256[:12]}",
                **given.model_dump(),
            )
            for given in JudgeAnswer.model_validate_json(reply.text).verdicts
        )


def _checker(kinds: Sequence[Kind]) -> Callable[[str], None]:
    """Looks whether an answer has one verdict for each section."""

    def check(text: str) -> None:
        answer = JudgeAnswer.model_validate_json(text)
        if sorted(v.kind for v in answer.verdicts) != sorted(kinds):
            raise ValueError(f"There must be one verdict for each of {', '.join(kinds)}.")

    return check

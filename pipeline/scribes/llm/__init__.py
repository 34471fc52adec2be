"""The scribe that asks a language model.

    windows    the transcript cut to what fits into one question
    answers    what a model answers, as bounded values      form       the same as JSON Schema
    doubting   whether an answer is worth taking
    asking     one question: tries, budget, wrong answers   inquiry    all questions about one meeting
    rows       rows of an answer as items                   gathering  items of all windows become one reading
    losses     what got no answer, in words
    composing  the six sections and their summaries         redacting  what must not leave the machine

The transcript passes through the model once, window after window, each with the list of what was found before, so
that a task promised in one and re-dated in the next ends as one action. Summaries are written from what was noted,
not from the transcript. Owners and dates stay words here; code resolves them, and grounding checks every quote.
"""

from collections.abc import Mapping
from functools import partial

from pipeline.errors import BackendError
from pipeline.limits import Limits
from pipeline.meeting import Meeting
from pipeline.minutes import Composed, Cost, Kind, Reading
from pipeline.prompt import find_prompt
from pipeline.protocols import LanguageModel, Work
from pipeline.scribes.llm.answers import SummaryAnswer, WindowAnswer
from pipeline.scribes.llm.asking import Asker, Unanswered, give_up_or_raise
from pipeline.scribes.llm.briefing import facts, open_items
from pipeline.scribes.llm.composing import held, material, sections_of
from pipeline.scribes.llm.doubting import doubt, is_foreign, is_worthless
from pipeline.scribes.llm.form import answer_form, is_full
from pipeline.scribes.llm.gathering import Gathered
from pipeline.scribes.llm.inquiry import Inquiry
from pipeline.scribes.llm.losses import Losses
from pipeline.scribes.llm.redacting import Redaction
from pipeline.scribes.llm.side_by_side import side_by_side
from pipeline.scribes.llm.windows import Window, cut_windows, written
from pipeline.transcript import Language, Transcript

TIRED_AFTER = 2
"""Windows in a row without an answer, the other side busy, after which the rest is not tried."""

FOUND_SHARE = 0.1
"""Size of the list of what was found before, over that of a window."""

BRIEFING_TOKENS = 800
"""Room for the roster, the agenda and the open items in the question to a model with a small context."""

SUMMARY_TOKENS = 3000
"""Where the answer with all six summaries is cut off."""


class LlmScribe:
    """Reads a meeting with a language model.

    Args:
        model: Who answers.
        limits: Size of the questions, tries, budget.
        prompts: By task, the version or file that is used instead of the active one.
        redact: Whether phone numbers, addresses and numbers of cards and persons are replaced before they leave.
    """

    def __init__(
        self,
        model: LanguageModel,
        limits: Limits | None = None,
        prompts: Mapping[str, str] | None = None,
        *,
        redact: bool = False,
    ) -> None:
        self.model = model
        self.redact = redact
        self.read_prompt, self.compose_prompt, self.repair_prompt = (
            find_prompt(task, prompts or {}) for task in ("read", "compose", "repair")
        )
        self.limits = self._fitting(limits or Limits())
        self.name = f"llm:{model.name}"

    @property
    def depends_on(self) -> tuple[str, ...]:
        """Hashes of the prompts, and what shapes the questions."""
        prompts = (self.read_prompt, self.compose_prompt, self.repair_prompt)
        limits = self.limits
        return (*(p.sha256 for p in prompts), str((limits.window_tokens, limits.answer_tokens, self.redact)))

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        """Asks window by window; what got no answer is named in ``unread`` and ``problems``.

        Raises:
            BackendError: The model cannot be reached at all: no key, no such model.
        """
        asking = self._asking(transcript, meeting, work)
        gathered = Gathered(transcript, meeting)
        losses = Losses(transcript, asking.language)
        waiting = list(cut_windows(transcript.utterances, self.model.count, self.limits.window_tokens))
        last, answered, tired = len(transcript.utterances), False, 0
        while waiting:
            window = waiting.pop(0)
            work.progress(window.span[0] / last)
            if tired >= TIRED_AFTER:
                losses.lost(window.span, None)
                continue
            try:
                answer = self._read_window(window, gathered, asking, answered)
            except Unanswered as error:
                asking.account(self.read_prompt, error.cost)
                losses.lost(window.span, error)
                tired = tired + 1 if error.reason == "busy" else 0
                continue
            answered, tired = True, 0
            if answer is None and (halves := window.halves()) is not None:
                waiting[:0] = halves
            elif answer is None:
                losses.lost(window.span, Unanswered("long", "", Cost()))
            else:
                gathered.add(answer, window.span)
        return gathered.reading(losses.unread, losses.problems)

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting, work: Work) -> Composed:
        """Asks for summaries of what was noted; a section whose summary fails keeps its points, and is named."""
        asking = self._asking(transcript, meeting, work)
        losses = Losses(transcript, asking.language)
        noted = material(reading)
        jobs = [partial(self._summaries, part, asking) for part in self._portions(noted)]
        summaries: dict[Kind, str] = {}
        for part in side_by_side(jobs, self.limits.threads):
            if isinstance(part, Unanswered):
                losses.unsummarized(part)
                continue
            summaries |= part
        kept: dict[Kind, str] = {}
        for kind in noted:
            if kind in summaries and (text := held(summaries[kind], noted[kind], asking.language)):
                kept[kind] = text
        return Composed(sections=sections_of(transcript, reading, kept), problems=tuple(losses.problems))

    def _fitting(self, limits: Limits) -> Limits:
        """Windows and answers as small as the model's context wants them."""
        context = self.model.context
        if context is None:
            return limits
        bare = max(self._tokens_of_prompt(language) for language in ("zh", "en"))
        return limits.fitting(context, bare + BRIEFING_TOKENS + int(limits.window_tokens * FOUND_SHARE))

    def _tokens_of_prompt(self, language: Language) -> int:
        empty = self.read_prompt.fill(language, dict.fromkeys(self.read_prompt.inputs, ""))
        return sum(self.model.count(message.text) for message in empty)

    def _asking(self, transcript: Transcript, meeting: Meeting, work: Work) -> Inquiry:
        language = meeting.language or transcript.language
        asker = Asker(self.model, self.limits, self.repair_prompt, language, work.spent_before())
        redaction = Redaction()
        if self.redact:
            known = (facts(meeting, language), open_items(meeting))
            redaction = Redaction.of((*(u.text for u in transcript.utterances), *known))
        return Inquiry(asker, language, meeting, redaction, work)

    def _read_window(
        self, window: Window, gathered: Gathered, asking: Inquiry, answered: bool
    ) -> WindowAnswer | None:
        """What the model found in a window; None where its answer would not fit."""
        known = (("carry_over", len(asking.meeting.open_actions)), ("changes", gathered.changeable))
        form = answer_form(WindowAnswer, asking.language, self.limits.answer_tokens, known)
        lines = "\n".join(map(written, window.lines))
        found = gathered.listed(lines, self.model.count, int(self.limits.window_tokens * FOUND_SHARE))
        values = {
            "facts": facts(asking.meeting, asking.language),
            "open_items": open_items(asking.meeting),
            "found": found,
            "before": "\n".join(map(written, window.before)) or "-",
            "lines": lines,
        }
        question = self.read_prompt.fill(asking.language, values)
        utterances = gathered.transcript.utterances
        said = {u.id: utterances[u.id].text for u in (*window.before, *window.lines)}
        try:
            reply = asking.ask(question, form, partial(_doubt, said, asking.language), window.span)
        except BackendError as error:
            raise give_up_or_raise(error, answered) from error
        asking.account(self.read_prompt, reply.cost)
        if reply.text is None:
            return None
        answer = WindowAnswer.model_validate_json(reply.text)
        if is_worthless(answer, said):
            raise Unanswered("unproven", "", Cost())
        if is_foreign(answer, asking.language):
            raise Unanswered("language", "", Cost())
        # A list that is full may have left something out: two halves have room for it.
        return None if is_full(form, answer) and window.halves() is not None else answer

    def _summaries(self, noted: Mapping[Kind, str], asking: Inquiry) -> dict[Kind, str] | Unanswered:
        form = answer_form(SummaryAnswer, asking.language, SUMMARY_TOKENS)
        listed = "\n\n".join(f"[{kind}]\n{text}" for kind, text in noted.items())
        values = {
            "facts": facts(asking.meeting, asking.language),
            "noted": listed,
        }
        question = self.compose_prompt.fill(asking.language, values)
        try:
            reply = asking.ask(question, form, _readable)
        except Unanswered as error:
            asking.account(self.compose_prompt, error.cost)
            return error
        except BackendError as error:
            return Unanswered("failed", str(error), Cost())
        asking.account(self.compose_prompt, reply.cost)
        if reply.text is None:
            return Unanswered("long", "", Cost())
        answer = SummaryAnswer.model_validate_json(reply.text)
        return {summary.kind: summary.text for summary in answer.summaries}

    def _portions(self, noted: Mapping[Kind, str]) -> list[dict[Kind, str]]:
        """Sections that fit into one question together."""
        portions: list[dict[Kind, str]] = []
        filled = self.limits.window_tokens
        for kind, text in noted.items():
            size = self.model.count(text)
            if not portions or filled + size > self.limits.window_tokens:
                portions.append({})
                filled = 0
            portions[-1][kind] = text
            filled += size
        return portions


def _doubt(said: Mapping[int, str], language: Language, text: str) -> str | None:
    """Reads an answer about what was said; what it returns is wrong with it."""
    return doubt(WindowAnswer.model_validate_json(text), said, language)


def _readable(text: str) -> None:
    """Reads summaries; their figures are checked when they are composed."""
    SummaryAnswer.model_validate_json(text)

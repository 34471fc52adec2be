"""A draft of the reading prompt, tried on sample meetings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.cases import Case
from eval.harness import known
from eval.score import Scores, score
from eval.tuning.drafts import Draft
from eval.tuning.kept import KeptModel
from eval.tuning.metric import objective
from pipeline.errors import BackendError
from pipeline.limits import Limits
from pipeline.meeting import Meeting
from pipeline.minutes import Composed, Minutes, Reading
from pipeline.protocols import Work
from pipeline.run import summarize_transcript
from pipeline.scribes.llm import LlmScribe
from pipeline.scribes.llm.composing import sections_of
from pipeline.scribes.llm.side_by_side import side_by_side
from pipeline.transcript import Transcript


@dataclass(frozen=True)
class Tried:
    """One meeting read with a draft.

    Attributes:
        case: The meeting.
        minutes: What came of it, without summaries.
        scores: Of the minutes.
        score: The one number, 0 to 1.
    """

    case: Case
    minutes: Minutes
    scores: Scores
    score: float


class Trial:
    """Reads sample meetings with drafts, each meeting with each draft once.

    Args:
        model: Who reads.
        limits: Of the questions; its threads are meetings read side by side.
        folder: Where the drafts are kept, one file each.
        redact: Whether phone numbers and the like are replaced before they leave.
    """

    def __init__(self, model: KeptModel, limits: Limits, folder: Path, *, redact: bool = False) -> None:
        self.model, self.limits, self.folder, self.redact = model, limits, folder, redact
        self._tried: dict[tuple[str, str], Tried] = {}

    def read(self, draft: Draft, cases: Sequence[Case]) -> tuple[Tried, ...]:
        """The meetings read with a draft, in order.

        Raises:
            BudgetSpent: Not all of them could be read.
            BackendError: The model does not answer.
        """
        prompts = {draft.task: str(draft.save(self.folder))}
        new = {case.id: case for case in cases if (draft.sha256, case.id) not in self._tried}
        jobs = [partial(self._read, case, prompts) for case in new.values()]
        for tried in side_by_side(jobs, self.limits.threads) if jobs else ():
            self._tried[draft.sha256, tried.case.id] = tried
        return tuple(self._tried[draft.sha256, case.id] for case in cases)

    def _read(self, case: Case, prompts: Mapping[str, str]) -> Tried:
        model = self.model.apart()
        scribe = ReadingAlone(LlmScribe(model, self.limits, prompts, redact=self.redact))
        minutes = summarize_transcript(case.transcript, known(case), scribe)
        if minutes.problems and model.unanswered:
            # What the model was too busy to read is no mistake of the prompt.
            raise BackendError(f"{minutes.problems[0]} The same command goes on from here.")
        scores = score(minutes, case)
        return Tried(case, minutes, scores, objective(scores))


class ReadingAlone:
    """A scribe that writes no summaries: they say nothing about the prompt it reads with, and cost questions."""

    def __init__(self, scribe: LlmScribe) -> None:
        self._scribe = scribe
        self.name = scribe.name

    @property
    def depends_on(self) -> tuple[str, ...]:
        """As the scribe's."""
        return self._scribe.depends_on

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        """Reads as the scribe does."""
        return self._scribe.read(transcript, meeting, work)

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting, work: Work) -> Composed:
        """The sections with what was noted for them."""
        del meeting, work
        return Composed(sections=sections_of(transcript, reading, {}))

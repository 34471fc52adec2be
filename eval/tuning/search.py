"""The search for a better system part in one language: gepa proposes whom to improve, our scorers judge."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from eval.cases import Case
from eval.tuning.budget import Budget, BudgetSpent
from eval.tuning.drafts import Draft
from eval.tuning.mistakes import feedback
from eval.tuning.reflecting import Reflector
from eval.tuning.trying import Trial, Tried
from pipeline.errors import BackendError
from pipeline.scribes.llm.asking import Unanswered
from pipeline.transcript import Language

if TYPE_CHECKING:
    from gepa.core.adapter import EvaluationBatch
    from gepa.core.state import GEPAState

AT_ONCE = 3
"""Meetings of train whose mistakes are looked at together."""

IDLE = 12
"""Rounds in a row without a new question after which a search has nothing left to try."""

SYSTEM = "system"
"""Name of the one text that is searched for."""


@dataclass(frozen=True)
class Candidate:
    """A draft that was read on all of dev.

    Attributes:
        number: In order; 0 is the start.
        parent: The one it was made from; None for the start.
        draft: The prompt file.
        dev: What came of it.
        example: Whether it differs from its parent by a worked example.
    """

    number: int
    parent: int | None
    draft: Draft
    dev: tuple[Tried, ...]
    example: bool = False

    @property
    def score(self) -> float:
        """Mean over the meetings of dev."""
        return sum(tried.score for tried in self.dev) / len(self.dev)


@dataclass
class Search:
    """One language's search, filled while it runs.

    Attributes:
        language: Whose system part is edited.
        start: The prompt before.
        train: Meetings whose mistakes are looked at.
        dev: Meetings that decide.
        trial: Reads them.
        reflector: Proposes edits.
        budget: What may be asked.
        seed: Of the choice of parents and meetings.
        tell: Told in a line what happened.
        found: Candidates so far, the start first.
        proposed: How many drafts were proposed.
    """

    language: Language
    start: Draft
    train: Sequence[Case]
    dev: Sequence[Case]
    trial: Trial
    reflector: Reflector
    budget: Budget
    seed: int
    tell: Callable[[str], None]
    found: list[Candidate] = field(default_factory=list[Candidate])
    proposed: int = 0

    @property
    def best(self) -> Candidate:
        """The highest score; of equals the one found first."""
        return max(self.found, key=lambda c: c.score)

    def try_on_dev(self, draft: Draft, parent: int | None, *, example: bool = False) -> Candidate:
        """Reads all of dev with a draft and remembers it.

        Raises:
            BudgetSpent: Not all of dev could be read.
        """
        candidate = Candidate(len(self.found), parent, draft, self.trial.read(draft, self.dev), example)
        self.found.append(candidate)
        came = "" if parent is None else f" (from {parent}: {self.found[parent].score:.3f})"
        self.tell(f"{self.language}: draft {candidate.number} scores {candidate.score:.3f} on dev{came}")
        return candidate

    def run(self) -> None:
        """Searches until the allowed share of the budget is used or nothing new comes.

        Raises:
            BackendError: A model does not answer, or gepa is not installed.
        """
        rounds = _Rounds(self)
        with suppress(BudgetSpent):
            _optimize()(
                seed_candidate={SYSTEM: self.start.system(self.language)},
                trainset=list(self.train),
                valset=list(self.dev),
                adapter=rounds,
                custom_candidate_proposer=rounds.propose,
                reflection_minibatch_size=min(AT_ONCE, len(self.train)),
                stop_callbacks=rounds.over,
                callbacks=[rounds],
                logger=rounds,
                track_best_outputs=False,
                seed=random.Random(f"{self.seed} {self.language}").getrandbits(32),
            )
        if rounds.failed is not None:
            raise rounds.failed


class _Rounds:
    """What gepa asks for in its rounds: drafts tried, mistakes told, edits proposed, and whether to stop.

    gepa keeps no checkpoint here: its own is a pickle without the state of its random numbers. A search that is
    begun again runs through the same rounds, and every answer is kept.
    """

    propose_new_texts = None

    def __init__(self, search: Search) -> None:
        self._search = search
        self._calls, self._idle = -1, 0
        self._numbers: dict[int, int] = {}
        self._proposed = {search.start.system(search.language)}
        self.failed: BackendError | None = None

    def evaluate(
        self, batch: list[Case], candidate: dict[str, str], capture_traces: bool = False
    ) -> "EvaluationBatch[Tried, Tried]":
        """Scores of meetings read with a draft."""
        from gepa.core.adapter import EvaluationBatch

        tried = list(self._search.trial.read(self._draft(candidate), batch))
        traces = tried if capture_traces else None
        return EvaluationBatch(outputs=tried, scores=[t.score for t in tried], trajectories=traces)

    def make_reflective_dataset(
        self,
        candidate: dict[str, str],
        eval_batch: "EvaluationBatch[Tried, Tried]",
        components_to_update: list[str],
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The mistakes made with a draft, meeting by meeting."""
        del candidate
        told = [{"feedback": feedback(t.minutes, t.case, t.score)} for t in eval_batch.trajectories or ()]
        return dict.fromkeys(components_to_update, told)

    def propose(
        self,
        candidate: dict[str, str],
        reflective_dataset: Mapping[str, Sequence[Mapping[str, Any]]],
        components_to_update: list[str],
    ) -> dict[str, str]:
        """The draft with edits, or nothing where there are none to be had."""
        del components_to_update
        told = [str(row["feedback"]) for row in reflective_dataset[SYSTEM]]
        try:
            edited = self._search.reflector.edited(candidate[SYSTEM], told)
        except BudgetSpent:
            return {}
        except Unanswered as error:
            self.failed = BackendError(f"{error.detail} The same command goes on from here.")
            return {}
        except BackendError as error:
            # gepa would ask again; it is told to stop instead.
            self.failed = error
            return {}
        # What was proposed before was read before.
        if edited is None or edited in self._proposed:
            return {}
        self._proposed.add(edited)
        self._search.proposed += 1
        return {SYSTEM: edited}

    def over(self, gepa_state: "GEPAState[Any, Any]") -> bool:
        """Whether to stop: the budget is used, a model failed, or nothing new was asked for a while."""
        del gepa_state
        calls = self._search.budget.calls
        self._idle = self._idle + 1 if calls == self._calls else 0
        self._calls = calls
        return self.failed is not None or self._search.budget.exhausted or self._idle >= IDLE

    def on_valset_evaluated(self, event: Mapping[str, Any]) -> None:
        """Remembers a draft that was read on all of dev."""
        parents = [self._numbers[at] for at in event["parent_ids"] if at is not None]
        draft = self._draft(event["candidate"])
        made = self._search.try_on_dev(draft, parents[0] if parents else None)
        self._numbers[event["candidate_idx"]] = made.number

    def log(self, message: str) -> None:
        """Told by gepa what it does; the report says what came of it."""

    def _draft(self, candidate: Mapping[str, str]) -> Draft:
        search = self._search
        if candidate[SYSTEM] == search.start.system(search.language):
            return search.start
        return search.start.with_system(search.language, candidate[SYSTEM])


def _optimize() -> Callable[..., object]:
    """The entry of gepa, which is not wholly typed; it is loaded for a search alone."""
    if find_spec("gepa") is None:
        raise BackendError("Tuning needs a package that is not installed: pip install 'lihui[tune]'")
    return cast(Callable[..., object], import_module("gepa.api").optimize)

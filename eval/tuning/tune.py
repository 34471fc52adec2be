"""A better reading prompt: both languages searched one after the other, then worked examples tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bootstrap import Interval, by_series, paired_intervals
from eval.cases import Case, load_cases
from eval.scorers.counts import Rate
from eval.suites import chosen_cases, suite
from eval.tuning.budget import Budget, BudgetSpent
from eval.tuning.drafts import Draft, draft_of
from eval.tuning.examples import examples
from eval.tuning.kept import KeptModel
from eval.tuning.reflecting import Reflector
from eval.tuning.search import Candidate, Search
from eval.tuning.trying import Trial, Tried
from pipeline.errors import InputError, UsageError
from pipeline.limits import Limits
from pipeline.prompt import PROMPTS, Prompt, find_prompt
from pipeline.protocols import LanguageModel
from pipeline.transcript import Language

TASKS = ("read",)
"""Prompts that the scorers can judge."""

FOR_EXAMPLES = 0.15
"""Share of a language's budget that is kept for trying worked examples."""

MOST_EXAMPLES = 3
"""Worked examples that are tried."""

LEAST_GAIN = 0.01
"""What a worked example must add on dev: it makes every question longer."""


@dataclass(frozen=True)
class Wanted:
    """What is to be tuned, by what, within which bounds.

    Attributes:
        task: Of ``TASKS``.
        languages: In the order in which they are searched.
        train: Name of a suite, or a folder of cases.
        dev: Likewise.
        calls: Questions in all.
        tokens: In and out in all; None for no limit.
        seed: Of all choices.
        prompts: By task, the version or file used instead of the active one: ``read`` is the start.
        redact: Whether phone numbers and the like are replaced before they leave.
    """

    task: str
    languages: tuple[Language, ...]
    train: str
    dev: str
    calls: int
    tokens: int | None
    seed: int
    prompts: Mapping[str, str]
    redact: bool


@dataclass(frozen=True)
class Tuned:
    """What came of a language's search.

    Attributes:
        language: The language.
        start: The prompt before, read on dev.
        best: The best draft; the start where none was better.
        found: All drafts that were read on dev.
        proposed: How many were proposed.
        gain: How much better the best is, by chance alone (95 %); None where dev has fewer than two series.
    """

    language: Language
    start: Candidate
    best: Candidate
    found: tuple[Candidate, ...]
    proposed: int
    gain: Interval | None


@dataclass(frozen=True)
class Outcome:
    """The prompt before, the best draft over all languages, and what came of each language."""

    start: Draft
    parent: Prompt
    best: Draft
    languages: tuple[Tuned, ...]


def tune(
    wanted: Wanted,
    reader: LanguageModel,
    reflecting: LanguageModel,
    limits: Limits,
    folder: Path,
    budget: Budget,
    tell: Callable[[str], None],
) -> Outcome:
    """Searches; all that is asked is kept in ``folder``, and the same call goes on where it was stopped.

    Raises:
        UsageError: There is no such task, suite or prompt, or a suite may not be looked at.
        InputError: The cases do not do.
        BackendError: A model does not answer.
    """
    if wanted.task not in TASKS:
        raise UsageError(
            f"“{wanted.task}” cannot be tuned: there is no measure for it. {', '.join(TASKS)} can."
        )
    train, dev = sample_meetings(wanted.train, wanted.dev)
    prompt = find_prompt(wanted.task, wanted.prompts)
    start = draft = draft_of(prompt, _file(wanted, prompt.version))
    asks = KeptModel(reader, folder / "answers", budget)
    reflects = KeptModel(reflecting, folder / "answers", budget)
    trial = Trial(asks, limits, folder / "drafts", redact=wanted.redact)
    tuned: list[Tuned] = []
    for at, language in enumerate(wanted.languages):
        search = Search(
            language,
            draft,
            _of(language, train, "train"),
            _of(language, dev, "dev"),
            trial,
            Reflector(
                reflects,
                limits,
                find_prompt("reflect", wanted.prompts),
                find_prompt("repair", wanted.prompts),
                start=start.system(language),
                language=language,
            ),
            budget,
            wanted.seed,
            tell,
        )
        done = _tuned(search, 1 / (len(wanted.languages) - at))
        tuned.append(done)
        draft = done.best.draft
    return Outcome(start, prompt, draft, tuple(tuned))


def sample_meetings(train: str, dev: str) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """The meetings of both suites, or folders.

    Raises:
        UsageError: One of them is the test suite, or holds a meeting of it.
        InputError: A series is in both.
    """
    kept_back = set(suite("test"))
    for name in (train, dev):
        ids = _folders(name)
        if name in ("test", "all") or kept_back & ids:
            raise UsageError(
                f"“{name}” holds meetings of the test suite, which tells how good a prompt is only as long as none "
                "was chosen by it: take train and dev."
            )
    chosen = tuple(_cases(name) for name in (train, dev))
    shared = {c.series for c in chosen[0]} & {c.series for c in chosen[1]}
    if shared:
        raise InputError(f"{train} and {dev} share series: {', '.join(sorted(shared))}.")
    return chosen[0], chosen[1]


def gain(before: Sequence[Tried], after: Sequence[Tried]) -> Interval | None:
    """The difference of two mean scores over the same meetings, drawn by series."""
    sums = (
        by_series((t.case.series, {"score": Rate(t.score, 1)}) for t in tried) for tried in (before, after)
    )
    return paired_intervals(*sums).get("score")


def _tuned(search: Search, share: float) -> Tuned:
    """Runs a search within its share of the budget: first edits, then worked examples."""
    budget = search.budget
    left = budget.most_calls - budget.calls
    budget.allow(share * (1 - FOR_EXAMPLES))
    allowed = budget.left
    search.run()
    if not search.found:
        raise InputError(
            f"The budget is too small: the search in {search.language} may use {allowed} calls of it, and reading "
            f"its {len(search.dev)} meetings of dev but once takes more, or more tokens."
        )
    budget.allow(_rest(budget, left, share))
    start, best = search.found[0], _with_example(search)
    return Tuned(
        search.language, start, best, tuple(search.found), search.proposed, gain(start.dev, best.dev)
    )


def _rest(budget: Budget, left: int, share: float) -> float:
    """What a language has not used of its share, as a share of what is left now."""
    used = budget.calls - (budget.most_calls - left)
    now = budget.most_calls - budget.calls
    return min(1.0, max(0.0, share * left - used) / now) if now else 0.0


def _with_example(search: Search) -> Candidate:
    """The best draft, or the one with a worked example after it, where that helps enough on dev."""
    best = found = search.best
    system = best.draft.system(search.language)
    for text in examples(search.train, search.trial.model.count, MOST_EXAMPLES):
        try:
            draft = best.draft.with_system(search.language, f"{system}\n\n{text}")
            made = search.try_on_dev(draft, best.number, example=True)
        except BudgetSpent:
            break
        if made.score > max(found.score, best.score + LEAST_GAIN):
            found = made
    return found


def _of(language: Language, cases: Sequence[Case], name: str) -> tuple[Case, ...]:
    chosen = tuple(case for case in cases if case.transcript.language == language)
    if not chosen:
        raise InputError(f"{name} has no meeting in {language}: choose the other language.")
    return chosen


def _folders(name: str) -> set[str]:
    """Ids of the cases, before any of them is opened."""
    folder = Path(name)
    return {path.parent.name for path in folder.glob("*/case.json")} if folder.is_dir() else set(suite(name))


def _cases(name: str) -> tuple[Case, ...]:
    folder = Path(name)
    return tuple(load_cases(folder)) if folder.is_dir() else chosen_cases(name)


def _file(wanted: Wanted, version: str) -> Path:
    chosen = wanted.prompts.get(wanted.task, "")
    return Path(chosen) if chosen.endswith(".md") else PROMPTS / wanted.task / f"{version}.md"

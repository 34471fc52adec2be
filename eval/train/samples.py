"""Samples for the rules scribe's models, drawn from annotated meetings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.cases import Case
from eval.scorers.matching import plain_value
from pipeline.quantities import Quantity, find_quantities
from pipeline.scribes.rules.deadlines import candidates, deadline_features
from pipeline.scribes.rules.features import line_features
from pipeline.scribes.rules.figures import figure_features, names_target
from pipeline.scribes.rules.lines import Line, read_lines
from pipeline.scribes.rules.spans import span_features
from pipeline.scribes.rules.wording import tokens
from pipeline.scribes.rules.words import words_of

FIELDS = ("actions", "decisions", "issues", "feedback")
Sample = tuple[frozenset[str], str]


@dataclass(frozen=True)
class Lesson:
    """A case with its lines read once, as every model needs them."""

    case: Case

    @property
    def series(self) -> str:
        """What is kept together when some meetings are held back."""
        return self.case.meeting.series or self.case.id

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The transcript cut into lines."""
        return read_lines(self.case.transcript)

    @cached_property
    def span_features(self) -> tuple[frozenset[str], ...]:
        """Features of every utterance for the span models; the same for every field."""
        return tuple(frozenset(span_features(self.lines, at)) for at in range(len(self.lines)))

    def items(self, field: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Text and evidence of the gold items of a field, those with evidence."""
        gold = self.case.gold
        found: dict[str, list[tuple[str, tuple[int, ...]]]] = {
            "actions": [(a.task, a.evidence) for a in gold.actions],
            "decisions": [(d.text, d.evidence) for d in gold.decisions],
            "issues": [(i.problem, i.evidence) for i in gold.issues],
            "feedback": [(f.text, f.evidence) for f in gold.feedback],
        }
        return tuple((text, evidence) for text, evidence in found[field] if evidence)


def kind_samples(lesson: Lesson) -> Iterator[Sample]:
    """One an utterance: its section."""
    for at, kind in enumerate(lesson.case.gold.kinds):
        yield frozenset(line_features(lesson.lines, at)), kind


def span_samples(lesson: Lesson, field: str) -> Iterator[Sample]:
    """One an utterance: whether it begins an item of the field (B), goes on with one (I) or neither (O)."""
    items = lesson.items(field)
    begins = {min(evidence) for _, evidence in items}
    inside = {u for _, evidence in items for u in evidence} - begins
    for at in range(len(lesson.lines)):
        name = "B" if at in begins else "I" if at in inside else "O"
        yield lesson.span_features[at], name


def word_samples(lesson: Lesson, field: str) -> Iterator[Sample]:
    """One a word around an item: whether the secretary wrote it down."""
    language = lesson.case.transcript.language
    for text, evidence in lesson.items(field):
        written = {w.casefold() for w, _ in words_of(text, language)}
        for token in tokens(lesson.lines, evidence, lesson.case.meeting.participants):
            word = token.word.casefold()
            there = word in text.casefold() if language == "zh" else word in written
            counts = there and word[0].isalnum() and word not in ("的", "了")
            yield frozenset(token.features), "yes" if counts else "no"


def figure_samples(lesson: Lesson) -> Iterator[Sample]:
    """One a figure: a KPI's value, its change, its target, or something else."""
    gold: dict[int, list[tuple[str, str | None]]] = {}
    for kpi in lesson.case.gold.kpis:
        for utterance in kpi.evidence:
            gold.setdefault(utterance, []).append((kpi.value, kpi.change))
    for at, line in enumerate(lesson.lines):
        figures = find_quantities(line.text)
        for index in range(len(figures)):
            name = _figure_class(line, figures, index, gold.get(at, []))
            yield frozenset(figure_features(lesson.lines, at, figures, index)), name


def _figure_class(
    line: Line, figures: Sequence[Quantity], index: int, gold: Sequence[tuple[str, str | None]]
) -> str:
    figure = figures[index]
    for value, change in gold:
        if plain_value(figure.text) == plain_value(value) or figure.value == _digits(value):
            return "value"
        if change is not None and figure.value == _digits(change):
            return "change"
    return "target" if gold and names_target(line, figures, index) else "other"


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit() or c == ".")


def deadline_samples(lesson: Lesson, begins: Sequence[float]) -> Iterator[Sample]:
    """One a date phrase near a gold action: whether it is the action's deadline.

    Args:
        lesson: The meeting.
        begins: For every utterance the probability that an action begins there.
    """
    for action in lesson.case.gold.actions:
        if not action.evidence:
            continue
        found = candidates(lesson.lines, min(action.evidence), lesson.case.meeting.held_on)
        for candidate in found:
            due = candidate.due
            same_day = action.due is not None and due.on == action.due
            heard = action.due is None and action.due_phrase is not None
            same_words = heard and (due.phrase or "?") in (action.due_phrase or "")
            features = deadline_features(lesson.lines, action.evidence, candidate, found, begins)
            yield frozenset(features), "yes" if same_day or same_words else "no"

"""Samples for the rules scribe's models, drawn from annotated meetings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from eval.cases import Case, GoldAction
from eval.scorers.matching import plain_value
from pipeline.dates import DuePhrase
from pipeline.quantities import Quantity, find_quantities
from pipeline.scribes.rules.features import line_features, without_position
from pipeline.scribes.rules.figures import figure_features, names_target
from pipeline.scribes.rules.joining import join_features, near, neighbours
from pipeline.scribes.rules.lines import Line, read_lines
from pipeline.scribes.rules.said_dates import Talk, candidates, deadline_features
from pipeline.scribes.rules.spans import Span, span_features
from pipeline.scribes.rules.tokens import Token, tokens
from pipeline.scribes.rules.words import words_of

FIELDS = ("actions", "decisions", "issues", "feedback")
MAY_BEGIN = 0.05
"""Probability from which on an action might be taken to begin in the middle of another."""

ANNOTATED = 0.8
"""How sure an annotated action counts as found."""

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
        found = (frozenset(span_features(self.lines, at)) for at in range(len(self.lines)))
        return tuple(without_position(features) if self.is_fragment else features for features in found)

    @property
    def is_fragment(self) -> bool:
        """Whether it is a short stretch of talk without section labels."""
        return not self.case.gold.sections

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
        around = [None, *tokens(lesson.lines, evidence, lesson.case.meeting.participants), None]
        written = {w.casefold() for w, _ in words_of(text, language)}
        for before, token, after in zip(around, around[1:], around[2:], strict=False):
            if token is None:
                continue
            if language == "zh":
                there = _written_in_chinese(before, token, after, text.casefold())
            else:
                there = token.word.casefold() in written
            yield frozenset(token.features), "yes" if there and token.word[0].isalnum() else "no"


def _written_in_chinese(before: Token | None, token: Token, after: Token | None, text: str) -> bool:
    """Whether half of a word's bigrams stand in the text; a single character needs its neighbour or is a content word.

    Words are cut differently in another sentence, and a single character is found in it by chance.
    """
    word = token.word.casefold()
    if len(word) > 1:
        pairs = [word[i : i + 2] for i in range(len(word) - 1)]
        return 2 * sum(pair in text for pair in pairs) >= len(pairs)
    place = (token.line, token.clause)
    if before is not None and (before.line, before.clause) == place and before.word[-1] + word in text:
        return True
    if after is not None and (after.line, after.clause) == place and word + after.word[0] in text:
        return True
    return word in text and bool({"tag1:n", "tag1:v"}.intersection(token.features))


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


def join_samples(lesson: Lesson, begins: Sequence[float], spans: Sequence[Span]) -> Iterator[Sample]:
    """One for two stretches of talk that follow on each other: whether they are one action.

    There are the stretches that a model finds in the meeting without having learnt from it, annotated actions cut in
    two where another might begin, and annotated actions that follow on each other.
    """
    actions = [action.evidence for action in lesson.case.gold.actions if action.evidence]
    pairs = [*_found_pairs(actions, spans), *_annotated_pairs(actions, begins)]
    for first, second, one in pairs:
        yield frozenset(join_features(lesson.lines, first, second, begins)), "yes" if one else "no"


def _found_pairs(
    actions: Sequence[tuple[int, ...]], spans: Sequence[Span]
) -> Iterator[tuple[Span, Span, bool]]:
    for first, second in neighbours(spans):
        before, after = ({a for a in actions if set(a) & set(span.ids)} for span in (first, second))
        if before and after:
            yield first, second, after <= before


def _annotated_pairs(
    actions: Sequence[tuple[int, ...]], begins: Sequence[float]
) -> Iterator[tuple[Span, Span, bool]]:
    for ids in actions:
        for at in range(1, len(ids)):
            first, second = Span(ids[:at], ANNOTATED), Span(ids[at:], ANNOTATED)
            if begins[ids[at]] >= MAY_BEGIN and near(first, second):
                yield first, second, True
    for one, other in pairwise(sorted(set(actions), key=min)):
        rest = tuple(sorted(set(other) - set(one)))
        if rest and rest[0] > max(one) and near(Span(one, ANNOTATED), Span(rest, ANNOTATED)):
            yield Span(one, ANNOTATED), Span(rest, ANNOTATED), False


def deadline_samples(lesson: Lesson, begins: Sequence[float], spans: Sequence[Span]) -> Iterator[Sample]:
    """One a date phrase near an action: whether it is the action's deadline.

    Every action is there as it is annotated, and once more as its utterances are found: cut short, or running on
    into the next one.

    Args:
        lesson: The meeting.
        begins: For every utterance the probability that an action begins there.
        spans: The actions that a model finds in it without having learnt from it.
    """
    actions = [action for action in lesson.case.gold.actions if action.evidence]
    annotated = Talk(lesson.lines, begins, tuple(action.evidence for action in actions))
    found = Talk(lesson.lines, begins, tuple(span.ids for span in spans))
    for action in actions:
        yield from _date_samples(lesson, annotated, action.evidence, action)
        ids = max(found.actions, key=lambda ids: len(set(ids) & set(action.evidence)), default=())
        if set(ids) & set(action.evidence):
            yield from _date_samples(lesson, found, ids, action)


def _date_samples(lesson: Lesson, talk: Talk, ids: tuple[int, ...], action: GoldAction) -> Iterator[Sample]:
    near = candidates(lesson.lines, ids, lesson.case.meeting)
    for candidate in near:
        name = "yes" if _is_deadline(candidate.due, action) else "no"
        yield frozenset(deadline_features(talk, ids, candidate, near)), name


def _is_deadline(due: DuePhrase, action: GoldAction) -> bool:
    if action.due is not None:
        return due.on == action.due
    if action.due_phrase is None or due.phrase is None:
        return False
    return due.phrase in action.due_phrase or action.due_phrase in due.phrase

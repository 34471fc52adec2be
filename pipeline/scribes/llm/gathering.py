"""What was found so far, window by window: new items are added, earlier ones changed, repeated ones joined."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import log
from typing import TypeVar

from pipeline.meeting import Meeting
from pipeline.minutes import (
    KINDS,
    Action,
    CarryOver,
    Decision,
    Feedback,
    Issue,
    Kind,
    Kpi,
    Point,
    Reading,
    Remark,
    Report,
)
from pipeline.people.overlap import shared_words
from pipeline.quoting import pieces
from pipeline.scribes.llm.answers import Change, Found, WindowAnswer
from pipeline.scribes.llm.rows import (
    Proof,
    action_of,
    carry_over_of,
    changed,
    decision_of,
    feedback_of,
    issue_of,
    kpi_of,
    point_of,
    proof_of,
    remark_of,
    report_of,
    united,
)
from pipeline.transcript import Language, Transcript

Item = TypeVar("Item", Action, Decision, Issue)

SAME = 0.6
"""Share of words from which on two items with common evidence are one."""


@dataclass
class Gathered:
    """The items of all windows so far.

    Args:
        transcript: Where the quotes are looked up.
        meeting: Its open items are followed up.
    """

    transcript: Transcript
    meeting: Meeting
    kinds: list[Kind | None] = field(init=False)
    purpose: Point | None = None
    decisions: dict[str, Decision] = field(default_factory=dict[str, Decision])
    actions: dict[str, Action] = field(default_factory=dict[str, Action])
    issues: dict[str, Issue] = field(default_factory=dict[str, Issue])
    kpis: list[Kpi] = field(default_factory=list[Kpi])
    feedback: list[Feedback] = field(default_factory=list[Feedback])
    reports: list[Report] = field(default_factory=list[Report])
    remarks: list[Remark] = field(default_factory=list[Remark])
    points: list[tuple[Kind, Point]] = field(default_factory=list[tuple[Kind, Point]])
    carried: dict[str, CarryOver] = field(default_factory=dict[str, CarryOver])
    given: Counter[str] = field(default_factory=Counter[str])
    spread: Counter[str] = field(init=False)

    @property
    def language(self) -> Language:
        """Of the meeting."""
        return self.meeting.language or self.transcript.language

    def __post_init__(self) -> None:
        self.kinds = [None] * len(self.transcript.utterances)
        self.spread = Counter(piece for u in self.transcript.utterances for piece in pieces(u.text))

    def add(self, answer: WindowAnswer, span: tuple[int, int]) -> None:
        """Takes over what a model found in the lines ``first`` to ``last`` (inclusive) of the span."""
        for stretch in answer.sections:
            first, last = max(stretch.first, span[0]), min(stretch.last, span[1])
            for at in range(first, last + 1):
                self.kinds[at] = stretch.kind
        if self.purpose is None and answer.purpose is not None:
            self.purpose = point_of(answer.purpose, self._proof(answer.purpose))
        for change in answer.changes:
            self._change(change)
        self._add_lasting(answer)
        self._add_rest(answer)

    @property
    def changeable(self) -> int:
        """How many items later lines may still change."""
        return len(self.actions) + len(self.decisions) + len(self.issues)

    def listed(self, lines: str, count: Callable[[str], int], most_tokens: int) -> str:
        """The items that later lines may still change, one a line; those that the lines speak about come first.

        Args:
            lines: What is read next.
            count: Tokens of a text.
            most_tokens: Of the list; a whole list would grow with the meeting, and its reading with the square.
        """
        near = pieces(lines)
        lasting = [
            *(f"{a.id} {a.task} | {a.due.phrase or '?'}" for a in self.actions.values()),
            *(f"{d.id} {d.text}" for d in self.decisions.values()),
        ]
        solvable = [f"{i.id} {i.problem}" for i in self.issues.values() if i.status == "open"]
        kept: list[str] = []
        for line in (*self._nearest(lasting, near), *self._nearest(solvable, near)):
            most_tokens -= count(line) + 1
            if most_tokens < 0:
                break
            kept.append(line)
        return "\n".join(kept) or "-"

    def _nearest(self, items: Sequence[str], near: set[str]) -> list[str]:
        """Items by the share of their words that are near, rare ones weighing more."""

        def share(item: str) -> float:
            weights = {piece: self._rarity(piece) for piece in pieces(item)}
            total = sum(weights.values())
            return sum(w for piece, w in weights.items() if piece in near) / total if total else 0.0

        return sorted(items, key=share, reverse=True)

    def _rarity(self, piece: str) -> float:
        return log((len(self.kinds) + 1) / self.spread[piece]) if piece in self.spread else 1.0

    def reading(self, unread: Sequence[tuple[int, int]], problems: Sequence[str]) -> Reading:
        """All of it as one reading."""
        return Reading(
            kinds=tuple(_filled(self.kinds)),
            purpose=self.purpose,
            points=tuple(self.points),
            unread=tuple(unread),
            decisions=tuple(self.decisions.values()),
            actions=tuple(self.actions.values()),
            kpis=tuple(self.kpis),
            issues=tuple(self.issues.values()),
            reports=tuple(self.reports),
            feedback=tuple(self.feedback),
            remarks=tuple(self.remarks),
            carry_over=tuple(self._followed_up()),
            problems=tuple(problems),
        )

    def _add_lasting(self, answer: WindowAnswer) -> None:
        """Items that later windows may change or repeat."""
        for found in answer.decisions:
            self._join(self.decisions, decision_of(found, self._id("d"), self._proof(found)))
        for found in answer.actions:
            self._join(self.actions, action_of(found, self._id("a"), self._proof(found), self.language))
        for found in answer.issues:
            self._join(self.issues, issue_of(found, self._id("i"), self._proof(found)))

    def _add_rest(self, answer: WindowAnswer) -> None:
        for found in answer.kpis:
            kpi = kpi_of(found, self._id("k"), self._proof(found))
            if not any(_same_figure(old, kpi) for old in self.kpis):
                self.kpis.append(kpi)
        self.feedback.extend(feedback_of(f, self._id("f"), self._proof(f)) for f in answer.feedback)
        self.reports.extend(report_of(f, self._id("r"), self._proof(f)) for f in answer.reports)
        self.remarks.extend(remark_of(f, self._id("n"), self._proof(f)) for f in answer.remarks)
        self.points.extend((f.kind, point_of(f, self._proof(f))) for f in answer.points)
        for found in answer.carry_over:
            opened = next((o for o in self.meeting.open_actions if o.id == found.id), None)
            if opened is not None:
                self.carried[opened.id] = carry_over_of(opened, found, self._proof(found))

    def _id(self, letter: str) -> str:
        """The next id of a field; one that was dropped is not given again."""
        self.given[letter] += 1
        return f"{letter}{self.given[letter]}"

    def _join(self, items: dict[str, Item], new: Item) -> None:
        """Adds an item, or puts it in the place of an earlier one that it repeats."""
        old = next((item for item in items.values() if _repeats(item, new)), None)
        if old is None:
            items[new.id] = new
            return
        update = {"id": old.id, "evidence": united(old.evidence, new.evidence)}
        items[old.id] = new.model_copy(update=update)

    def _change(self, change: Change) -> None:
        """Re-dates, hands over, drops or solves an earlier item; what is not known is left alone."""
        more = self._proof(change)
        self._forget_points(change.item)
        if (action := self.actions.get(change.item)) is not None:
            if change.change == "dropped":
                del self.actions[action.id]
                return
            self.actions[action.id] = changed(action, change, more)
        elif change.item in self.decisions and change.change == "dropped":
            del self.decisions[change.item]
        elif (issue := self.issues.get(change.item)) is not None and change.change == "resolved":
            evidence = united(issue.evidence, more)
            self.issues[issue.id] = issue.model_copy(update={"status": "resolved", "evidence": evidence})

    def _forget_points(self, item: str) -> None:
        """Drops the sentences noted where an item stood before it was changed: they tell what no longer holds."""
        changed = self.actions.get(item) or self.decisions.get(item) or self.issues.get(item)
        if changed is not None:
            ids = {e.utterance for e in changed.evidence}
            self.points = [p for p in self.points if ids.isdisjoint(e.utterance for e in p[1].evidence)]

    def _followed_up(self) -> Iterator[CarryOver]:
        for opened in self.meeting.open_actions:
            yield self.carried.get(opened.id) or carry_over_of(opened, None, ())

    def _proof(self, found: Found) -> Proof:
        return proof_of(found, self.transcript)


def _same_figure(old: Kpi, new: Kpi) -> bool:
    """Whether a figure is told again."""
    same = (old.value, old.unit) == (new.value, new.unit) and old.period in (None, new.period)
    return same and shared_words(new.metric, old.metric) >= SAME


def _repeats(old: Action | Decision | Issue, new: Action | Decision | Issue) -> bool:
    ids = {e.utterance for e in old.evidence}
    if not any(e.utterance in ids for e in new.evidence):
        return False
    texts = _text(old), _text(new)
    return max(shared_words(*texts), shared_words(*reversed(texts))) >= SAME


def _text(item: Action | Decision | Issue) -> str:
    match item:
        case Action():
            return item.task
        case Decision():
            return item.text
        case Issue():
            return item.problem


def _filled(kinds: Sequence[Kind | None]) -> Iterator[Kind]:
    """A label for every utterance: one without takes that of the talk before it, else of that after it."""
    known: list[Kind] = [kind for kind in kinds if kind is not None]
    last = known[0] if known else KINDS[0]
    for kind in kinds:
        last = kind or last
        yield last

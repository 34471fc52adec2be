"""Is the quote really there, and does it carry the claim? What does not hold leaves the minutes."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal, TypeVar

from pipeline.meeting import Meeting
from pipeline.minutes import (
    Action,
    CarryOver,
    Decision,
    Evidence,
    Feedback,
    Issue,
    Kind,
    Kpi,
    Point,
    Reading,
    Remark,
    Report,
    Unverified,
)
from pipeline.minutes import Support as Verdict
from pipeline.quoting import find_verbatim
from pipeline.stages.support import SUBJECT, Claim, Support, missing_figures, to_a_program
from pipeline.transcript import Language, Transcript

Item = TypeVar("Item", Action, Decision, Feedback, Issue, Kpi, Remark, Report)
Field = Literal[
    "decisions", "actions", "kpis", "issues", "reports", "feedback", "remarks", "points", "purpose"
]


class _Lost(Exception):  # noqa: N818 - why an item cannot be shown
    """An item whose evidence does not hold."""


def ground(reading: Reading, transcript: Transcript, meeting: Meeting) -> Reading:
    """Keeps the items whose quotes stand in the transcript and carry the claim; the rest is ``unverified``.

    Every quote is replaced by the verbatim stretch it was found at, with its seconds. ``support`` is set here
    alone: ``quoted`` when the quotes hold all of the claim, ``near`` when the rest stands beside them.
    """
    check = _Check(transcript, meeting)
    return reading.model_copy(
        update={
            "purpose": check.purpose(reading.purpose),
            "points": check.points(reading.points),
            "decisions": check.keep("decisions", reading.decisions),
            "actions": check.keep("actions", reading.actions),
            "kpis": check.keep("kpis", tuple(map(check.pruned_kpi, reading.kpis))),
            "issues": check.keep("issues", tuple(map(check.pruned_issue, reading.issues))),
            "reports": check.keep("reports", reading.reports),
            "feedback": check.keep("feedback", reading.feedback),
            "remarks": check.keep("remarks", reading.remarks),
            "carry_over": tuple(map(check.carried, reading.carry_over)),
            "unverified": (*reading.unverified, *check.lost),
        }
    )


class _Check:
    """Grounds the items of one meeting and collects what is lost."""

    def __init__(self, transcript: Transcript, meeting: Meeting) -> None:
        self.transcript = transcript
        self.say = _messages(meeting.language or transcript.language)
        self.support = Support(transcript, meeting.participants)
        self.lost: list[Unverified] = []

    def keep(self, field: Field, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """The items that hold, with their evidence and support."""
        kept: list[Item] = []
        for item in items:
            try:
                evidence, support = self.proven(claim_of(item), item.evidence)
            except _Lost as why:
                self.leave_out(field, claim_of(item).text, str(why), item.evidence)
            else:
                kept.append(item.model_copy(update={"evidence": evidence, "support": support}))
        return tuple(kept)

    def points(self, points: tuple[tuple[Kind, Point], ...]) -> tuple[tuple[Kind, Point], ...]:
        """The points of the sections that hold."""
        kept: list[tuple[Kind, Point]] = []
        for kind, point in points:
            if (held := self.point("points", point)) is not None:
                kept.append((kind, held))
        return tuple(kept)

    def purpose(self, purpose: Point | None) -> Point | None:
        """The purpose, if it holds; one without evidence was put together from all of the opening.

        It sums up the opening in other words: its quote and figures must hold, its subject is the meeting.
        """
        return self.point("purpose", purpose, about=False) if purpose and purpose.evidence else purpose

    def point(self, field: Field, point: Point, *, about: bool = True) -> Point | None:
        """One sentence, if it holds."""
        try:
            evidence, _ = self.proven(Claim(point.text, about=about), point.evidence)
        except _Lost as why:
            self.leave_out(field, point.text, str(why), point.evidence)
            return None
        return point.model_copy(update={"evidence": evidence})

    def carried(self, item: CarryOver) -> CarryOver:
        """An item of last time stays in the list whatever happens; without proof nobody mentioned it."""
        evidence = self.found(item.evidence)
        if evidence or item.status == "not_mentioned":
            return item.model_copy(update={"evidence": evidence})
        unproven = {"evidence": (), "status": "not_mentioned", "new_due": None, "new_due_phrase": None}
        return item.model_copy(update={**unproven, "slips": item.slips - (item.status == "redated")})

    def pruned_kpi(self, kpi: Kpi) -> Kpi:
        """A figure without a change or target that was not said."""
        words = self.words(kpi.evidence)
        wrong = [
            name for name in ("change", "target") if any(missing_figures([getattr(kpi, name) or ""], words))
        ]
        return kpi.model_copy(update=dict.fromkeys(wrong)) if wrong else kpi

    def pruned_issue(self, issue: Issue) -> Issue:
        """A problem without a solution whose figures were not said."""
        unsaid = issue.solution and any(missing_figures([issue.solution], self.words(issue.evidence)))
        return issue.model_copy(update={"solution": None}) if unsaid else issue

    def proven(self, claim: Claim, given: tuple[Evidence, ...]) -> tuple[tuple[Evidence, ...], Verdict]:
        """The evidence that stands, and how well it carries the claim.

        Raises:
            _Lost: It does not.
        """
        evidence = self.found(given)
        if not evidence:
            raise _Lost(self.say["no_quote"])
        if all(to_a_program(self.transcript.utterances[e.utterance].text) for e in evidence):
            raise _Lost(self.say["to_a_program"])
        quoted = frozenset(e.utterance for e in evidence)
        if not any(self.support.missing(claim, quoted)):
            return evidence, "quoted"
        if missing := list(self.support.missing(claim, self.support.around(quoted), topic=True)):
            parts = (self.say["subject"] if part == SUBJECT else part for part in missing)
            raise _Lost(self.say["missing"].format(parts=self.say["separator"].join(parts)))
        return evidence, "near"

    def found(self, given: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
        """Each piece of evidence with the verbatim stretch and its seconds; those that stand nowhere are left out."""
        kept: list[Evidence] = []
        for evidence in given:
            if not 0 <= evidence.utterance < len(self.transcript.utterances):
                continue
            said = self.transcript.utterances[evidence.utterance]
            if (stretch := find_verbatim(evidence.quote, said.text)) is not None:
                quote = said.text[stretch[0] : stretch[1]]
                kept.append(Evidence(utterance=said.id, quote=quote, start=said.start, end=said.end))
        return tuple(kept)

    def words(self, evidence: tuple[Evidence, ...]) -> str:
        """What was said at the evidence and beside it."""
        ids = self.support.around(e.utterance for e in self.found(evidence))
        return " ".join(self.transcript.utterances[i].text for i in sorted(ids))

    def leave_out(self, field: Field, text: str, reason: str, evidence: tuple[Evidence, ...]) -> None:
        """Sets an item apart with the reason."""
        self.lost.append(Unverified(field=field, text=text, reason=reason, evidence=evidence))


def claim_of(item: Action | Decision | Issue | Kpi | Remark | Report | Feedback) -> Claim:
    """What the quotes of an item must carry."""
    match item:
        case Action():
            return Claim(item.task)
        case Kpi():
            figures = tuple(text for text in (item.change, item.target) if text)
            return Claim(f"{item.metric} {item.value}", figures, about=False)
        case Issue():
            return Claim(item.problem)
        case Report():
            return Claim(" ".join((*item.done, *item.problems, *item.next)))
        case Decision() | Feedback() | Remark():
            return Claim(item.text)


@cache
def _messages(language: Language) -> dict[str, str]:
    source = resources.files("pipeline.stages") / "ground.toml"
    return tomllib.loads(source.read_text("utf-8"))[language]

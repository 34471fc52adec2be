"""Is the quote really there, and does it carry the claim? What does not hold leaves the minutes."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipeline.meeting import Meeting
from pipeline.minutes import (
    Action,
    CarryOver,
    Decision,
    Evidence,
    Feedback,
    Issue,
    Kpi,
    Reading,
    Remark,
    Report,
    Support,
    Unverified,
)
from pipeline.quantities import find_quantities
from pipeline.transcript import Transcript

Claim = TypeVar("Claim", Action, Decision, Feedback, Issue, Kpi, Remark, Report)

NEAR = 2
"""Utterances around a quote in which what the quote lacks may stand."""

LEAST_SHARED = 0.25
"""Least share of a claim's bigrams (zh) or words (en) that its quotes and what is beside them must contain."""


@dataclass(frozen=True)
class Lost:
    """Why an item cannot be shown."""

    reason: str


def ground(reading: Reading, transcript: Transcript, meeting: Meeting) -> Reading:
    """Keeps the items whose quotes stand in the transcript and carry the claim; the rest is ``unverified``.

    Every quote is replaced by the verbatim stretch it was found at, with its seconds. ``support`` is set here
    alone: ``quoted`` when the quotes hold all of the claim, ``near`` when the rest stands beside them.
    """
    lost: list[Unverified] = []
    check = _Check(transcript, frozenset(n for p in meeting.participants for n in (p.name, *p.aliases)))
    grounded = reading.model_copy(
        update={
            "decisions": check.keep("decisions", reading.decisions, lost),
            "actions": check.keep("actions", reading.actions, lost),
            "kpis": check.keep("kpis", reading.kpis, lost),
            "issues": check.keep("issues", reading.issues, lost),
            "reports": check.keep("reports", reading.reports, lost),
            "feedback": check.keep("feedback", reading.feedback, lost),
            "remarks": check.keep("remarks", reading.remarks, lost),
            "carry_over": tuple(check.carried(item) for item in reading.carry_over),
        }
    )
    return grounded.model_copy(update={"unverified": (*reading.unverified, *lost)})


@dataclass(frozen=True)
class _Check:
    transcript: Transcript
    names: frozenset[str]

    def keep(
        self,
        field: Literal["decisions", "actions", "kpis", "issues", "reports", "feedback", "remarks"],
        items: tuple[Claim, ...],
        lost: list[Unverified],
    ) -> tuple[Claim, ...]:
        kept: list[Claim] = []
        for item in items:
            evidence = tuple(found for e in item.evidence if (found := self.found(e)) is not None)
            verdict = self.verdict(item, evidence)
            if isinstance(verdict, Lost):
                text, reason = claim_text(item), verdict.reason
                lost.append(Unverified(field=field, text=text, reason=reason, evidence=item.evidence))
            else:
                kept.append(item.model_copy(update={"evidence": evidence, "support": verdict}))
        return tuple(kept)

    def carried(self, item: CarryOver) -> CarryOver:
        """An item of last time stays in the list whatever happens; without proof nobody mentioned it."""
        evidence = tuple(found for e in item.evidence if (found := self.found(e)) is not None)
        if evidence or item.status == "not_mentioned":
            return item.model_copy(update={"evidence": evidence})
        return item.model_copy(update={"evidence": (), "status": "not_mentioned", "new_due": None})

    def found(self, evidence: Evidence) -> Evidence | None:
        """The evidence with the verbatim stretch and its seconds, or None where it is not there."""
        if not 0 <= evidence.utterance < len(self.transcript.utterances):
            return None
        utterance = self.transcript.utterances[evidence.utterance]
        stretch = find_verbatim(evidence.quote, utterance.text)
        if stretch is None:
            return None
        quote = utterance.text[stretch[0] : stretch[1]]
        return Evidence(utterance=utterance.id, quote=quote, start=utterance.start, end=utterance.end)

    def verdict(self, item: Claim, evidence: tuple[Evidence, ...]) -> Support | Lost:
        """Whether the quotes carry the claim."""
        if not evidence:
            return Lost("no quote of it stands in the transcript")
        claim, quotes = claim_text(item), " ".join(e.quote for e in evidence)
        around = " ".join(self.around(evidence))
        for words, support in ((quotes, "quoted"), (around, "near")):
            if not (missing := list(self.missing(claim, words))):
                return "quoted" if support == "quoted" else "near"
        return Lost(f"not in the quoted lines: {', '.join(missing)}")

    def missing(self, claim: str, words: str) -> Iterator[str]:
        """Numbers and names of the claim that the words lack; the claim's subject where it is another one."""
        said = {q.value for q in find_quantities(words)}
        plain = _folded(words)
        for quantity in find_quantities(claim):
            if quantity.value not in said and quantity.value not in plain:
                yield quantity.text
        for name in self.names:
            if name in claim and name not in words and not self.speaks(name):
                yield name
        if shared(claim, words) < LEAST_SHARED:
            yield "what it is about"

    def speaks(self, name: str) -> bool:
        return any(u.speaker == name for u in self.transcript.utterances)

    def around(self, evidence: tuple[Evidence, ...]) -> Iterator[str]:
        utterances = self.transcript.utterances
        near = {i for e in evidence for i in range(e.utterance - NEAR, e.utterance + NEAR + 1)}
        return (utterances[i].text for i in sorted(near) if 0 <= i < len(utterances))


def claim_text(item: Action | Decision | Feedback | Issue | Kpi | Remark | Report) -> str:
    """The words of an item that its quotes must carry."""
    match item:
        case Action():
            return item.task
        case Kpi():
            return f"{item.metric} {item.value}"
        case Issue():
            return item.problem
        case Report():
            return " ".join((*item.done, *item.problems, *item.next))
        case Decision() | Feedback() | Remark():
            return item.text


def find_verbatim(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote stands in a text, whatever its punctuation, width and case.

    Returns:
        First and one past the last character in ``text``; None where it is not there.
    """
    letters, places = _letters(text)
    wanted, _ = _letters(quote)
    at = letters.find(wanted) if wanted else -1
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def shared(claim: str, words: str) -> float:
    """Share of the claim's bigrams (Chinese) and words (other scripts) that the words contain, 0 to 1."""
    wanted, given = _grams(claim), _grams(words)
    return sum(g in given for g in wanted) / len(wanted) if wanted else 1.0


def _letters(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for folded in _folded(char):
            if folded.isalnum():
                letters.append(folded)
                places.append(place)
    return "".join(letters), places


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _grams(text: str) -> set[str]:
    words: list[str] = []
    latin = ""
    chinese = ""
    for char in _folded(text) + " ":
        if "\u4e00" <= char <= "\u9fff":
            chinese += char
            char = " "
        else:
            words += [chinese[i : i + 2] for i in range(len(chinese) - 1)]
            chinese = ""
        if char.isalnum():
            latin += char
        elif latin:
            # The stem is enough to tell subjects apart: "quotes" and "quote" are one.
            words.append(latin[:5])
            latin = ""
    return set(words)

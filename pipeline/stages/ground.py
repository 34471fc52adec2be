"""Is the quote really there, and does it carry the claim? What does not hold leaves the minutes."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipeline.meeting import Meeting, Participant
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
from pipeline.people.forms import forms_of
from pipeline.quantities import Quantity, find_quantities
from pipeline.transcript import Transcript

Claim = TypeVar("Claim", Action, Decision, Feedback, Issue, Kpi, Remark, Report)

NEAR = 2
"""Utterances around a quote in which what the quote lacks may stand."""

SHORTEST_WORD, STEM = 4, 5
"""Letters from which on a word says what a claim is about, and how many of them are compared."""

_WEEKDAY = re.compile("(?:周|星期|礼拜)[一二三四五六](?![十百千万亿个])")
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[^\W_\u4e00-\u9fff]+")

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
    check = _Check(transcript, meeting.participants)
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
    people: tuple[Participant, ...]

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
        unproven = {"evidence": (), "status": "not_mentioned", "new_due": None, "new_due_phrase": None}
        return item.model_copy(update={**unproven, "slips": item.slips - (item.status == "redated")})

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
        spoken = " ".join(e.quote for e in evidence)
        quoted = frozenset(e.utterance for e in evidence)
        near = self.around(quoted)
        beside = " ".join(self.transcript.utterances[i].text for i in sorted(near))
        if not list(self.missing(item, spoken, quoted)):
            return "quoted"
        if missing := list(self.missing(item, beside, near)):
            return Lost(f"not in the quoted lines: {', '.join(missing)}")
        return "near"

    def missing(self, item: Claim, words: str, ids: frozenset[int]) -> Iterator[str]:
        """Numbers and names of the claim that the words lack; the claim's subject where it is another one."""
        claim = claim_text(item)
        said = {q.value for q in find_quantities(_WEEKDAY.sub(" ", words))}
        for quantity in _figures(item):
            if quantity.value not in said and not _stands(quantity.value, words):
                yield quantity.text
        speakers = {self.transcript.utterances[i].speaker for i in ids}
        for person in self.people:
            named = next((name for name in (person.name, *person.aliases) if _stands(name, claim)), None)
            if named is None or person.name in speakers:
                continue
            if not any(_stands(form.text, words) for form in forms_of(person)):
                yield named
        if shared(claim, words) < LEAST_SHARED:
            yield "what it is about"

    def around(self, ids: frozenset[int]) -> frozenset[int]:
        """Ids of the utterances from two before to two after each of these."""
        last = len(self.transcript.utterances) - 1
        return frozenset(j for i in ids for j in range(max(0, i - NEAR), min(last, i + NEAR) + 1))


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


def _figures(item: Claim) -> Iterator[Quantity]:
    """The figures that a claim stands or falls with."""
    texts = [claim_text(item)]
    if isinstance(item, Kpi):
        texts += [text for text in (item.change, item.target) if text]
    for text in texts:
        for quantity in find_quantities(text):
            # A numeral in words may be part of a word ("统一", "周三", "one of them"): alone it claims no number.
            plain = text[quantity.start : quantity.end].isalpha()
            if not plain or len(quantity.value) > 1 or (quantity.unit and quantity.value != "1"):
                yield quantity


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
    given = _grams(words)
    # Short words ("the", "to", "it") stand everywhere: they count only where a claim has no others.
    wanted = {g for g in _grams(claim) if len(g) >= SHORTEST_WORD or not g.isascii()} or _grams(claim)
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


def _stands(part: str, text: str) -> bool:
    """Whether a text contains a figure or name as such: "Mark" is not in "marketing", nor 5 in 15."""
    edge = r"[0-9]" if not part.isascii() else r"[a-z0-9]"
    pattern = rf"(?<!{edge})(?<![0-9]\.){re.escape(_folded(part))}(?!{edge})(?!\.[0-9])"
    return re.search(pattern, _folded(text)) is not None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _grams(text: str) -> set[str]:
    folded = _folded(text)
    chinese = {run[i : i + 2] for run in _CHINESE.findall(folded) for i in range(len(run) - 1)}
    # The stem is enough to tell subjects apart: "quotes" and "quote" are one.
    return chinese | {word[:STEM] for word in _LATIN.findall(folded)}

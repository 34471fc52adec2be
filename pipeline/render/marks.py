"""Marks: where in the meeting a claim was proved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.clock import clock
from pipeline.minutes import Evidence, Minutes, Support
from pipeline.render.document import Mark
from pipeline.render.words import shown
from pipeline.transcript import Transcript, Utterance


@dataclass(frozen=True)
class Proofs:
    """Makes marks from evidence, with what the transcript knows about it."""

    transcript: Transcript

    def marks(self, evidence: Iterable[Evidence], support: Support | None = None) -> tuple[Mark, ...]:
        """One mark for each quote, in the order of the evidence."""
        marks = (self._mark(item, near=support == "near") for item in evidence)
        return tuple({(mark.utterance, mark.quote): mark for mark in marks}.values())

    def _mark(self, evidence: Evidence, *, near: bool) -> Mark:
        utterance = self._utterance(evidence.utterance)
        start = evidence.start if evidence.start is not None else utterance.start if utterance else None
        return Mark(
            label=clock(start) if start is not None else f"#{evidence.utterance}",
            utterance=evidence.utterance,
            quote=shown(evidence.quote),
            speaker=shown(utterance.speaker) if utterance and utterance.speaker else None,
            near=near,
        )

    def _utterance(self, number: int) -> Utterance | None:
        utterances = self.transcript.utterances
        return utterances[number] if 0 <= number < len(utterances) else None


def all_evidence(minutes: Minutes) -> Iterator[Evidence]:
    """Every piece of evidence in the minutes, the unverified ones left out."""
    for section in minutes.sections:
        for point in section.points:
            yield from point.evidence
    for items in (
        *(minutes.decisions, minutes.actions, minutes.kpis, minutes.issues),
        *(minutes.reports, minutes.feedback, minutes.remarks, minutes.carry_over),
    ):
        for item in items:
            yield from item.evidence

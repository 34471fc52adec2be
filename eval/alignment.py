"""Minutes of a recording told in the utterances of the written transcript, so that they can be laid beside the gold."""

from collections.abc import Sequence
from itertools import groupby

from eval.scorers.sections import kinds_of
from pipeline.errors import InputError
from pipeline.minutes import Evidence, Kind, Minutes
from pipeline.transcript import Transcript, Utterance


def on_reference(minutes: Minutes, heard: Transcript, reference: Transcript) -> Minutes:
    """The minutes with evidence and sections in the ids of the reference.

    A heard utterance stands for every utterance of the reference that it overlaps in time, else for the nearest;
    the label of an utterance is that of the heard one it overlaps longest.

    Raises:
        InputError: The reference has utterances without times.
    """
    if any(u.start is None or u.end is None for u in reference.utterances):
        raise InputError("A transcript without times cannot be laid beside what was heard in its recording.")
    said = reference.utterances
    places = {u.id: _places(u, said) for u in heard.utterances}

    def moved(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
        ids = sorted({i for e in evidence for i in places.get(e.utterance, ())})
        return tuple(Evidence(utterance=i, quote=said[i].text) for i in ids)

    fields = ("actions", "decisions", "kpis", "issues", "feedback", "reports", "remarks", "carry_over")
    items = {
        name: tuple(
            row.model_copy(update={"evidence": moved(row.evidence)}) for row in getattr(minutes, name)
        )
        for name in fields
    }
    kinds = _kinds(kinds_of(minutes, len(heard.utterances)), heard, reference)
    sections = tuple(s.model_copy(update={"spans": _stretches(kinds, s.kind)}) for s in minutes.sections)
    return minutes.model_copy(update={**items, "sections": sections})


def _places(heard: Utterance, said: Sequence[Utterance]) -> tuple[int, ...]:
    over = tuple(u.id for u in said if _overlap(u, heard) > 0)
    return over or (min(said, key=lambda u: -_overlap(u, heard)).id,)


def _kinds(kinds: Sequence[Kind], heard: Transcript, reference: Transcript) -> list[Kind]:
    def label(utterance: Utterance) -> Kind:
        return kinds[max(heard.utterances, key=lambda h: _overlap(utterance, h)).id]

    return [label(utterance) for utterance in reference.utterances]


def _stretches(kinds: Sequence[Kind], kind: Kind) -> tuple[tuple[int, int], ...]:
    runs = [[i for i, _ in run] for _, run in groupby(enumerate(kinds), key=lambda pair: pair[1])]
    return tuple((run[0], run[-1]) for run in runs if kinds[run[0]] == kind)


def _overlap(a: Utterance, b: Utterance) -> float:
    """Seconds two utterances share; negative: how far apart they are."""
    return min(a.end or 0.0, b.end or 0.0) - max(a.start or 0.0, b.start or 0.0)

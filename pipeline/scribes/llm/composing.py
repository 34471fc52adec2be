"""The six sections: what was noted while reading, under a summary that a language model writes from it alone."""

from collections.abc import Iterator

from pipeline.minutes import KINDS, Kind, Reading, Section
from pipeline.quantities import find_quantities
from pipeline.scribes.stretches import spoken_seconds, stretches
from pipeline.transcript import Language, Transcript

_SENTENCE_ENDS = {"zh": "。！？；", "en": ".!?"}


def material(reading: Reading) -> dict[Kind, str]:
    """By section, what a summary may be made of, one a line; sections without anything are left out.

    Tasks and figures stand in tables of their own: what matters most of them is among the points.
    """
    found: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    if reading.purpose is not None:
        found["purpose"].append(reading.purpose.text)
    for kind, point in reading.points:
        found[kind].append(point.text)
    for decision in reading.decisions:
        found[reading.kinds[decision.evidence[0].utterance]].append(decision.text)
    for feedback in reading.feedback:
        found["feedback"].append(feedback.text)
    listed: dict[Kind, str] = {}
    for kind in KINDS:
        if found[kind]:
            listed[kind] = "\n".join(f"- {line}" for line in found[kind])
    return listed


def held(summary: str, source: str, language: Language) -> str | None:
    """A summary without the sentences whose figures its source does not have; None where none is left."""
    known = {q.value for q in find_quantities(source)}
    kept = [
        sentence
        for sentence in _sentences(summary, language)
        if all(q.value in known or q.value in source for q in find_quantities(sentence))
    ]
    return ("" if language == "zh" else " ").join(kept).strip() or None


def sections_of(transcript: Transcript, reading: Reading, summaries: dict[Kind, str]) -> tuple[Section, ...]:
    """The six sections in order."""
    return tuple(_section(kind, transcript, reading, summaries.get(kind)) for kind in KINDS)


def _section(kind: Kind, transcript: Transcript, reading: Reading, summary: str | None) -> Section:
    spans = tuple(stretches(reading, kind))
    if not spans:
        return Section(kind=kind, status="unread" if reading.unread else "not_mentioned")
    theirs = [u for first, last in spans for u in transcript.utterances[first : last + 1]]
    if summary is None and kind == "purpose" and reading.purpose is not None:
        summary = reading.purpose.text
    return Section(
        kind=kind,
        status="covered",
        summary=summary,
        points=tuple(point for label, point in reading.points if label == kind),
        spans=spans,
        seconds=spoken_seconds(theirs),
    )


def _sentences(text: str, language: Language) -> Iterator[str]:
    ends, begun = _SENTENCE_ENDS[language], 0
    for at, char in enumerate(text):
        ended = char in ends and (language == "zh" or text[at + 1 : at + 2] in ("", " ", "\n"))
        if ended:
            yield text[begun : at + 1].strip()
            begun = at + 1
    if text[begun:].strip():
        yield text[begun:].strip()

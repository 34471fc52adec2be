"""The six sections, made of what was said in them: the utterances that carry most, in order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from pipeline.minutes import KINDS, Evidence, Kind, Point, Reading, Section
from pipeline.scribes.rules.features import ngrams
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.telling import tells, tidy
from pipeline.scribes.stretches import spoken_seconds, stretches

MOST_POINTS = 5
SUMMARY_POINTS = 2
LONGEST_POINT = {"zh": 120, "en": 320}
"""Characters of an utterance that still reads as one point."""


def compose_sections(lines: Sequence[Line], reading: Reading) -> tuple[Section, ...]:
    """Writes the six sections from what was said in each."""
    weight = _weights(lines)
    return tuple(_section(kind, lines, reading, weight) for kind in KINDS)


def _section(kind: Kind, lines: Sequence[Line], reading: Reading, weight: dict[int, float]) -> Section:
    theirs = [line for line, label in zip(lines, reading.kinds, strict=True) if label == kind]
    if not theirs:
        return Section(kind=kind, status="not_mentioned")
    telling = [
        w for w in theirs if tells(w) and not w.is_question and len(w.text) <= LONGEST_POINT[w.language]
    ]
    best = sorted(telling, key=lambda w: weight[w.id], reverse=True)[:MOST_POINTS]
    points = tuple(Point(text=tidy(w), evidence=(_quoted(w),)) for w in sorted(best, key=lambda w: w.id))
    summary = _summary(best)
    if kind == "purpose":
        summary = reading.purpose.text if reading.purpose else None
    return Section(
        kind=kind,
        status="covered",
        summary=summary,
        points=points,
        spans=tuple(stretches(reading, kind)),
        seconds=spoken_seconds([w.utterance for w in theirs]),
    )


def _summary(best: Sequence[Line]) -> str | None:
    """The two utterances that carry most, in the order they were said."""
    chosen = sorted(best[:SUMMARY_POINTS], key=lambda w: w.id)
    if not chosen:
        return None
    return ("" if chosen[0].language == "zh" else " ").join(_ended(tidy(w), w) for w in chosen)


def _ended(text: str, line: Line) -> str:
    closed = text.endswith(tuple("。！？.!?…"))
    return text if closed else text + ("。" if line.language == "zh" else ".")


def _weights(lines: Sequence[Line]) -> dict[int, float]:
    """How much each utterance carries: the rare words in it that the meeting comes back to (tf-idf)."""
    grams = {line.id: Counter(g for g in ngrams(line.text, line.language) if len(g) > 1) for line in lines}
    spread = Counter(g for counts in grams.values() for g in counts)
    total = len(lines) + 1

    def carried(counts: Iterable[str], length: int) -> float:
        return sum(log(total / spread[g]) for g in counts if spread[g] > 1) / (length + 20) ** 0.5

    return {line.id: carried(grams[line.id], len(line.text)) for line in lines}


def _quoted(line: Line) -> Evidence:
    u = line.utterance
    return Evidence(utterance=u.id, quote=u.text, start=u.start, end=u.end)

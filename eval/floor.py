"""The keyword floor: what looking for a few words in each utterance reaches, the least that any scribe must beat.

Every utterance that holds a keyword of a field is an item of it, worded as it was said; its deadline and owner are
resolved by the product's own stages. The words are in ``floor.toml``.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import cast, get_args

from eval.scorers.matching import grams
from pipeline.meeting import Meeting
from pipeline.minutes import (
    KINDS,
    Action,
    CarryOver,
    CarryOverStatus,
    Composed,
    Decision,
    Due,
    Evidence,
    Feedback,
    Issue,
    Kind,
    Kpi,
    Reading,
    Section,
)
from pipeline.protocols import Work
from pipeline.quantities import find_quantities
from pipeline.transcript import Language, Transcript, Utterance

WORDS = Path(__file__).parent / "floor.toml"
SAME_WORDS = 3
"""Bigrams or words that an utterance shares with an open item to be about it."""

LONGEST_METRIC = 12
"""Characters before a figure that are taken for its name."""

Lexicon = Mapping[str, Mapping[str, tuple[str, ...]]]


class KeywordScribe:
    """Reads by keywords alone."""

    name = "keyword-floor"

    def __init__(self) -> None:
        self.depends_on: tuple[str, ...] = (_digest(),)

    def read(self, transcript: Transcript, meeting: Meeting, work: Work) -> Reading:
        """Makes every utterance with a keyword an item."""
        del work
        words, said = _lexicon(transcript.language), transcript.utterances
        items = {field: _with_any(said, keywords) for field, keywords in words["items"].items()}
        return Reading(
            kinds=tuple(_kinds(said, words["kinds"])),
            actions=tuple(
                Action(id=f"a{n}", task=u.text, due=Due(phrase=u.text), evidence=_quote(u))
                for n, u in enumerate(items["actions"], 1)
            ),
            decisions=tuple(
                Decision(id=f"d{n}", text=u.text, evidence=_quote(u))
                for n, u in enumerate(items["decisions"], 1)
            ),
            kpis=tuple(_kpis(said)),
            issues=tuple(
                Issue(id=f"i{n}", problem=u.text, evidence=_quote(u))
                for n, u in enumerate(items["issues"], 1)
            ),
            feedback=tuple(
                Feedback(id=f"f{n}", kind="feedback", text=u.text, evidence=_quote(u))
                for n, u in enumerate(items["feedback"], 1)
            ),
            carry_over=tuple(_carried(said, meeting, transcript.language)),
        )

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting, work: Work) -> Composed:
        """Takes the first utterance of each section for its summary."""
        del meeting, work
        runs = [[i for i, _ in run] for _, run in groupby(enumerate(reading.kinds), key=lambda pair: pair[1])]
        spans: dict[Kind, list[tuple[int, int]]] = {kind: [] for kind in KINDS}
        for run in runs:
            spans[reading.kinds[run[0]]].append((run[0], run[-1]))
        return Composed(
            sections=tuple(
                Section(
                    kind=kind,
                    status="covered" if spans[kind] else "not_mentioned",
                    summary=transcript.utterances[spans[kind][0][0]].text if spans[kind] else None,
                    spans=tuple(spans[kind]),
                )
                for kind in KINDS
            )
        )


def _kinds(said: Sequence[Utterance], words: Mapping[str, tuple[str, ...]]) -> Iterator[Kind]:
    """The kind with most keywords in an utterance; one without any belongs to the talk before it."""
    last: Kind = "purpose"
    for utterance in said:
        found = {kind: _count(utterance, keywords) for kind, keywords in words.items()}
        best = max(found, key=found.__getitem__)
        last = cast(Kind, best) if found[best] else last
        yield last


def _kpis(said: Sequence[Utterance]) -> Iterator[Kpi]:
    figures = ((u, q) for u in said for q in find_quantities(u.text) if q.unit is not None)
    for number, (utterance, figure) in enumerate(figures, 1):
        metric = utterance.text[max(0, figure.start - LONGEST_METRIC) : figure.start]
        yield Kpi(
            id=f"k{number}", metric=metric, value=figure.value, unit=figure.unit, evidence=_quote(utterance)
        )


def _carried(said: Sequence[Utterance], meeting: Meeting, language: Language) -> Iterator[CarryOver]:
    """The state whose keyword the utterance most like the item has, else in progress, else not mentioned."""
    words = _lexicon(language)["carry_over"]
    for item in meeting.open_actions:
        wanted = grams(item.task, language)
        best = max(said, key=lambda u: (wanted & grams(u.text, language)).total())
        status: CarryOverStatus = "not_mentioned"
        if (wanted & grams(best.text, language)).total() >= SAME_WORDS:
            told = [s for s in get_args(CarryOverStatus) if _count(best, words.get(s, ()))]
            status = told[0] if told else "in_progress"
        evidence = () if status == "not_mentioned" else _quote(best)
        yield CarryOver(id=item.id, task=item.task, owner=item.owner, status=status, evidence=evidence)


def _with_any(said: Sequence[Utterance], keywords: tuple[str, ...]) -> list[Utterance]:
    return [u for u in said if _count(u, keywords)]


def _count(utterance: Utterance, keywords: tuple[str, ...]) -> int:
    text = utterance.text.casefold()
    return sum(word in text for word in keywords)


def _quote(utterance: Utterance) -> tuple[Evidence, ...]:
    return (Evidence(utterance=utterance.id, quote=utterance.text, start=utterance.start, end=utterance.end),)


@cache
def _digest() -> str:
    """Of this module and its words: what was kept of another floor is not this one's."""
    return hashlib.sha256(Path(__file__).read_bytes() + WORDS.read_bytes()).hexdigest()


@cache
def _lexicon(language: Language) -> Lexicon:
    return tomllib.loads(WORDS.read_text("utf-8"))[language]

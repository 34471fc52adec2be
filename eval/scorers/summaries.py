"""Purpose and summaries: do they tell the facts of the gold, and how near are they to its words?"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

from eval.cases import Gold
from eval.scorers.counts import Matches, Rate
from eval.scorers.matching import normalized, text_recall
from pipeline.minutes import KINDS, Kind, Section
from pipeline.transcript import Language

COVERED = 0.5
"""Least share of a fact's bigrams (zh) or words (en) that one told sentence must have."""

_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])|(?<=\.)\s+|\n")


def facts_of(gold: Gold) -> dict[Kind, tuple[str, ...]]:
    """What the summaries should tell: the purpose, and every item's text under the section it was said in.

    Where a person reviewed the summaries, it is their sentences instead.
    """
    facts: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    if gold.summaries:
        for summary in gold.summaries:
            facts[summary.kind].extend(summary.sentences)
        return {kind: tuple(texts) for kind, texts in facts.items()}
    items = [(d.text, d.evidence) for d in gold.decisions]
    items += [(a.task, a.evidence) for a in gold.actions]
    items += [(f"{k.metric} {k.value}", k.evidence) for k in gold.kpis]
    items += [(i.problem, i.evidence) for i in gold.issues]
    items += [(f.text, f.evidence) for f in gold.feedback]
    kinds = gold.kinds
    if gold.purpose:
        facts["purpose"].append(gold.purpose)
    for text, evidence in sorted(items, key=lambda item: min(item[1], default=0)):
        if evidence and min(evidence) < len(kinds):
            facts[kinds[min(evidence)]].append(text)
    return {kind: tuple(texts) for kind, texts in facts.items()}


def score_coverage(sections: Sequence[Section], gold: Gold, language: Language) -> Rate:
    """Facts told among the facts of the gold.

    A fact is the purpose, or the text of a decision, action, issue or feedback, or a KPI's metric with its value.
    It is told when one sentence of any summary, or one point, has at least half of its bigrams (zh) or words (en).
    """
    told = [sentence for section in sections for sentence in told_in(section)]
    facts = [fact for texts in facts_of(gold).values() for fact in texts]
    covered = sum(any(text_recall(f, said, language) >= COVERED for said in told) for f in facts)
    return Rate(covered, len(facts))


def told_in(section: Section) -> tuple[str, ...]:
    """The sentences of a section's summary, and its points."""
    return (*_sentences(section.summary or ""), *(point.text for point in section.points))


def summary_of(section: Section) -> tuple[str, ...]:
    """The sentences a section is summed up with: its summary, or its points where it has none."""
    return _sentences(section.summary or "") or tuple(point.text for point in section.points)


def score_rouge(sections: Sequence[Section], gold: Gold) -> Matches:
    """ROUGE-L of every section's summary (its points where it has none) against the facts of that section in order.

    Hits are the tokens of the longest common subsequence, so that sections and meetings add up.
    """
    facts, total = facts_of(gold), Matches()
    for section in sections:
        said, wanted = tokens(" ".join(summary_of(section))), tokens(" ".join(facts[section.kind]))
        total += Matches(LCSseq.similarity(said, wanted), len(said), len(wanted))
    return total


def tokens(text: str) -> list[str]:
    """Chinese characters one by one, other scripts word by word, without case and punctuation."""
    return _TOKEN.findall(normalized(text))


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(sentence.strip() for sentence in _SENTENCE_END.split(text) if normalized(sentence))

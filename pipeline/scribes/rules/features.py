"""What the linear models see of an utterance or a clause: names of features, nothing learned."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.scribes.rules.lines import Clause, Line
from pipeline.transcript import Language

_CHINESE = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z0-9]*")
_ENGLISH = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def ngrams(text: str, language: Language) -> Iterator[str]:
    """Character n-grams of 1 to 3 (zh) or word n-grams of 1 and 2 (en); figures become "0"."""
    plain = _NUMBER.sub("0", text.casefold())
    if language == "zh":
        for run in _CHINESE.findall(plain):
            if run.isascii():
                yield run
                continue
            padded = f"^{run}$"
            for size in (1, 2, 3):
                yield from (padded[i : i + size] for i in range(len(padded) - size + 1))
        return
    words = ["^", *_ENGLISH.findall(plain), "$"]
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))


def line_features(lines: Sequence[Line], at: int) -> Iterator[str]:
    """Features of a whole utterance: its n-grams and cues, cues of its neighbours, where it stands."""
    line = lines[at]
    for gram in ngrams(line.text, line.language):
        yield f"n:{gram}"
    yield from context_features(lines, at)
    length = len(line.text) if line.language == "zh" else len(line.text) // 4
    yield f"len:{min(length // 8, 8)}"
    share = at / max(len(lines) - 1, 1)
    yield f"at:{int(share * 10)}"
    if at < 3 or at >= len(lines) - 3:
        yield f"edge:{at if at < 3 else at - len(lines)}"


def context_features(lines: Sequence[Line], at: int) -> Iterator[str]:
    """Cues of an utterance and of the two before and after it."""
    for offset in (-2, -1, 0, 1, 2):
        if 0 <= at + offset < len(lines):
            near = lines[at + offset]
            for cue in near.cues:
                yield f"{offset}:{cue}"
            if near.is_question:
                yield f"{offset}:asks"
            if offset and near.utterance.speaker is not None:
                same = near.utterance.speaker == lines[at].utterance.speaker
                yield f"{offset}:{'same' if same else 'other'}"
        else:
            yield f"{offset}:none"


def clause_features(lines: Sequence[Line], at: int, index: int) -> Iterator[str]:
    """Features of one clause: its n-grams and cues, the clauses beside it, its utterance and the neighbours."""
    line = lines[at]
    clause = line.clauses[index]
    for gram in ngrams(clause.text, line.language):
        yield f"c:{gram}"
    for cue in clause.cues:
        yield f"cc:{cue}"
    for pair in _pairs(clause):
        yield f"cp:{pair}"
    for step, name in ((-1, "before"), (1, "after")):
        if 0 <= index + step < len(line.clauses):
            for cue in line.clauses[index + step].cues:
                yield f"{name}:{cue}"
        else:
            yield f"{name}:none"
    length = len(clause.text) if line.language == "zh" else len(clause.text) // 4
    yield f"clen:{min(length // 3, 8)}"
    yield from context_features(lines, at)


_PAIRED = ("promise", "request", "assign", "obligation", "deliver", "deadline", "past", "question", "decide")


def _pairs(clause: Clause) -> Iterator[str]:
    """Pairs of telling cues in one clause: a promise with a deadline says more than both alone."""
    there = [name for name in _PAIRED if name in clause.cues]
    for i, first in enumerate(there):
        for second in there[i + 1 :]:
            yield f"{first}+{second}"

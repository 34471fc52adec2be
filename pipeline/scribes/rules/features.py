"""What the linear models see of an utterance: names of features, nothing learned."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from pipeline.scribes.rules.lines import Line
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


def address_features(lines: Sequence[Line], at: int) -> Iterator[str]:
    """Who is called by name: here, and whether they answer; the speaker, in one of the two utterances before."""
    line = lines[at]
    if line.named:
        yield "names somebody"
        if any(near.utterance.speaker in line.named for near in lines[at + 1 : at + 3]):
            yield "who is named answers"
    for offset in (-1, -2):
        if at + offset >= 0 and line.utterance.speaker in lines[at + offset].named:
            yield f"{offset}:names the speaker"


_PAIRED = (
    *("promise", "request", "assign", "obligation", "deliver", "deadline", "vague_due", "accept", "refuse"),
    *("past", "question", "decide", "condition", "proposal", "problem", "wish"),
)
_ANSWERS = ("accept", "refuse", "promise", "question", "deadline")
_OPENINGS = ("request", "question", "promise", "proposal", "deadline", "assign")


def pair_features(lines: Sequence[Line], at: int) -> Iterator[str]:
    """Pairs of telling cues: a promise with a deadline, or a request that is accepted, says more than both alone."""
    there = [name for name in _PAIRED if name in lines[at].cues]
    yield from (f"both:{pair}" for pair in _pairs(lines[at].cues))
    for clause in lines[at].clauses:
        yield from (f"one clause:{pair}" for pair in _pairs(clause.cues))
    if at + 1 < len(lines):
        answers = [name for name in _ANSWERS if name in lines[at + 1].cues]
        yield from (f"then:{name}+{answer}" for name in there for answer in answers)
    if at:
        openings = [name for name in _OPENINGS if name in lines[at - 1].cues]
        yield from (f"after:{opening}+{name}" for opening in openings for name in there)


def _pairs(cues: frozenset[str]) -> Iterator[str]:
    there = [name for name in _PAIRED if name in cues]
    return (f"{a}+{b}" for a, b in combinations(there, 2))


_POSITION = ("at:", "edge:")


def without_position(features: Iterable[str]) -> frozenset[str]:
    """Leaves out what depends on where the transcript begins and ends: of a fragment that means nothing."""
    return frozenset(f for f in features if not f.startswith(_POSITION) and not f.endswith(":none"))

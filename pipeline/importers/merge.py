"""From cues to utterances: what one speaker says in a row is one, up to a sensible length."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.importers.cue import Cue, join
from pipeline.transcript import Utterance

# An utterance is what a reader takes in at one glance and evidence can point to: 200 Chinese characters,
# 80 English words or a minute; from half of that on it may end with a sentence.
_LONGEST = 200.0
_LONGEST_SECONDS = 60.0
# Longer silence of one speaker begins a new thought.
_PAUSE_SECONDS = 5.0
# Without names only an unfinished sentence says that the same person goes on; nobody waits long inside one.
_NAMELESS_PAUSE_SECONDS = 1.5
_WORD_WEIGHT = _LONGEST / 80
# Letters of both languages come at about five of these units a second: 5 characters, 2 words.
_WEIGHT_PER_SECOND = 5.0

_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff]+(?:['’.,-]\w+)*")
_SENTENCE_END = re.compile(r"[。！？!?…][”’\"')）】]*$|(?<!\.[A-Za-z])\.[”’\"')]*$")
_GOES_ON = re.compile(r"[,，、:：;；—-]$")
_SENTENCE = re.compile(r"[^。！？!?…]*?(?:[。！？!?…]+[”’\"')）】]*|\.[”’\"')]*(?=\s)|$)", re.DOTALL)

_CLAUSE = re.compile(r"[^，,、；;\s]+[，,、；;\s]*|[，,、；;\s]+")


def in_order(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Cues by their start, where all have one; an end that the source leaves out is the next start.

    The last end is reckoned from the length of the text.
    """
    ordered = list(cues)
    if any(cue.start is None for cue in ordered):
        return tuple(ordered)
    ordered.sort(key=lambda cue: cue.start or 0.0)
    following = [*(cue.start for cue in ordered[1:]), None]
    return tuple(map(_ended, ordered, following))


def utterances(cues: Iterable[Cue]) -> tuple[Utterance, ...]:
    """Utterances with ids from 0.

    Consecutive cues of one speaker are put together while they stay short; cues of nobody in particular
    only while a sentence is evidently unfinished. A cue that is far too long is cut after sentences, its
    times shared out by the length of the text.
    """
    pieces = [piece for cue in cues for piece in _cut(cue)]
    punctuated = _punctuated(pieces)
    merged: list[Cue] = []
    for piece in pieces:
        if merged and _belongs(merged[-1], piece, punctuated):
            merged[-1] = _put_together(merged[-1], piece)
        else:
            merged.append(piece)
    return tuple(
        Utterance(id=i, start=c.start, end=c.end, speaker=c.speaker, text=c.text, words=c.words)
        for i, c in enumerate(merged)
    )


def weight(text: str) -> float:
    """Length in Chinese characters, an English word counting two and a half."""
    return len(_HAN.findall(text)) + _WORD_WEIGHT * len(_WORD.findall(text))


def _ended(cue: Cue, after: float | None) -> Cue:
    if cue.end is not None or cue.start is None:
        return cue
    spoken = round(cue.start + max(1.0, weight(cue.text) / _WEIGHT_PER_SECOND), 3)
    return replace(cue, end=spoken if after is None else after)


def _belongs(before: Cue, after: Cue, punctuated: bool) -> bool:
    together = weight(before.text) + weight(after.text)
    pause = (after.start - before.end) if after.start is not None and before.end is not None else 0.0
    length = (after.end - before.start) if after.end is not None and before.start is not None else 0.0
    if before.speaker != after.speaker or together > _LONGEST or length > _LONGEST_SECONDS:
        return False
    finished = _SENTENCE_END.search(before.text) is not None
    if before.speaker is None:
        unfinished = _GOES_ON.search(before.text) is not None or (punctuated and not finished)
        return unfinished and pause <= _NAMELESS_PAUSE_SECONDS
    half_full = weight(before.text) >= _LONGEST / 2 or _seconds(before) >= _LONGEST_SECONDS / 2
    return pause <= _PAUSE_SECONDS and not (finished and half_full)


def _put_together(before: Cue, after: Cue) -> Cue:
    ends = [end for end in (before.end, after.end) if end is not None]
    return replace(
        before,
        text=join(before.text, after.text),
        end=max(ends, default=None),
        words=before.words + after.words,
    )


def _punctuated(cues: Sequence[Cue]) -> bool:
    """Whether the source ends its sentences; recognisers that write no stops leave every cue open."""
    ended = sum(1 for cue in cues if _SENTENCE_END.search(cue.text))
    return 3 * ended >= len(cues)


def _cut(cue: Cue) -> Iterator[Cue]:
    """Parts of a cue that is more than one and a half times too long; words with times are never cut."""
    if weight(cue.text) <= 1.5 * _LONGEST or cue.words:
        yield cue
        return
    parts = _parts(cue.text)
    whole = sum(map(weight, parts)) or 1.0
    done = 0.0
    for part in parts:
        share = weight(part)
        yield replace(cue, text=part, start=_at(cue, done / whole), end=_at(cue, (done + share) / whole))
        done += share


def _parts(text: str) -> list[str]:
    parts = [""]
    for sentence in _pieces(text):
        if parts[-1] and weight(parts[-1]) + weight(sentence) > _LONGEST:
            parts.append("")
        parts[-1] = join(parts[-1], sentence)
    return [part for part in parts if part]


def _pieces(text: str) -> Iterator[str]:
    """Sentences, and the clauses of sentences that are too long themselves."""
    for found in _SENTENCE.finditer(text):
        whole = weight(found[0]) <= _LONGEST
        yield from filter(None, [found[0].strip()] if whole else map(str.strip, _CLAUSE.findall(found[0])))


def _at(cue: Cue, share: float) -> float | None:
    if cue.start is None or cue.end is None:
        return cue.start if not share else None
    return round(cue.start + share * (cue.end - cue.start), 3)


def _seconds(cue: Cue) -> float:
    return cue.end - cue.start if cue.start is not None and cue.end is not None else 0.0

"""Subtitle blocks, which WebVTT and SRT share: an id, a line with two times, lines of text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.errors import TranscriptError
from pipeline.importers.clock import seconds
from pipeline.importers.cue import Cue, plain
from pipeline.importers.speakers import bare_name, speaking_names

_INLINE = re.compile(r"\s*([^:：]{1,60})[:：](?!//)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One cue of the file.

    Attributes:
        start: Seconds.
        end: Seconds, not before ``start``.
        name: The id above the times, "" without one.
        lines: Text lines with their markup.
    """

    start: float
    end: float
    name: str
    lines: list[str] = field(default_factory=list[str])


def blocks(lines: Iterable[tuple[int, str]], source: str) -> list[Block]:
    """Reads the blocks, whatever stands between them.

    Text that an empty line cut off from its cue stays with it: nothing that was said is lost.

    Args:
        lines: Line numbers from 1 and lines.
        source: Name of the file, for messages.

    Raises:
        TranscriptError: A line with an arrow does not hold two times in order.
    """
    found: list[Block] = []
    before, last = "", ""
    for number, line in lines:
        if "-->" in line:
            start, end = _times(number, line, source)
            name = last.strip() if last.strip().isdigit() or not before.strip() else ""
            if name and found and found[-1].lines:
                found[-1].lines.pop()
            found.append(Block(start, end, name))
        elif found and line.strip():
            found[-1].lines.append(line)
        before, last = last, line
    return found


@dataclass(frozen=True)
class Voice:
    """Text of a block that one voice says; ``speaker`` None where no tag names it."""

    block: Block
    speaker: str | None
    text: str


def cues(voices: Sequence[Voice]) -> tuple[Cue, ...]:
    """Clean cues; where no tag names the speaker, a name before a colon does."""
    lines = [line for voice in voices if voice.speaker is None for line in voice.text.splitlines()]
    candidates = [found for line in lines if (found := _inline(line))]
    names = speaking_names(candidates, len(lines))
    return tuple(cue for voice in voices for cue in _cues(voice, names) if cue.text)


def _cues(voice: Voice, names: frozenset[str]) -> Iterable[Cue]:
    if voice.speaker is not None:
        yield Cue(plain(voice.text), voice.block.start, voice.block.end, voice.speaker)
        return
    speaker, said = None, ""
    for line in voice.text.splitlines():
        found = _inline(line)
        if found and found[0] in names:
            yield Cue(plain(said), voice.block.start, voice.block.end, speaker)
            speaker, said = found
        else:
            said = f"{said}\n{line}"
    yield Cue(plain(said), voice.block.start, voice.block.end, speaker)


def _inline(line: str) -> tuple[str, str] | None:
    found = _INLINE.match(plain(line))
    return (bare_name(found[1]), found[2]) if found else None


def _times(number: int, line: str, source: str) -> tuple[float, float]:
    left, right = line.split("-->", 1)
    start, end = seconds(left), seconds((right.split() or [""])[0])
    if start is None or end is None:
        raise TranscriptError(
            f'{source}, line {number}: "{line.strip()[:60]}" does not hold two times '
            "such as 00:00:01.000 --> 00:00:04.000."
        )
    if end < start:
        raise TranscriptError(
            f'{source}, line {number}: "{line.strip()[:60]}" ends before it starts; correct the line.'
        )
    return start, end

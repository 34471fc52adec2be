"""Plain text and Markdown as 飞书妙记, 腾讯会议, 通义听悟, Otter and people's own typing leave it."""

import re

from pipeline.importers.cue import Cue, clean, join
from pipeline.importers.heads import Head, heads
from pipeline.importers.speakers import is_furniture

_LINK = re.compile(r"\]\(https?:[^)\s]*\)")
_EMPHASIS = re.compile(r"\*\*|__")
_LIST_MARK = re.compile(r"^(?:#{1,6}|>|[-*•·])\s+")
_STOPPED = re.compile(r"[，。！？、；：,.!?;:…”）)]$")
# Title, date, participants and keywords stand over an export; more than this is something that was said.
_LONGEST_PREAMBLE = 15
# Clock times of a working day: nobody's recording begins at hour six.
_MORNING, _MIDNIGHT = 6 * 3600.0, 24 * 3600.0


def read_text(text: str) -> tuple[Cue, ...]:
    """Cues of a plain text: one a turn where heads tell who speaks, else one a line.

    Lines over the first head (title, date, keywords of an export) are left out. Times of day
    ("14:00:05") count from the first one.
    """
    lines = [line for raw in text.split("\n") if (line := _plain(raw)) and not is_furniture(line)]
    found = heads(lines)
    if not any(found):
        return tuple(Cue(line) for line in lines)
    first = next(index for index, head in enumerate(found) if head)
    begin = first if first <= _LONGEST_PREAMBLE else 0
    return _from_zero(_turns(lines[begin:], found[begin:]))


def _plain(line: str) -> str:
    return _LIST_MARK.sub("", _EMPHASIS.sub("", _LINK.sub("]", clean(line))))


def _turns(lines: list[str], found: list[Head | None]) -> tuple[Cue, ...]:
    cues: list[Cue] = []
    head, said = Head("time"), ""
    for line, new in zip(lines, found, strict=True):
        if new is None:
            # The end of a line is a boundary, also where no stop stands at it.
            said = join(said, line) if _STOPPED.search(said) else f"{said} {line}".strip()
            continue
        if said:
            cues.append(Cue(said, head.start, head.end, head.name))
        elif head.start is not None and new.start is None:
            # A time on a line of its own belongs to the turn below it.
            new = Head(new.shape, new.name, head.start, head.end, new.said)
        elif head.name and new.shape == "time":
            new = Head(new.shape, head.name, new.start, new.end, new.said)
        head, said = new, new.said
    return (*cues, Cue(said, head.start, head.end, head.name)) if said else tuple(cues)


def _from_zero(cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    starts = [cue.start for cue in cues if cue.start is not None]
    if not starts or min(starts) < _MORNING or max(starts) >= _MIDNIGHT:
        return cues
    zero = min(starts)

    def since(value: float | None) -> float | None:
        return None if value is None else round(value - zero, 3)

    return tuple(Cue(cue.text, since(cue.start), since(cue.end), cue.speaker) for cue in cues)

"""Heads of turns in plain text: ``Anna: …``, ``王蕾 00:01:02``, ``[00:01:02] Anna: …`` and their kin."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from pipeline.importers.clock import PATTERN, seconds
from pipeline.importers.speakers import bare_name, could_be_name, is_label, speaking_names, surely_name

_DATE = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]+)?"
_TIME = rf"(?P<start>{PATTERN})(?:\s*(?:-->|[-–—~～至]|to)\s*(?P<end>{PATTERN}))?"
_AT = rf"(?P<open>[\[(（【<]?)\s*{_DATE}{_TIME}\s*(?P<close>[\])）】>]?)"
_TIME_FIRST = re.compile(rf"{_AT}(?![\d:：%])(?P<rest>.*)$", re.DOTALL)
_NAME_FIRST = re.compile(
    rf"(?P<name>[^:：]{{1,60}}?)(?:\s+|(?=[\[(（【<])){_AT}(?P<colon>\s*[:：])?(?P<rest>.*)$", re.DOTALL
)
_INLINE = re.compile(r"(?P<name>[^:：]{1,60})[:：](?!//)(?P<rest>.*)$", re.DOTALL)

Shape = Literal["time", "time_name", "time_said", "time_name_said", "name_time", "name_said", "name"]


@dataclass(frozen=True)
class Head:
    """What the beginning of a line says, if it is the head of a turn.

    Attributes:
        shape: The parts in their order.
        name: Who speaks, None without a name.
        start: Seconds, None without a time.
        end: Seconds, None where only a start is given.
        said: The rest of the line.
        sure: The time is in brackets or has hours: "10:30" in the middle of talk is neither.
    """

    shape: Shape
    name: str | None = None
    start: float | None = None
    end: float | None = None
    said: str = ""
    sure: bool = False


def heads(lines: Sequence[str]) -> list[Head | None]:
    """The head of every line, None for a line that only goes on.

    A line alone rarely tells, so the document decides: times must run forward, names must come back or
    most lines must begin with one, and a line of time and name is a head when text follows below it.
    """
    found = _paired([_head(line) for line in lines], lines)
    timed = _running(found)
    named = _with_names(timed)
    return _believed(named)


def _head(line: str) -> Head | None:
    return _time_first(line) or _name_first(line) or _inline(line)


def _time_first(line: str) -> Head | None:
    found = _TIME_FIRST.match(line)
    start = seconds(found["start"]) if found else None
    if found is None or start is None:
        return None
    end, sure = _end(found), _sure(found)
    rest = found["rest"].strip()
    if not rest.strip(":： "):
        return Head("time", None, start, end, "", sure)
    inline = _INLINE.match(rest)
    if inline and could_be_name(bare_name(inline["name"])):
        return Head("time_name_said", bare_name(inline["name"]), start, end, inline["rest"].strip(), sure)
    if could_be_name(bare_name(rest)):
        return Head("time_name", bare_name(rest), start, end, rest, sure)
    return Head("time_said", None, start, end, rest.lstrip(":：-– "), sure)


def _name_first(line: str) -> Head | None:
    found = _NAME_FIRST.match(line)
    start = seconds(found["start"]) if found else None
    if found is None or start is None or not could_be_name(bare_name(found["name"])):
        return None
    rest = found["rest"].strip()
    bracketed = bool(found["open"] and found["close"])
    if rest and not (bracketed or found["colon"]):
        return None
    return Head("name_time", bare_name(found["name"]), start, _end(found), rest, _sure(found))


def _inline(line: str) -> Head | None:
    found = _INLINE.match(line)
    if found and could_be_name(bare_name(found["name"])):
        return Head("name_said", bare_name(found["name"]), said=found["rest"].strip())
    return Head("name", bare_name(line)) if is_label(bare_name(line)) else None


def _end(found: re.Match[str]) -> float | None:
    return seconds(found["end"]) if found["end"] else None


def _sure(found: re.Match[str]) -> bool:
    return bool(found["open"] and found["close"]) or len(re.findall("[:：]", found["start"])) == 2


def _paired(found: list[Head | None], lines: Sequence[str]) -> list[Head | None]:
    """Puts a line with a name and the line with a time below it together, where this comes back."""
    pairs: dict[int, str] = {}
    for index, (above, head) in enumerate(pairwise(found), 1):
        name = bare_name(lines[index - 1])
        lone = above is None or above.shape == "name"
        if head and head.shape == "time" and lone and could_be_name(name):
            pairs[index] = name
    names = Counter(pairs.values())
    joined = list(found)
    for index, name in pairs.items():
        head = found[index]
        if head and (names[name] >= 2 or surely_name(name)):
            joined[index - 1] = replace(head, shape="name_time", name=name)
    return joined


def _running(found: list[Head | None]) -> list[Head | None]:
    """Drops times that are no time marks: unsure ones that do not run forward with the others."""
    timed = [(index, head.start) for index, head in enumerate(found) if head and head.start is not None]
    forward = {timed[place][0] for place in _longest_rise([start for _, start in timed])}
    unsure = [head for i in forward if (head := found[i]) and not head.sure]
    loose = sum(1 for head in unsure if head.shape in ("time", "time_said", "time_name"))
    marks = loose >= 3 and len(found) <= 4 * loose
    names = Counter(head.name for head in unsure if head.shape in ("name_time", "time_name_said"))

    def is_mark(index: int, head: Head) -> bool:
        if head.start is None or head.sure:
            return True
        name = head.name or ""
        if head.shape in ("name_time", "time_name_said"):
            return index in forward and (names[name] >= 2 or surely_name(name))
        return index in forward and (marks or (head.shape == "time_name" and is_label(name)))

    return [head if head and is_mark(index, head) else None for index, head in enumerate(found)]


def _with_names(found: list[Head | None]) -> list[Head | None]:
    """Decides whether "00:03 好的" is a head with a name, or a time with what was said."""
    places = [index for index, head in enumerate(found) if head and head.shape == "time_name"]
    above_text = [i for i in places if i + 1 < len(found) and _goes_on(found[i + 1])]
    are_names = 2 * len(above_text) > len(places)

    def settled(head: Head | None) -> Head | None:
        if head is None or head.shape != "time_name":
            return head
        return replace(head, said="") if are_names else replace(head, shape="time_said", name=None)

    return [settled(head) for head in found]


def _goes_on(head: Head | None) -> bool:
    return head is None or head.shape == "name_said"


def _believed(found: list[Head | None]) -> list[Head | None]:
    """Drops names before a colon that nobody bears."""
    above = {head.name for head in found if head and head.shape in ("name_time", "time_name", "name")}
    after_time = [(h.name or "", h.said) for h in found if h and h.shape == "time_name_said"]
    timed_lines = sum(1 for h in found if h and h.shape in ("time_name_said", "time_said"))
    inline = [(h.name or "", h.said) for h in found if h and h.shape == "name_said"]
    inline_lines = sum(1 for h in found if h is None or h.shape == "name_said")
    # Under heads of their own, lines with a colon are lists of what somebody reports.
    names = above | speaking_names(after_time, timed_lines)
    if not above:
        names |= speaking_names(inline, inline_lines)

    def settled(head: Head | None) -> Head | None:
        if head is None or head.name is None or head.name in names:
            return head
        if head.shape == "time_name_said":
            return replace(head, shape="time_said", name=None, said=f"{head.name}: {head.said}")
        return None

    return [settled(head) for head in found]


def _longest_rise(values: Sequence[float]) -> list[int]:
    """Places of a longest non-falling run of values."""
    tails: list[float] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, value in enumerate(values):
        place = bisect_right(tails, value)
        previous.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(value)
            ends.append(index)
        else:
            tails[place], ends[place] = value, index
    run: list[int] = []
    place = ends[-1] if ends else -1
    while place >= 0:
        run.append(place)
        place = previous[place]
    return run[::-1]

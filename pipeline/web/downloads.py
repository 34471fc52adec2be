"""Sending files: parts of them as players ask for them, and names that can do no harm."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.web.problems import Problem

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PLAIN = re.compile(r"[^0-9A-Za-z._ ()-]")
LONGEST_NAME = 150


@dataclass(frozen=True)
class Span:
    """Bytes of a file from ``start`` up to and without ``end``."""

    start: int
    end: int


def span_wanted(header: str | None, condition: str | None, etag: str, size: int) -> Span | None:
    """What of a file is asked for; None for all of it.

    Several ranges at once, and what is no range, ask for all: RFC 9110 lets a server choose so.

    Args:
        header: ``Range``.
        condition: ``If-Range``: the range holds for this version of the file alone.
        etag: Of the present version.
        size: Of the file.

    Raises:
        Problem: 416: it begins behind the end.
    """
    found = _RANGE.fullmatch((header or "").replace(" ", ""))
    if found is None or found[0] == "bytes=-" or condition not in (None, etag):
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise Problem(
            416, "The file has no such bytes.", headers={"Content-Range": f"bytes */{size}", "ETag": etag}
        )
    return Span(start, end)


def disposition(name: str, *, inline: bool) -> str:
    """``Content-Disposition`` (RFC 6266) for a name that anybody may have chosen.

    Old browsers get plain letters, all others the name itself; folders, line breaks and quotes are in neither.
    """
    last = re.split(r"[/\\]", name)[-1]
    line = " ".join("".join(char if char.isprintable() else " " for char in last).split()).lstrip(".")
    line = line[:LONGEST_NAME] or "file"
    plain = _PLAIN.sub("_", line)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(line, safe='')}"

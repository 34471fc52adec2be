"""What else is worth keeping: the purpose, what each department told, and remarks on market, money and dates."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pipeline.meeting import Meeting
from pipeline.minutes import Evidence, Kind, Point, Remark, Report
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.lines import Line

SHORTEST = {"zh": 10, "en": 30}
"""Utterances of fewer characters tell nothing by themselves."""

OPENING_SHARE = 0.15
"""Share of a meeting in which its purpose is stated, whatever label the utterance has."""

MOST_A_LIST = 4
RemarkKind = Literal["market", "resource", "milestone", "review_date", "announcement"]
REMARKS: tuple[RemarkKind, ...] = (
    "review_date",
    "milestone",
    "market",
    "resource",
    "announcement",
)


def find_purpose(lines: Sequence[Line], kinds: Sequence[Kind]) -> Point | None:
    """The utterance that says what the meeting is for; None where nobody says it."""
    for line, kind in zip(lines, kinds, strict=True):
        # Plain words count in any early utterance, turns of phrase only in the section on the purpose.
        plain = line.id < len(lines) * OPENING_SHARE and phrase("purpose_stated", line.language).search(
            line.text
        )
        turned = kind == "purpose" and phrase("purpose", line.language).search(line.text)
        if (plain or turned) and tells(line) and not line.is_question:
            return Point(text=tidy(line), evidence=(_quote(line),))
    return None


def find_reports(lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting) -> tuple[Report, ...]:
    """One report a speaker who told of work in the sections on reports: done, problems, next."""
    departments = {p.name: p.department for p in meeting.participants}
    told: dict[str, list[Line]] = {}
    for line, kind in zip(lines, kinds, strict=True):
        speaker = line.utterance.speaker
        if kind == "reports" and speaker is not None and tells(line) and not line.is_question:
            told.setdefault(speaker, []).append(line)
    reports: list[Report] = []
    for speaker, theirs in told.items():
        done = [w for w in theirs if {"past", "reporting"} & w.cues and "problem" not in w.cues]
        problems = [w for w in theirs if "problem" in w.cues]
        following = [
            w for w in theirs if {"planning", "promise"} & w.cues and w not in done and w not in problems
        ]
        kept = [*done[:MOST_A_LIST], *problems[:MOST_A_LIST], *following[:MOST_A_LIST]]
        if kept:
            reports.append(
                Report(
                    id=f"r{len(reports) + 1}",
                    department=departments.get(speaker),
                    reporter=speaker,
                    done=tuple(tidy(w) for w in done[:MOST_A_LIST]),
                    problems=tuple(tidy(w) for w in problems[:MOST_A_LIST]),
                    next=tuple(tidy(w) for w in following[:MOST_A_LIST]),
                    evidence=tuple(_quote(w) for w in sorted(kept, key=lambda w: w.id)),
                )
            )
    return tuple(reports)


def find_remarks(lines: Sequence[Line]) -> tuple[Remark, ...]:
    """Remarks on market, resources, milestones, review dates and announcements, an utterance each."""
    found: list[tuple[RemarkKind, Line]] = [(k, line) for k in REMARKS for line in _remarked(k, lines)]
    found.sort(key=lambda pair: pair[1].id)
    return tuple(
        Remark(id=f"n{number}", kind=kind, text=tidy(line), evidence=(_quote(line),))
        for number, (kind, line) in enumerate(found, 1)
    )


def tells(line: Line) -> bool:
    """Whether an utterance is long enough to tell something by itself."""
    return len(line.text.strip()) >= SHORTEST[line.language]


def tidy(line: Line) -> str:
    """The words of an utterance without the fillers it opens with."""
    text, leading = line.text.strip(), phrase("leading", line.language)
    while (shorter := leading.sub("", text, count=1)) != text and shorter:
        text = shorter
    return text[0].upper() + text[1:]


def _remarked(kind: RemarkKind, lines: Sequence[Line]) -> Iterator[Line]:
    pattern = phrase(f"remark_{kind}", lines[0].language) if lines else None
    matching = (w for w in lines if pattern and tells(w) and not w.is_question and pattern.search(w.text))
    yield from list(matching)[:MOST_A_LIST]


def _quote(line: Line) -> Evidence:
    return Evidence(utterance=line.id, quote=line.text)

"""Is a case sound? Everything that can be told without knowing what was meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from eval.cases import CASES, Gold, GoldRow
from eval.suites import suite
from pipeline.dates import find_due
from pipeline.meeting import Meeting
from pipeline.transcript import Transcript, Value

Part = TypeVar("Part", bound=Value)

LABEL = re.compile(r"[A-Z]\d{1,2}")
"""A speaker who is told apart but not named: S1."""

NEAR = 2
"""Utterances around the evidence in which the words of a deadline may stand."""

_PIECES = re.compile(r"[…,，.。、;；\s]+|不对|then|so")


@dataclass(frozen=True)
class Fault:
    """Something wrong with a case.

    Attributes:
        case: Its folder's name.
        file: Which of its files.
        text: One sentence.
        certain: False for a doubt: what a person should look at, and may let stand.
    """

    case: str
    file: str
    text: str
    certain: bool = True


def check_cases(root: Path = CASES) -> tuple[Fault, ...]:
    """The faults and doubts of all cases under a folder, or of the one that the folder is."""
    folders = [root] if (root / "case.json").exists() else sorted(p for p in root.iterdir() if p.is_dir())
    found = [fault for folder in folders for fault in check_case(folder)]
    if not folders:
        found.append(Fault(root.name, "", "The folder holds no case."))
    if root.resolve() == CASES.resolve():
        found += _check_suites({folder.name for folder in folders})
    return tuple(found)


def check_case(folder: Path) -> Iterator[Fault]:
    """The faults and doubts of one case, file by file."""
    parts = {
        "case.json": _parsed(folder, "case.json", Meeting),
        "transcript.json": _parsed(folder, "transcript.json", Transcript),
        "gold.json": _parsed(folder, "gold.json", Gold),
    }
    if (folder / "second.json").exists():
        parts["second.json"] = _parsed(folder, "second.json", Gold)
    for part in parts.values():
        if isinstance(part, tuple):
            yield from part
    meeting, transcript = parts["case.json"], parts["transcript.json"]
    if isinstance(meeting, Meeting):
        yield from _faults(folder.name, "case.json", _meeting(meeting, folder.name))
    if not isinstance(meeting, Meeting) or not isinstance(transcript, Transcript):
        return
    yield from _faults(folder.name, "transcript.json", _transcript(transcript, meeting))
    for name, gold in parts.items():
        if isinstance(gold, Gold):
            yield from _faults(folder.name, name, _gold(gold, transcript, meeting))
            for doubt in _deadlines(gold, transcript, meeting):
                yield Fault(folder.name, name, doubt, certain=False)


def _meeting(meeting: Meeting, name: str) -> Iterator[str]:
    if meeting.id != name:
        yield f"The id is “{meeting.id}”, the folder “{name}”."
    if meeting.language is None:
        yield "The language is missing."
    if meeting.held_on is None:
        yield "held_on is missing."
    elif meeting.next_meeting is not None and meeting.next_meeting <= meeting.held_on:
        yield f"The next meeting, {meeting.next_meeting}, is not after this one."
    names = [p.name for p in meeting.participants]
    yield from (f"{n} takes part twice." for n in sorted({n for n in names if names.count(n) > 1}))
    ids = [o.id for o in meeting.open_actions]
    yield from (f"Open item {i} is there twice." for i in sorted({i for i in ids if ids.count(i) > 1}))


def _transcript(transcript: Transcript, meeting: Meeting) -> Iterator[str]:
    if meeting.language not in (None, transcript.language):
        yield f"The language is {transcript.language}, and {meeting.language} in case.json."
    names = {n for p in meeting.participants for n in (p.name, *p.aliases)}
    for u in transcript.utterances:
        if not u.text.strip():
            yield f"Utterance {u.id} has no text."
        if u.start is not None and u.end is not None and u.end < u.start:
            yield f"Utterance {u.id} ends before it starts."
        if names and u.speaker and u.speaker not in names and not LABEL.fullmatch(u.speaker):
            yield f"Utterance {u.id}: {u.speaker} takes no part."
    starts = [u.start for u in transcript.utterances if u.start is not None]
    if any(b < a for a, b in pairwise(starts)):
        yield "The utterances are not in the order of their times."


def _gold(gold: Gold, transcript: Transcript, meeting: Meeting) -> Iterator[str]:
    yield from _sections(gold, len(transcript.utterances))
    last = len(transcript.utterances) - 1
    for name, rows in _rows(gold):
        for text, row in rows:
            if not row.evidence:
                yield f"{name}: “{text}” has no evidence."
            elif min(row.evidence) < 0 or max(row.evidence) > last:
                yield f"{name}: “{text}” rests on utterances that are not there: {list(row.evidence)}."
            elif list(row.evidence) != sorted(set(row.evidence)):
                yield f"{name}: the evidence of “{text}” is not in order: {list(row.evidence)}."
            if not text.strip():
                yield f"{name}: an item at {list(row.evidence)} has no text."
        once = [(text, row.evidence) for text, row in rows]
        yield from (
            f"{name}: “{text}” is there twice."
            for text, _ in dict.fromkeys(once)
            if once.count((text, _)) > 1
        )
    yield from _actions(gold, transcript, meeting)
    yield from _carry_over(gold, meeting, last)
    yield from (
        f"KPI “{k.metric}”: the value “{k.value}” has no digit."
        for k in gold.kpis
        if not re.search(r"\d", k.value)
    )


def _sections(gold: Gold, count: int) -> Iterator[str]:
    covered = [i for s in gold.sections for i in range(s.first, s.last + 1)]
    if covered != list(range(count)):
        yield f"The sections do not cover all {count} utterances in order."
    for a, b in pairwise(gold.sections):
        if a.kind == b.kind:
            yield f"The sections at {a.first} and {b.first} are both {a.kind}: they are one."


def _actions(gold: Gold, transcript: Transcript, meeting: Meeting) -> Iterator[str]:
    known = {n for p in meeting.participants for n in (p.name, p.department)}
    heard = " ".join(f"{u.speaker} {u.text}" for u in transcript.utterances)
    for action in gold.actions:
        if action.owner and not (
            action.owner in known or (not meeting.participants and action.owner in heard)
        ):
            yield f"Action “{action.task}”: {action.owner} is neither a participant nor a department."
        if action.due and not action.due_phrase:
            yield f"Action “{action.task}” is due {action.due}, without the words that say so."
        if action.due and meeting.held_on and action.due < meeting.held_on:
            yield f"Action “{action.task}” is due {action.due}, before the meeting."


def _carry_over(gold: Gold, meeting: Meeting, last: int) -> Iterator[str]:
    told, given = [r.id for r in gold.carry_over], [o.id for o in meeting.open_actions]
    yield from (f"Open item {i} has no row in carry_over." for i in given if i not in told)
    yield from (f"carry_over: {i} is no open item of case.json." for i in told if i not in given)
    yield from (f"carry_over: {i} is there twice." for i in sorted({i for i in told if told.count(i) > 1}))
    for row in gold.carry_over:
        if (row.status == "not_mentioned") == bool(row.evidence):
            yield f"carry_over: {row.id} is {row.status} with evidence {list(row.evidence)}."
        if row.evidence and (min(row.evidence) < 0 or max(row.evidence) > last):
            yield f"carry_over: {row.id} rests on utterances that are not there: {list(row.evidence)}."
        if row.new_due and row.status != "redated":
            yield f"carry_over: {row.id} has a new date and is {row.status}."
        if row.new_due and meeting.held_on and row.new_due < meeting.held_on:
            yield f"carry_over: {row.id} is re-dated to {row.new_due}, before the meeting."


def _deadlines(gold: Gold, transcript: Transcript, meeting: Meeting) -> Iterator[str]:
    """Deadlines whose words are not said near the evidence, or mean another day by the product's own rules."""
    for action in gold.actions:
        if not action.due_phrase or not action.evidence or not meeting.held_on:
            continue
        said = transcript.utterances[max(0, min(action.evidence) - NEAR) : max(action.evidence) + NEAR + 1]
        texts = " ".join(u.text for u in said).casefold()
        pieces = [piece for piece in _PIECES.split(action.due_phrase.casefold()) if piece]
        if not all(piece in texts for piece in pieces):
            yield f"Action “{action.task}”: “{action.due_phrase}” is not said near its evidence."
        found = find_due(
            action.due_phrase,
            meeting.held_on,
            transcript.language,
            cadence_days=meeting.cadence_days,
            next_meeting=meeting.next_meeting,
            country=meeting.country,
        )
        if found.on != action.due:
            yield f"Action “{action.task}”: “{action.due_phrase}” reads as {found.on}, not {action.due}."


def _rows(gold: Gold) -> tuple[tuple[str, list[tuple[str, GoldRow]]], ...]:
    return (
        ("actions", [(a.task, a) for a in gold.actions]),
        ("decisions", [(d.text, d) for d in gold.decisions]),
        ("kpis", [(f"{k.metric} {k.value}", k) for k in gold.kpis]),
        ("issues", [(i.problem, i) for i in gold.issues]),
        ("feedback", [(f.text, f) for f in gold.feedback]),
    )


def _check_suites(names: set[str]) -> Iterator[Fault]:
    listed = suite("all")
    for name in sorted(names - set(listed)):
        yield Fault(name, "suites.toml", "The case is in no suite.")
    for name in sorted(set(listed) - names):
        yield Fault(name, "suites.toml", "A suite names this case, and it is not there.")
    for name in sorted({n for n in listed if listed.count(n) > 1}):
        yield Fault(name, "suites.toml", "The case is in more than one suite.")


def _parsed(folder: Path, name: str, model: type[Part]) -> Part | tuple[Fault, ...]:
    path = folder / name
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError:
        return (Fault(folder.name, name, "The file is missing."),)
    except ValidationError as error:
        return tuple(
            Fault(folder.name, name, f"{'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg']}.")
            for e in error.errors(include_url=False, include_input=False)
        )


def _faults(case: str, file: str, texts: Iterator[str]) -> Iterator[Fault]:
    return (Fault(case, file, text) for text in texts)

"""A reviewed meeting becomes a case: what stands in its minutes is the gold."""

import re
from itertools import groupby
from pathlib import Path

from eval.cases import (
    Case,
    Gold,
    GoldAction,
    GoldCarryOver,
    GoldDecision,
    GoldFeedback,
    GoldIssue,
    GoldKpi,
    GoldSection,
    GoldSummary,
    read_value,
)
from eval.scorers.pairing import counted_actions
from eval.scorers.sections import kinds_of
from eval.scorers.summaries import summary_of
from pipeline.errors import InputError, UsageError
from pipeline.files import write_together
from pipeline.minutes import Evidence, Minutes
from pipeline.transcript import Transcript

_ID = re.compile(r"[\w.-]+")


def adopt(folder: Path, cases: Path, name: str | None = None) -> Path:
    """Makes a case of a folder with reviewed ``minutes.json`` and ``transcript.json``.

    What the minutes do not carry and the gold could, the difficulty, is left to the person who adopts it.

    Args:
        folder: As `lihui run` wrote it, and a person corrected it.
        cases: Where the case's folder is made.
        name: Of the case; None takes the folder's.

    Returns:
        The case's folder.

    Raises:
        InputError: The folder lacks a file, or its minutes rest on utterances that are not there.
        UsageError: There is such a case already, or the name is none.
    """
    chosen = name or folder.resolve().name
    place = cases / chosen
    if not _ID.fullmatch(chosen):
        raise UsageError(f"“{chosen}” is no name of a case: letters, digits, “-”, “_” and “.” only.")
    if place.exists():
        raise UsageError(f"{place} is there already: give another --id, or remove it first.")
    minutes = read_value(folder / "minutes.json", Minutes)
    transcript = read_value(folder / "transcript.json", Transcript)
    if minutes.status == "partial":
        raise InputError(f"The minutes in {folder} are partial: a case needs the whole meeting.")
    case = case_of(minutes, transcript, chosen)
    files = {
        "case.json": case.meeting.model_dump_json(indent=1, exclude_defaults=True),
        "transcript.json": transcript.model_dump_json(indent=1, exclude_defaults=True),
        "gold.json": case.gold.model_dump_json(indent=1, exclude_none=True),
    }
    write_together({place / name: text.encode() + b"\n" for name, text in files.items()})
    return place


def case_of(minutes: Minutes, transcript: Transcript, name: str) -> Case:
    """The case whose gold is what the minutes say.

    Raises:
        InputError: An item rests on an utterance that is not there, or on none.
    """
    meeting = minutes.meeting.model_copy(update={"id": name, "language": transcript.language})
    carried = Gold(sections=(), carry_over=_carried(minutes))
    # An action that only repeats a re-dated open item is in the gold's carry-over, and not among its actions.
    actions = counted_actions(minutes, Case(name, meeting, transcript, carried))
    gold = carried.model_copy(
        update={
            "sections": _sections(minutes, transcript),
            "purpose": next((s.summary for s in minutes.sections if s.kind == "purpose"), None),
            "summaries": tuple(
                GoldSummary(kind=s.kind, sentences=sentences)
                for s in minutes.sections
                if (sentences := summary_of(s))
            ),
            "decisions": tuple(
                GoldDecision(text=d.text, evidence=_ids(d.evidence)) for d in minutes.decisions
            ),
            "actions": tuple(
                GoldAction(
                    task=a.task,
                    owner=a.owner,
                    due=a.due.on,
                    due_phrase=a.due.phrase,
                    evidence=_ids(a.evidence),
                )
                for a in actions
            ),
            "kpis": tuple(
                GoldKpi(
                    metric=k.metric,
                    value=k.value + (k.unit or ""),
                    period=k.period,
                    change=k.change,
                    basis=k.basis,
                    evidence=_ids(k.evidence),
                )
                for k in minutes.kpis
            ),
            "issues": tuple(
                GoldIssue(problem=i.problem, solution=i.solution, status=i.status, evidence=_ids(i.evidence))
                for i in minutes.issues
            ),
            "feedback": tuple(
                GoldFeedback(kind=f.kind, text=f.text, evidence=_ids(f.evidence)) for f in minutes.feedback
            ),
        }
    )
    _check_evidence(gold, len(transcript.utterances))
    return Case(name, meeting, transcript, gold)


def _sections(minutes: Minutes, transcript: Transcript) -> tuple[GoldSection, ...]:
    kinds = kinds_of(minutes, len(transcript.utterances))
    runs = [[i for i, _ in run] for _, run in groupby(enumerate(kinds), key=lambda pair: pair[1])]
    return tuple(GoldSection(kind=kinds[run[0]], first=run[0], last=run[-1]) for run in runs)


def _carried(minutes: Minutes) -> tuple[GoldCarryOver, ...]:
    return tuple(
        GoldCarryOver(
            id=c.id,
            status=c.status,
            new_due=c.new_due if c.status == "redated" else None,
            evidence=_ids(c.evidence),
        )
        for c in minutes.carry_over
    )


def _check_evidence(gold: Gold, utterances: int) -> None:
    rows = (*gold.decisions, *gold.actions, *gold.kpis, *gold.issues, *gold.feedback)
    for row in rows:
        if not row.evidence or max(row.evidence) >= utterances or min(row.evidence) < 0:
            raise InputError(f"This item rests on no utterance of the transcript: {row.model_dump_json()}")


def _ids(evidence: tuple[Evidence, ...]) -> tuple[int, ...]:
    return tuple(sorted({e.utterance for e in evidence}))

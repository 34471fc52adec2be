"""Which files make which meeting, and what is known about it before it is heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.audio import RecordingInfo, looks_like_recording, probe
from pipeline.errors import InputError, UsageError
from pipeline.facts import (
    date_of_recording,
    parse_date,
    previous_open_actions,
    read_meeting,
    read_participants,
)
from pipeline.importers import TRANSCRIPT_SUFFIXES
from pipeline.meeting import Meeting
from pipeline.run import Source
from pipeline.settings import Settings
from pipeline.transcript import Language

MEETING_FILES = ("case.json", "meeting.json", "meeting.yaml", "meeting.yml")
GENERIC_STEMS = frozenset({"transcript", "recording", "audio", "meeting"})
NOT_TRANSCRIPTS = frozenset({*MEETING_FILES, "gold.json", "minutes.json"})


@dataclass(frozen=True)
class Facts:
    """What the command line says about a meeting, as typed; None where nothing was said."""

    meeting: Path | None = None
    held_on: str | None = None
    title: str | None = None
    participants: str | None = None
    series: str | None = None
    language: Language | None = None
    previous: Path | None = None


@dataclass(frozen=True)
class Job:
    """One meeting to be done.

    Attributes:
        name: Of the folder its minutes are written to.
        source: What is read: the transcript where there is one, else the recording.
        recording: The first file of the recording, where there is one.
        meeting_file: The meeting file that lies beside it.
    """

    name: str
    source: Source
    recording: Path | None
    meeting_file: Path | None


def find_jobs(inputs: tuple[Path, ...], transcript: Path | None, *, joined: bool) -> tuple[Job, ...]:
    """Sorts what was given into meetings: a file each, a folder of files, or all files one meeting.

    Raises:
        InputError: A file does not exist, or a folder holds nothing to read.
        UsageError: ``transcript`` or ``joined`` with inputs they make no sense with.
    """
    for path in (*inputs, *([transcript] if transcript else [])):
        if not path.exists():
            raise InputError(f"{path} does not exist.")
    if transcript is not None:
        if len(inputs) != 1 or inputs[0].is_dir():
            raise UsageError("--transcript goes with exactly one recording.")
        return (_job((inputs[0],), transcript),)
    if joined:
        if any(path.is_dir() for path in inputs):
            raise UsageError("--join takes the files of one meeting, not a folder.")
        return (_job(inputs, None),)
    jobs = [
        job for path in inputs for job in (_folder_jobs(path) if path.is_dir() else [_job((path,), None)])
    ]
    return tuple(_distinct(jobs))


def known_facts(job: Job, facts: Facts, settings: Settings) -> Meeting:
    """Brings together the meeting file, the flags and what the recording says of itself; flags win.

    Raises:
        MeetingError: The meeting or participants file cannot be read.
        DateError: The given date is none.
    """
    file = facts.meeting or job.meeting_file
    meeting = read_meeting(file) if file else Meeting()
    said: dict[str, object] = {
        "title": facts.title,
        "series": facts.series,
        "language": facts.language,
        "participants": read_participants(facts.participants) if facts.participants else None,
        "open_actions": previous_open_actions(facts.previous) if facts.previous else None,
        "timezone": None if meeting.timezone else settings.timezone,
        "country": None if meeting.country else settings.country,
    }
    meeting = meeting.model_copy(update={key: value for key, value in said.items() if value is not None})
    return _dated(job, meeting, facts.held_on)


def _dated(job: Job, meeting: Meeting, held_on: str | None) -> Meeting:
    info = probe(job.recording) if job.recording else None
    meeting = meeting.model_copy(update={"seconds": info.seconds if info else meeting.seconds})
    if held_on is not None:
        return meeting.model_copy(update={"held_on": parse_date(held_on), "date_source": "given"})
    if meeting.held_on is not None:
        return meeting.model_copy(update={"date_source": meeting.date_source or "given"})
    found = date_of_recording(_dating_file(job), _created(info), meeting.timezone)
    if found is None:
        return meeting
    return meeting.model_copy(update={"held_on": found[0], "date_source": found[1]})


def _created(info: RecordingInfo | None):
    return info.created if info else None


def _dating_file(job: Job) -> Path:
    return job.recording or job.source.paths[0]


def _job(paths: tuple[Path, ...], transcript: Path | None) -> Job:
    recordings = [path for path in paths if not is_transcript(path)]
    if transcript is not None:
        source = Source("transcript", (transcript,))
    elif recordings and len(recordings) != len(paths):
        raise UsageError("--join takes recordings or transcripts, not both.")
    else:
        source = Source("recording" if recordings else "transcript", paths)
    first = paths[0]
    beside = [first.parent / name for name in MEETING_FILES]
    # A meeting file lies beside the files of one meeting; beside many recordings it would be anybody's.
    meeting_file = next((f for f in beside if f.exists() and first.stem in GENERIC_STEMS), None)
    name = first.resolve().parent.name if first.stem in GENERIC_STEMS else first.stem
    return Job(name or first.stem, source, recordings[0] if recordings else None, meeting_file)


def _folder_jobs(folder: Path) -> Iterator[Job]:
    """The meetings of a folder: each file, a recording with the transcript of the same name, each case folder."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name not in NOT_TRANSCRIPTS)
    readable = [
        p for p in files if not p.name.startswith(".") and (is_transcript(p) or looks_like_recording(p))
    ]
    recordings = [p for p in readable if not is_transcript(p)]
    transcripts = [p for p in readable if is_transcript(p)]
    cases = sorted(p.parent for name in MEETING_FILES for p in folder.glob(f"*/{name}"))
    if (
        any((folder / name).exists() for name in MEETING_FILES)
        and len(recordings) <= 1
        and len(transcripts) <= 1
    ):
        yield _job(tuple(recordings or transcripts), transcripts[0] if recordings and transcripts else None)
        return
    if not readable and not cases:
        raise InputError(f"{folder} holds no recording and no transcript.")
    by_stem = {p.stem: p for p in transcripts}
    for recording in recordings:
        yield _job((recording,), by_stem.pop(recording.stem, None))
    for transcript in by_stem.values():
        yield _job((transcript,), None)
    for case in cases:
        yield from _folder_jobs(case)


def _distinct(jobs: list[Job]) -> Iterator[Job]:
    """Gives meetings of the same name folders of their own."""
    seen: dict[str, int] = {}
    for job in jobs:
        seen[job.name] = seen.get(job.name, 0) + 1
        number = seen[job.name]
        name = job.name if number == 1 else f"{job.name}-{number}"
        yield Job(name, job.source, job.recording, job.meeting_file)


def is_transcript(path: Path) -> bool:
    """Whether a file is taken for a transcript rather than a recording, by its suffix."""
    return path.suffix.lower() in TRANSCRIPT_SUFFIXES

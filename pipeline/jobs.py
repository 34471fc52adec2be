"""Which files make which meeting."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.audio import looks_like_recording
from pipeline.errors import InputError, UsageError
from pipeline.importers import TRANSCRIPT_SUFFIXES
from pipeline.run import Source

MEETING_FILES = ("case.json", "meeting.json", "meeting.yaml", "meeting.yml")
GENERIC_STEMS = frozenset({"transcript", "recording", "audio", "meeting"})
"""Names that say what a file is and not which meeting: the folder's name tells that."""

TAKEN_FROM_FOLDERS = (".json", ".vtt", ".srt", ".docx", ".txt")
"""Transcripts that a folder is searched for, the one that says most first; .md and .log are mostly notes."""
NO_TALK = frozenset({"minutes", "actions", "participants", "readme", "license", "requirements"})


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
        InputError: A file does not exist or cannot be looked at, or a folder holds nothing to read.
        UsageError: ``transcript`` or ``joined`` with inputs they make no sense with.
    """
    for path in (*inputs, *([transcript] if transcript else [])):
        if not path.exists():
            raise InputError(f"{path} does not exist.")
    if transcript is not None:
        if len(inputs) != 1 or inputs[0].is_dir() or is_transcript(inputs[0]) or joined:
            raise UsageError("--transcript goes with exactly one recording.")
        return (_job(inputs, transcript),)
    if joined:
        if any(path.is_dir() for path in inputs):
            raise UsageError("Only the files of one meeting can be joined, not a folder.")
        return (_job(inputs),)
    return tuple(
        _distinct(
            job for path in inputs for job in (_folder_jobs(path) if path.is_dir() else [_job((path,))])
        )
    )


def is_transcript(path: Path) -> bool:
    """Whether a file is taken for a transcript rather than a recording, by its suffix."""
    return path.suffix.lower() in TRANSCRIPT_SUFFIXES


def _job(paths: tuple[Path, ...], transcript: Path | None = None) -> Job:
    recordings = [path for path in paths if not is_transcript(path)]
    if recordings and len(recordings) != len(paths):
        raise UsageError("Recordings can be joined, or transcripts, but not one with the other.")
    if transcript is not None:
        source = Source("transcript", (transcript,))
    else:
        source = Source("recording" if recordings else "transcript", paths)
    first = paths[0]
    if first.stem not in GENERIC_STEMS:
        return Job(first.stem, source, recordings[0] if recordings else None, None)
    folder = first.resolve().parent
    return Job(
        folder.name or first.stem, source, recordings[0] if recordings else None, _meeting_file(folder)
    )


def _meeting_file(folder: Path) -> Path | None:
    return next((path for name in MEETING_FILES if (path := folder / name).is_file()), None)


def _folder_jobs(folder: Path) -> Iterator[Job]:
    """The meetings of a folder: its own files, and the folders in it that have a meeting file."""
    files, folders = _listed(folder)
    recordings = [path for path in files if not is_transcript(path) and looks_like_recording(path)]
    transcripts = _one_each(path for path in files if _holds_talk(path))
    meetings = [path for path in folders if _meeting_file(path)]
    if not recordings and not transcripts and not meetings:
        raise InputError(f"{folder} holds no recording and no transcript.")
    meeting_file = _meeting_file(folder)
    single = len(recordings) <= 1 and len(transcripts) <= 1
    # Of any name, a lone transcript is that of the lone recording where a meeting file says: one meeting.
    generic = not GENERIC_STEMS.isdisjoint(transcripts)
    if single and recordings and transcripts and (meeting_file or generic):
        transcripts[recordings[0].stem] = transcripts.popitem()[1]
    for recording in recordings:
        job = _job((recording,), transcripts.pop(recording.stem, None))
        yield replace(job, meeting_file=meeting_file) if single else job
    for transcript in transcripts.values():
        job = _job((transcript,))
        yield replace(job, meeting_file=meeting_file) if single else job
    for meeting in meetings:
        yield from _folder_jobs(meeting)


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """Files and folders in a folder, by name, without hidden ones and Word's marks of an open file."""
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}.") from error
    return [path for path in paths if path.is_file()], [path for path in paths if path.is_dir()]


def _holds_talk(path: Path) -> bool:
    """Whether a file in a folder is taken for a transcript that somebody wants minutes of."""
    if path.suffix.lower() not in TAKEN_FROM_FOLDERS or path.stem.lower() in NO_TALK:
        return False
    if path.suffix.lower() != ".json":
        return True
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return b'"utterances"' in content or b'"segments"' in content


def _one_each(transcripts: Iterable[Path]) -> dict[str, Path]:
    """The fullest transcript of each name: the same talk often lies there as vtt and as txt."""
    best: dict[str, Path] = {}
    for path in sorted(transcripts, key=lambda path: TAKEN_FROM_FOLDERS.index(path.suffix.lower())):
        best.setdefault(path.stem, path)
    return dict(sorted(best.items()))


def _distinct(jobs: Iterable[Job]) -> Iterator[Job]:
    """Gives meetings of the same name folders of their own."""
    taken: set[str] = set()
    for job in jobs:
        name, number = job.name, 1
        while name in taken:
            number += 1
            name = f"{job.name}-{number}"
        taken.add(name)
        yield replace(job, name=name)

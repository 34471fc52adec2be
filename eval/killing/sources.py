"""What meetings are made from, and the minutes they must end with however often somebody was killed."""

import hashlib
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle
from pathlib import Path

from eval.cases import CASES
from pipeline import hearing
from pipeline.audio import SAMPLE_RATE, Audio, read
from pipeline.backends.asr_sphinx import SphinxTranscriber
from pipeline.backends.store_folder import FolderStore
from pipeline.journal import tell_nobody
from pipeline.meeting import Meeting
from pipeline.minutes import Minutes, Origin
from pipeline.run import Source, Summarizer
from pipeline.samples import sample_folder
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Language, Transcript

TITLE = "Weekly"
CASE_NAMES = ("zh-hospital-weekly-02", "en-saas-weekly-02", "en-factory-daily-01")
CLIP_SECONDS = 26.0
"""Two parts or three, where parts are of thirteen seconds."""
PART_SECONDS = 13.0
LARGE_CHANNELS, LARGE_RATE = 4, 12
"""Channels, and how often each sample is repeated."""


@dataclass(frozen=True)
class Given:
    """A file that meetings are made from.

    Attributes:
        kind: What it is.
        path: Where it lies.
    """

    kind: str
    path: Path

    @cached_property
    def sha256(self) -> str:
        """Of its content."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @cached_property
    def minutes(self) -> Minutes:
        """What an undisturbed run makes of it."""
        # Times of words hang on where a recording was cut.
        hearing.PART_SECONDS = PART_SECONDS
        kind = "transcript" if self.kind == "transcript" else "recording"
        store = FolderStore(self.path.parent / f"{self.path.stem}-kept")
        runner = Summarizer(RulesScribe(), _sphinx, store, tell_nobody)
        return plain(runner.summarize(Source(kind, (self.path,)), Meeting(title=TITLE)).minutes)


def _sphinx(language: Language | None) -> SphinxTranscriber:
    del language
    return SphinxTranscriber()


def plain(minutes: Minutes) -> Minutes:
    """Minutes without how and when they were made, and without what only an upload knows of its file."""
    facts = Meeting(title=TITLE, language=minutes.meeting.language)
    return minutes.model_copy(update={"origin": Origin(version=""), "meeting": facts})


def transcripts(folder: Path) -> tuple[Given, ...]:
    """Transcripts of meetings in both languages."""
    made: list[Given] = []
    for name in CASE_NAMES:
        path = folder / f"{name}.json"
        whole = Transcript.model_validate_json((CASES / name / "transcript.json").read_bytes())
        path.write_text(whole.model_dump_json(), encoding="utf-8")
        made.append(Given("transcript", path))
    return tuple(made)


def recordings(folder: Path, starts: tuple[float, ...]) -> tuple[Given, ...]:
    """Clips of the English sample."""
    sample = read(sample_folder("en-weekly") / "recording.m4a", folder / "sample", progress=lambda _: None)
    made: list[Given] = []
    for number, start in enumerate(starts):
        sample.clip(start, start + CLIP_SECONDS, folder / f"clip-{number}.wav")
        made.append(Given("recording", folder / f"clip-{number}.wav"))
    shutil.rmtree(folder / "sample")
    return tuple(made)


def large(given: Given, folder: Path) -> Given:
    """The same sound in a file of 40 MB: it takes a moment to upload."""
    sound = Audio(given.path, CLIP_SECONDS, given.path.name).pcm()
    path = folder / f"large-{given.path.name}"
    with wave.open(str(path), "wb") as file:
        file.setparams((LARGE_CHANNELS, 2, SAMPLE_RATE * LARGE_RATE, 0, "NONE", ""))
        for at in range(0, len(sound), 2):
            file.writeframesraw(sound[at : at + 2] * (LARGE_CHANNELS * LARGE_RATE))
    return Given("recording", path)


def in_turn(given: tuple[Given, ...]) -> Iterator[Given]:
    """One after the other, again and again."""
    return cycle(given)

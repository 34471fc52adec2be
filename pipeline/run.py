"""The order of the stages, nothing else."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pipeline.audio import Audio, join
from pipeline.backends.store_memory import MemoryStore
from pipeline.errors import InputError
from pipeline.hearing import Hark, hear, nobody_harks
from pipeline.importers import read_transcript
from pipeline.importers.join import join_transcripts
from pipeline.journal import Journal, Tell, tell_nobody
from pipeline.meeting import Meeting
from pipeline.minutes import Composed, Minutes, Origin, Reading, StageOrigin
from pipeline.protocols import Opening, Progress, Scribe, Store, Transcriber
from pipeline.stages.attribute import attribute
from pipeline.stages.check import check
from pipeline.stages.due import assign_dates
from pipeline.stages.ground import ground
from pipeline.stages.owners import assign_owners
from pipeline.transcript import Language, Transcript

Listen = Callable[[Language | None], Transcriber]
"""Chooses who listens, once the language is known or known to be unknown."""


@dataclass(frozen=True)
class Source:
    """What one meeting is made from: its recording or its transcript, in one file or several in a row."""

    kind: Literal["recording", "transcript"]
    paths: tuple[Path, ...]
    sha256: tuple[str, ...] | None = None
    """Of the files' contents, where that is known already."""

    def digest(self) -> str:
        """SHA-256 over the files' contents, in order.

        Raises:
            InputError: A file cannot be read.
        """
        each = self.sha256 or [_sha256(path) for path in self.paths]
        return hashlib.sha256(b"".join(map(bytes.fromhex, each))).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


@dataclass(frozen=True)
class Heard:
    """What was said, and how it came to be known."""

    transcript: Transcript
    origins: tuple[StageOrigin, ...]


@dataclass(frozen=True)
class Result:
    """The minutes, and the transcript they were read from."""

    minutes: Minutes
    transcript: Transcript


class OpensHere:
    """Opens the files of a source in this process."""

    join = staticmethod(join)
    read_transcript = staticmethod(read_transcript)


HERE = OpensHere()


class Summarizer:
    """Turns recordings and transcripts into minutes, one meeting after the other.

    Args:
        scribe: Who reads.
        listen: Chooses who listens; called only when a recording has to be heard.
        store: Where finished stages are kept.
        tell: Told the name of the stage and the share of it that is done.
        opening: Opens the files; another process does where they come from strangers.
        hark: Given what was heard so far, again and again.
    """

    def __init__(
        self,
        scribe: Scribe,
        listen: Listen,
        store: Store,
        tell: Tell,
        *,
        opening: Opening = HERE,
        hark: Hark = nobody_harks,
    ) -> None:
        self.scribe = scribe
        self.listen = listen
        self.store = store
        self.tell = tell
        self.opening = opening
        self.hark = hark

    def summarize(self, source: Source, meeting: Meeting) -> Result:
        """Takes one meeting through all stages.

        Raises:
            MinutesError: The source cannot be used, or this machine lacks something.
        """
        key = source.digest()[:16]
        return self.minute(self._hear(source, meeting, key), meeting, key)

    def transcribe(self, source: Source, meeting: Meeting) -> Transcript:
        """Listens to a recording, or reads a transcript; nothing more."""
        return self.hear(source, meeting).transcript

    def hear(self, source: Source, meeting: Meeting) -> Heard:
        """What was said at a meeting, as far as its source tells."""
        return self._hear(source, meeting, source.digest()[:16])

    def minute(self, heard: Heard, meeting: Meeting, key: str) -> Result:
        """Takes what was said through the stages after listening.

        Args:
            heard: From ``hear``, maybe corrected since then.
            meeting: What is known of it.
            key: Under which the stages are kept.
        """
        journal = Journal(self.store, key, self.tell)
        journal.origins.extend(heard.origins)
        return Result(*_minutes_of(heard.transcript, meeting, self.scribe, journal))

    def _hear(self, source: Source, meeting: Meeting, key: str) -> Heard:
        journal = Journal(self.store, key, self.tell)
        transcript = self._transcript(journal, source, meeting)
        return Heard(transcript, tuple(journal.origins))

    def _transcript(self, journal: Journal, source: Source, meeting: Meeting) -> Transcript:
        if source.kind == "transcript":
            read = self.opening.read_transcript
            return journal.step(
                "import",
                Transcript,
                lambda _: join_transcripts([read(path, language=meeting.language) for path in source.paths]),
                meeting.language,
                [path.suffix for path in source.paths],
                by=join_transcripts,
            )
        transcriber = self.listen(meeting.language)
        names = spoken_names(meeting)
        heard = journal.step(
            "transcribe",
            Transcript,
            lambda work: self._listen(journal, source, transcriber, meeting.language, names, work.progress),
            meeting.language,
            names,
            by=type(transcriber),
            backend=transcriber.name,
        )
        # Two hours of samples are 230 MB: they go once the transcript is kept that they were needed for.
        (journal.folder / "audio.wav").unlink(missing_ok=True)
        return heard

    def _listen(
        self,
        journal: Journal,
        source: Source,
        transcriber: Transcriber,
        language: Language | None,
        names: tuple[str, ...],
        progress: Progress,
    ) -> Transcript:
        """Decodes a recording and listens to it."""
        audio = journal.step(
            "read",
            Audio,
            lambda work: self.opening.join(source.paths, journal.folder, progress=work.progress),
            by=join,
            still=lambda kept: kept.path.exists(),
        )
        return hear(
            audio, transcriber, journal, language=language, names=names, progress=progress, hark=self.hark
        )


def summarize_transcript(transcript: Transcript, meeting: Meeting, scribe: Scribe) -> Minutes:
    """Makes the minutes of a transcript that is at hand, and keeps nothing."""
    return _minutes_of(transcript, meeting, scribe, Journal(MemoryStore(), "", tell_nobody))[0]


def _minutes_of(
    heard: Transcript, meeting: Meeting, scribe: Scribe, journal: Journal
) -> tuple[Minutes, Transcript]:
    """The stages after listening, in their order."""
    step = journal.step
    known = meeting.model_copy(
        update={"language": heard.language, "seconds": meeting.seconds or heard.seconds}
    )
    transcript = step("attribute", Transcript, lambda _: attribute(heard, known), heard, known, by=attribute)
    given = (transcript, known)
    reading = step(
        "read_out",
        Reading,
        lambda work: scribe.read(*given, work),
        *given,
        scribe.depends_on,
        by=type(scribe),
        backend=scribe.name,
        # What could not be read for once is tried again by the next run.
        still=lambda kept: not kept.problems,
    )
    owned = step(
        "owners", Reading, lambda _: assign_owners(reading, *given), reading, *given, by=assign_owners
    )
    dated = step("due", Reading, lambda _: assign_dates(owned, *given), owned, *given, by=assign_dates)
    grounded = step("ground", Reading, lambda _: ground(dated, *given), dated, *given, by=ground)
    composed = step(
        "compose",
        Composed,
        lambda work: scribe.compose(transcript, grounded, known, work),
        grounded,
        *given,
        scribe.depends_on,
        by=type(scribe),
        backend=scribe.name,
        still=lambda kept: not kept.problems,
    )
    minutes = _assembled(grounded, composed, transcript, known, journal)
    return check(minutes, known), transcript


def spoken_names(meeting: Meeting) -> tuple[str, ...]:
    """Names and departments that are likely to be said, for the recogniser."""
    people = [n for p in meeting.participants for n in (p.name, *p.aliases, p.department) if n]
    return tuple(dict.fromkeys(people))


def _assembled(
    reading: Reading,
    composed: Composed,
    transcript: Transcript,
    meeting: Meeting,
    journal: Journal,
) -> Minutes:
    return Minutes(
        meeting=meeting,
        sections=composed.sections,
        decisions=reading.decisions,
        actions=reading.actions,
        kpis=reading.kpis,
        issues=reading.issues,
        reports=reading.reports,
        feedback=reading.feedback,
        remarks=reading.remarks,
        carry_over=reading.carry_over,
        unverified=reading.unverified,
        notices=transcript.notices,
        problems=(*reading.problems, *composed.problems),
        origin=Origin(version=version("lihui"), stages=tuple(journal.origins)),
        status="partial" if reading.problems or composed.problems else "complete",
    )

"""What a backend must be able to do. One to three methods each; nothing else is known of a backend."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pipeline.audio import Audio
from pipeline.meeting import Meeting
from pipeline.minutes import Reading, Section
from pipeline.transcript import Language, Transcript, Utterance

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1."""


class Transcriber(Protocol):
    """Turns a recording into a transcript."""

    name: str
    """``backend:model``, part of the key under which results are kept."""

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        """Listens to the whole recording.

        Args:
            audio: 16 kHz mono samples on disk.
            language: None lets the recogniser decide.
            names: Participants, departments and indicators that are likely to be said.
            progress: Called now and then with the share done, 0 to 1.

        Raises:
            BackendError: The model cannot be loaded or fails.
        """
        ...


class Diarizer(Protocol):
    """Tells speakers apart."""

    name: str

    def diarize(self, audio: Audio, utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
        """Returns the utterances with a speaker label where one could be told."""
        ...


class Scribe(Protocol):
    """Reads a transcript and says what is in it."""

    name: str

    def read(self, transcript: Transcript, meeting: Meeting, progress: Progress) -> Reading:
        """Labels every utterance and finds all items, owners and dates still as words."""
        ...

    def compose(self, transcript: Transcript, reading: Reading, meeting: Meeting) -> tuple[Section, ...]:
        """Writes the six sections, in the meeting's language."""
        ...


class Store(Protocol):
    """Keeps finished artefacts, meeting by meeting."""

    def get(self, meeting: str, name: str) -> bytes | None:
        """What was stored under the name, or None."""
        ...

    def put(self, meeting: str, name: str, content: bytes) -> None:
        """Stores atomically: a reader sees the whole content or none."""
        ...

    def folder(self, meeting: str) -> Path:
        """A local folder of the meeting for artefacts too large for memory."""
        ...

"""Writes a text or bytes to a file and imports it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.importers import read_transcript
from pipeline.transcript import Transcript

Import = Callable[[str, str | bytes], Transcript]


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    def write_and_read(name: str, content: str | bytes) -> Transcript:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_transcript(path)

    return write_and_read


def turns(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(utterance.speaker, utterance.text) for utterance in transcript.utterances]


def times(transcript: Transcript) -> list[tuple[float | None, float | None]]:
    return [(utterance.start, utterance.end) for utterance in transcript.utterances]

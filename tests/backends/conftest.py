from pathlib import Path

import pytest

from pipeline.audio import Audio, read
from tests.recordings import record, tone


@pytest.fixture
def audio(tmp_path: Path) -> Audio:
    source = record(tmp_path / "talk.m4a", tone(4.0, 44_100, 2), 44_100, "aac")
    return read(source, tmp_path / "read", progress=lambda _: None)

"""SubRip, with or without names before the text."""

from pipeline.importers.blocks import Voice, blocks, cues
from pipeline.importers.cue import Cue


def read_srt(text: str, source: str) -> tuple[Cue, ...]:
    """Cues of an SRT text.

    Raises:
        TranscriptError: A timing line cannot be read.
    """
    found = blocks(enumerate(text.split("\n"), 1), source)
    return cues([Voice(block, None, "\n".join(block.lines)) for block in found])

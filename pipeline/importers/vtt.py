"""WebVTT as Zoom, Teams, Webex and Google Meet write it."""

import re
from collections.abc import Iterator

from pipeline.importers.blocks import Block, Voice, blocks, cues
from pipeline.importers.cue import Cue, plain

_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t]+([^<>\n]*))?>|</v>", re.IGNORECASE)
# Webex writes the speaker into the id: 1 "Anna Reed" (3218431872)
_NAME_IN_ID = re.compile(r'\d+\s+"([^"]+)"\s*(?:\(\d+\))?')


def read_vtt(text: str, source: str) -> tuple[Cue, ...]:
    """Cues of a WebVTT text; a missing ``WEBVTT`` line is forgiven.

    Raises:
        TranscriptError: A timing line cannot be read.
    """
    return cues([voice for block in blocks(_speech_lines(text), source) for voice in _voices(block)])


def _speech_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without NOTE, STYLE and REGION blocks; what stands before the first cue is no speech anyway."""
    skipping, after_blank = False, True
    for number, line in enumerate(text.split("\n"), 1):
        if "-->" in line or not line.strip():
            skipping = False
        elif after_blank and _ASIDE.match(line):
            skipping = True
        after_blank = not line.strip()
        if not skipping:
            yield number, line


def _voices(block: Block) -> Iterator[Voice]:
    text = "\n".join(block.lines)
    in_id = _NAME_IN_ID.fullmatch(block.name)
    speaker = in_id[1] if in_id else None
    position = 0
    for tag in _VOICE.finditer(text):
        yield Voice(block, speaker, text[position : tag.start()])
        speaker, position = plain(tag[1] or "") or None, tag.end()
    yield Voice(block, speaker, text[position:])

"""The transcript as WebVTT, SubRip, plain text and JSON."""

import html
from collections.abc import Iterator
from itertools import zip_longest

from pipeline.render.words import shown
from pipeline.transcript import Transcript, Utterance

# A cue needs an end; where the source gives only a start, it is this long at most.
_UNENDED_SECONDS = 4.0


def to_vtt(transcript: Transcript) -> str:
    """WebVTT with voice tags. Utterances without times have no place in it; a note says how many they are."""
    cues = list(_timed(transcript))
    untimed = len(transcript.utterances) - len(cues)
    parts = ["WEBVTT"]
    if untimed:
        parts.append(f"NOTE {untimed} utterances have no times and are left out")
    for utterance, start, end in cues:
        # "-->" may not stand in a cue; escaping ">" takes care of that.
        said = html.escape(shown(utterance.text), quote=False)
        voice = html.escape(shown(utterance.speaker or ""), quote=False)
        text = f"<v {voice}>{said}</v>" if voice else said
        parts.append(f"{utterance.id}\n{_stamp(start, '.')} --> {_stamp(end, '.')}\n{text}")
    return "\n\n".join(parts) + "\n"


def to_srt(transcript: Transcript) -> str:
    """SubRip, the speaker before a colon; utterances without times are left out."""
    return "\n".join(
        f"{number}\n{_stamp(start, ',')} --> {_stamp(end, ',')}\n{_spoken(utterance)}\n"
        for number, (utterance, start, end) in enumerate(_timed(transcript), 1)
    )


def to_txt(transcript: Transcript) -> str:
    """One utterance a line: ``[00:01:02] Anna: …``, each part where it is known."""
    return "".join(f"{_bracketed(utterance)}{_spoken(utterance)}\n" for utterance in transcript.utterances)


def to_transcript_json(transcript: Transcript) -> str:
    """``transcript.json`` as it can be read back."""
    return transcript.model_dump_json(indent=2) + "\n"


def _timed(transcript: Transcript) -> Iterator[tuple[Utterance, float, float]]:
    timed = [utterance for utterance in transcript.utterances if utterance.start is not None]
    for utterance, following in zip_longest(timed, timed[1:]):
        start = utterance.start or 0.0
        latest = start + _UNENDED_SECONDS
        after = following.start if following and following.start is not None else latest
        end = utterance.end if utterance.end is not None else min(latest, max(start, after))
        yield utterance, start, end


def _spoken(utterance: Utterance) -> str:
    text = shown(utterance.text)
    return f"{shown(utterance.speaker)}: {text}" if utterance.speaker else text


def _bracketed(utterance: Utterance) -> str:
    return f"[{_stamp(utterance.start, '.')[:-4]}] " if utterance.start is not None else ""


def _stamp(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    whole, fraction = divmod(thousandths, 1000)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}{point}{fraction:03}"

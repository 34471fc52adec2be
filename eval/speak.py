"""``python -m eval.speak [ids…]``: gives sample meetings a recording; without ids, those that have one get it anew.

Each speaker of a meeting has a voice of their own, and the transcript takes the times of the recording. The same
words give the same bytes each time.
"""

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from eval.cases import CASES, Case, load_cases
from eval.voices import PAUSE_SECONDS, Turn, Voice, save, speak
from pipeline.errors import InputError, MinutesError
from pipeline.transcript import Language, Transcript

VOICES: dict[Language, tuple[Voice, ...]] = {
    "en": (
        *(Voice("rms"), Voice("awb"), Voice("kal16"), Voice("slt"), Voice("awb", 1.3)),
        *(Voice("slt", 0.75), Voice("kal16", 1.4), Voice("slt", 1.25), Voice("awb", 0.8)),
    ),
    "zh": (
        *(Voice("cmn+f2"), Voice("cmn+m3"), Voice("cmn+m7"), Voice("cmn+linda"), Voice("cmn+f5")),
        *(Voice("cmn+Andy"), Voice("cmn+Alicia"), Voice("cmn+paul"), Voice("cmn+m4")),
    ),
}
"""The voices of a language. Of espeak-ng's English ones the built-in recogniser hears one word in ten."""

KILOBITS = 16
"""A second, as Opus: an eighth of FLAC, of which the built-in recogniser hears four words in a hundred more."""

# Pauses as they are written are up to two hundredths off; the next coarser step takes that out again.
_PAUSES_A_SECOND = 20


def main(ids: Sequence[str]) -> None:
    """Speaks the named cases, else those that have a recording."""
    cases = load_cases(ids=tuple(ids))
    for case in cases if ids else (case for case in cases if case.recording):
        spoken = record(case)
        size = spoken.stat().st_size
        print(f"{spoken.relative_to(CASES)}: {size / 1000:.0f} kB", flush=True)  # noqa: T201


def record(case: Case) -> Path:
    """Writes the recording of a case and its times into its folder.

    Raises:
        InputError: Its transcript does not say who speaks, or more people speak than there are voices.
        BackendError: flite or espeak-ng is not installed.
    """
    assert case.folder is not None
    sound, times = speak(turns(case))
    to = case.folder / "audio.ogg"
    save(sound, to, case.meeting, kilobits=KILOBITS)
    said = Transcript(
        language=case.transcript.language,
        utterances=tuple(
            utterance.model_copy(update={"start": start, "end": end})
            for utterance, (start, end) in zip(case.transcript.utterances, times, strict=True)
        ),
    )
    text = said.model_dump_json(indent=1, exclude_defaults=True)
    (case.folder / "transcript.json").write_text(text + "\n", encoding="utf-8")
    return to


def turns(case: Case) -> tuple[Turn, ...]:
    """The utterances in their speakers' voices, with the pauses that the transcript has between them.

    Raises:
        InputError: The transcript does not say who speaks, or more people speak than there are voices.
    """
    voices = voices_of(case)
    said = case.transcript.utterances
    pauses = (PAUSE_SECONDS, *(_pause(before.end, after.start) for before, after in pairwise(said)))
    return tuple(
        Turn(utterance.text, voices[utterance.speaker or ""], pause)
        for utterance, pause in zip(said, pauses, strict=True)
    )


def voices_of(case: Case) -> dict[str, Voice]:
    """Speaker to voice: the participants in their order, so that a list that stays keeps its voices."""
    said = [utterance.speaker for utterance in case.transcript.utterances]
    speakers = [speaker for speaker in said if speaker]
    if len(speakers) < len(said):
        raise InputError(
            f"{case.id}: the transcript does not say who speaks, so nobody can be given a voice."
        )
    listed = [person.name for person in case.meeting.participants if person.name in speakers]
    voices = VOICES[case.transcript.language]
    everybody = tuple(dict.fromkeys((*listed, *speakers)))
    if len(everybody) > len(voices):
        raise InputError(f"{case.id}: {len(everybody)} people speak, and there are {len(voices)} voices.")
    return dict(zip(everybody, voices, strict=False))


def _pause(end: float | None, start: float | None) -> float:
    if end is None or start is None:
        return PAUSE_SECONDS
    return max(round((start - end) * _PAUSES_A_SECOND) / _PAUSES_A_SECOND, 0.0)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MinutesError as error:
        sys.exit(str(error))

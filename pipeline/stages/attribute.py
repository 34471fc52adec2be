"""Speakers become persons: labels by what the talk says, other spellings of a name by the roster."""

import re
from collections.abc import Iterator, Mapping

from pipeline.meeting import Meeting
from pipeline.people.forms import is_chinese
from pipeline.people.lexicon import sentence
from pipeline.people.roster import Roster
from pipeline.people.talk import is_label, roster_of
from pipeline.people.turns import read_turn
from pipeline.people.voices import tell_voices
from pipeline.transcript import Language, Transcript


def attribute(transcript: Transcript, meeting: Meeting) -> Transcript:
    """Puts names where the transcript has labels or other spellings of a participant's name.

    A label without a clear source for a name stays as it is. The reason of every change is one of the
    ``notices``, in the meeting's language ("S3 = 陈涛：被点名后作答（#12）"). Without speakers nothing
    changes.
    """
    language = meeting.language or transcript.language
    renamed, notices = _respelled(transcript, Roster(meeting.participants, language), language)
    spelled = _with_names(transcript, renamed)
    labels = frozenset(u.speaker for u in spelled.utterances if u.speaker and is_label(u.speaker))
    roster = roster_of(meeting, spelled)
    turns = tuple(read_turn(u, roster, language) for u in spelled.utterances) if labels else ()
    voices = tell_voices(turns, labels, roster, language)
    told = tuple(
        sentence(language, voice.source, label=voice.label, name=voice.name, at=str(voice.at),
                 department=roster.department_of(voice.name) or "")
        for voice in voices
    )  # fmt: skip
    named = _with_names(spelled, {voice.label: voice.name for voice in voices})
    if not (notices or told):
        return transcript
    return named.model_copy(update={"notices": (*transcript.notices, *notices, *told)})


def _respelled(
    transcript: Transcript, roster: Roster, language: Language
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Speakers written in another way than on the roster, with the participant's name; and the reasons."""
    renamed: dict[str, str] = {}
    notices: list[str] = []
    for speaker in dict.fromkeys(u.speaker for u in transcript.utterances if u.speaker):
        if is_label(speaker) or roster.person(speaker) is not None:
            continue
        for part in _parts(speaker):
            match = roster.resolve(part)
            if match.name is not None:
                renamed[speaker] = match.name
                reason = match.reason
                notices.append(sentence(language, "spelled", label=speaker, name=match.name, reason=reason))
                break
    return renamed, tuple(notices)


def _parts(speaker: str) -> Iterator[str]:
    """The whole, then without brackets, then piece by piece ("王蕾-运营")."""
    yield speaker
    bare = re.sub(r"\s*[(（\[【].*?[)）\]】]\s*", " ", speaker).strip()
    yield bare
    # An English name may hold a hyphen ("Mei-Lin Hart"); a Chinese display name never does.
    marks = r"[\s\-–—_/|·,，:：]+" if is_chinese(bare) else r"\s+[-–—/|]\s*|[_/|,:]+\s*"
    yield from (part for part in re.split(marks, bare) if part)


def _with_names(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    utterances = tuple(
        u.model_copy(update={"speaker": names.get(u.speaker or "", u.speaker)}) for u in transcript.utterances
    )
    return transcript.model_copy(update={"utterances": utterances})

"""Sample meetings with a recording: what is spoken, when, in whose voice; and the recordings that are there."""

import shutil
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.cases import CASES, Case, Gold, load_case
from eval.speak import VOICES, record, turns, voices_of
from eval.suites import chosen_cases
from eval.voices import Turn, Voice, say, speak
from pipeline.errors import BackendError, InputError
from pipeline.meeting import Meeting, Participant
from pipeline.recording import SAMPLE_RATE, decode, probe
from pipeline.transcript import Language, Transcript, Utterance

LINES: dict[Language, tuple[str, ...]] = {
    "en": ("Morning all.", "Tom, call the bank.", "I will, by Friday.", "Good."),
    "zh": ("大家好。", "小唐，你联系银行。", "好的，周五前。", "行。"),
}
needs_voices = pytest.mark.skipif(
    shutil.which("flite") is None or shutil.which("espeak-ng") is None,
    reason="the voices are missing: apt-get install flite espeak-ng",
)


def made(folder: Path, language: Language, speakers: tuple[str | None, ...]) -> Case:
    """A meeting of four utterances with pauses of 0.3, 0.45 and 0.9 seconds between them."""
    said = Transcript(
        language=language,
        utterances=tuple(
            Utterance(id=at, start=start, end=end, speaker=speaker, text=text)
            for at, (start, end, speaker, text) in enumerate(
                zip((0.0, 2.3, 4.75, 6.9), (2.0, 4.3, 6.0, 8.0), speakers, LINES[language], strict=True)
            )
        ),
    )
    people = (Participant(name="Ann"), Participant(name="Tom"))
    meeting = Meeting(
        language=language, held_on=date(2026, 3, 2), timezone="Asia/Shanghai", participants=people
    )
    (folder / "transcript.json").write_text(said.model_dump_json(), encoding="utf-8")
    return Case("made", meeting, said, Gold(sections=()), folder=folder)


def spoken(folder: Path) -> Transcript:
    return Transcript.model_validate_json((folder / "transcript.json").read_bytes())


def peaks(folder: Path) -> Iterator[tuple[int, int]]:
    """How loud each turn is at its loudest, and the pause after it, but for 20 ms at both ends of the pause."""
    sound = np.frombuffer(b"".join(pcm for pcm, _ in decode(folder / "audio.ogg")), dtype="<i2")
    said = spoken(folder).utterances
    times = [(round((u.start or 0) * SAMPLE_RATE), round((u.end or 0) * SAMPLE_RATE)) for u in said]
    edge = SAMPLE_RATE // 50
    for (start, end), (following, _) in pairwise((*times, (len(sound), len(sound)))):
        yield int(np.abs(sound[start:end]).max()), int(np.abs(sound[end + edge : following - edge]).max())


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Language:
    return "en" if request.param == "en" else "zh"


@needs_voices
def test_words_ids_and_speakers_stay_and_the_times_become_those_of_the_recording(
    tmp_path: Path, language: Language
) -> None:
    case = made(tmp_path, language, ("Ann", "Ann", "Tom", "Ann"))
    record(case)
    before, after = case.transcript.utterances, spoken(tmp_path).utterances
    assert [(u.id, u.speaker, u.text) for u in after] == [(u.id, u.speaker, u.text) for u in before]
    assert all(loud > 2000 and quiet < 200 for loud, quiet in peaks(tmp_path))


@needs_voices
def test_the_pauses_of_the_transcript_stay(tmp_path: Path) -> None:
    record(made(tmp_path, "en", ("Ann", "Ann", "Tom", "Ann")))
    said = spoken(tmp_path).utterances
    pauses = [(b.start or 0) - (a.end or 0) for a, b in pairwise(said)]
    assert pauses == pytest.approx([0.3, 0.45, 0.9], abs=0.011)


@needs_voices
def test_speaking_again_changes_no_byte(tmp_path: Path, language: Language) -> None:
    case = made(tmp_path, language, ("Ann", "Ann", "Tom", "Ann"))
    first = record(case).read_bytes(), (tmp_path / "transcript.json").read_bytes()
    again = Case(case.id, case.meeting, spoken(tmp_path), case.gold, folder=tmp_path)
    assert (record(again).read_bytes(), (tmp_path / "transcript.json").read_bytes()) == first


@needs_voices
def test_the_recording_says_when_the_meeting_was_held(tmp_path: Path) -> None:
    created = probe(record(made(tmp_path, "zh", ("Ann", "Ann", "Tom", "Ann")))).created
    assert created is not None
    assert created.isoformat() == "2026-03-02T09:00:00+08:00"


@needs_voices
def test_no_two_voices_of_a_language_sound_the_same(language: Language) -> None:
    said = {say(LINES[language][0], voice) for voice in VOICES[language]}
    assert len(said) == len(VOICES[language])


def test_participants_have_their_voices_in_the_order_of_the_list_then_whoever_else_speaks(
    tmp_path: Path,
) -> None:
    voices = voices_of(made(tmp_path, "en", ("Guest", "Tom", "Ann", "Guest")))
    assert voices == dict(zip(("Ann", "Tom", "Guest"), VOICES["en"], strict=False))
    assert [turn.voice for turn in turns(made(tmp_path, "en", ("Guest", "Tom", "Ann", "Guest")))] == [
        voices[name] for name in ("Guest", "Tom", "Ann", "Guest")
    ]


def test_a_transcript_that_does_not_say_who_speaks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say who speaks"):
        record(made(tmp_path, "en", ("Ann", None, "Tom", "Ann")))
    assert not list(tmp_path.glob("audio.*"))


def test_more_speakers_than_voices_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOICES, "en", (Voice("rms"),))
    with pytest.raises(InputError, match="2 people speak, and there are 1 voices"):
        record(made(tmp_path, "en", ("Ann", "Ann", "Tom", "Ann")))


@needs_voices
def test_a_text_without_a_word_is_refused() -> None:
    with pytest.raises(InputError, match="finds nothing to say in “…”"):
        speak([Turn("…", Voice("cmn+f2"))])


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BackendError, match="flite is needed: apt-get install"):
        say("Hello.", Voice("rms"))


RECORDED = tuple(sorted(CASES.glob("*/audio.*")))


def test_at_least_eight_meetings_have_a_recording_and_two_of_each_suite_in_both_languages() -> None:
    assert len(RECORDED) >= 8
    for suite in ("train", "dev", "test"):
        recorded = [case for case in chosen_cases(suite, None) if case.recording]
        assert len(recorded) >= 2
        assert {case.transcript.language for case in recorded} == {"en", "zh"}


def test_the_recordings_are_small() -> None:
    assert sum(recording.stat().st_size for recording in RECORDED) <= 10_000_000


@pytest.mark.parametrize("recording", RECORDED, ids=lambda recording: recording.parent.name)
def test_a_recording_belongs_to_its_transcript(recording: Path) -> None:
    case = load_case(recording.parent)
    info, end = probe(recording), case.transcript.utterances[-1].end
    assert info.created is not None
    assert info.created.date() == case.meeting.held_on
    assert info.seconds is not None
    assert end is not None
    assert 0 < info.seconds - end < 1
    assert all(loud > 2000 and quiet < 200 for loud, quiet in peaks(recording.parent))

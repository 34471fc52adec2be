import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from eval.cases import load_case
from pipeline.audio import Audio, read
from pipeline.backends.asr_sphinx import SphinxTranscriber, notices
from pipeline.errors import BackendError
from pipeline.transcript import Transcript
from tests.recordings import record

SAMPLE = Path(__file__).parents[2] / "audio_samples" / "en-weekly"
FIRST_MINUTE = 63.0
"""The sample's first minute ends here, in a pause."""


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    folder = tmp_path_factory.mktemp("minute")
    whole = read(SAMPLE / "recording.m4a", folder / "whole", progress=lambda _: None)
    whole.clip(0.0, FIRST_MINUTE, folder / "minute.wav")
    return read(folder / "minute.wav", folder, progress=lambda _: None)


@pytest.fixture(scope="module")
def heard(minute: Audio) -> tuple[Transcript, list[float]]:
    shares: list[float] = []
    names = ("David Miller", "Robert Hall", "Michael Brown", "Susan Clark")
    sphinx = SphinxTranscriber()
    return sphinx.transcribe(minute, language="en", names=names, progress=shares.append), shares


def test_each_turn_of_the_sample_is_one_utterance_with_its_times(
    heard: tuple[Transcript, list[float]],
) -> None:
    transcript, shares = heard
    said = [u for u in load_case(SAMPLE).transcript.utterances if (u.end or 0) < FIRST_MINUTE]
    assert len(transcript.utterances) == len(said)
    for utterance, turn in zip(transcript.utterances, said, strict=True):
        assert utterance.start == pytest.approx(turn.start, abs=0.5)
        assert utterance.end == pytest.approx(turn.end, abs=0.5)
        assert utterance.speaker is None
        assert " ".join(word.text for word in utterance.words) == utterance.text.lower()
        assert all(word.start < word.end for word in utterance.words)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0, abs=0.05)


def test_figures_and_names_are_heard_and_written_as_english_writes_them(
    heard: tuple[Transcript, list[float]],
) -> None:
    text = "\n".join(u.text for u in heard[0].utterances)
    assert "Good morning this is Robert from sales" in text
    assert "The conversion rate was three point one percent down from three point five percent" in text


def test_a_transcript_says_that_its_accuracy_is_low(heard: tuple[Transcript, list[float]]) -> None:
    assert heard[0].notices == notices("en")
    assert "accuracy is low" in heard[0].notices[0]
    assert "lihui doctor --fetch whisper:turbo" in heard[0].notices[0]
    assert "taken for English" in notices(None)[1]


def test_chinese_is_refused_before_listening(minute: Audio) -> None:
    with pytest.raises(BackendError, match="English only"):
        SphinxTranscriber().transcribe(minute, language="zh", names=(), progress=lambda _: None)


def test_a_recording_without_speech_has_no_line(tmp_path: Path) -> None:
    hiss = np.random.default_rng(1).normal(0, 0.003, (1, 5 * 16_000)).astype(np.float32)
    audio = read(record(tmp_path / "hiss.wav", hiss, 16_000, "pcm_s16le"), tmp_path, progress=lambda _: None)
    transcript = SphinxTranscriber().transcribe(audio, language=None, names=(), progress=lambda _: None)
    assert transcript.utterances == ()


def test_the_same_recording_is_heard_the_same_twice(minute: Audio, tmp_path: Path) -> None:
    minute.clip(0.0, 10.0, tmp_path / "ten.wav")
    audio = read(tmp_path / "ten.wav", tmp_path, progress=lambda _: None)
    once, again = (
        SphinxTranscriber().transcribe(audio, language="en", names=(), progress=lambda _: None)
        for _ in range(2)
    )
    assert once == again


def test_a_name_that_the_dictionary_lacks_can_be_heard_when_it_is_expected(tmp_path: Path) -> None:
    if shutil.which("flite") is None:
        pytest.skip("flite speaks the sentence: apt-get install flite")
    said = "Kowalbrook will send a price list to all our stores by Wednesday."
    subprocess.run(["flite", "-voice", "rms", "-t", said, "-o", str(tmp_path / "said.wav")], check=True)
    audio = read(tmp_path / "said.wav", tmp_path, progress=lambda _: None)
    texts = [
        SphinxTranscriber()
        .transcribe(audio, language="en", names=names, progress=lambda _: None)
        .utterances[0]
        .text
        for names in ((), ("Kowalbrook",))
    ]
    assert "Kowalbrook" not in texts[0]
    assert texts[1] == "Kowalbrook will send a price list to all our stores by Wednesday"

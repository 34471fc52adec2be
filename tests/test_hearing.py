"""A recording is heard part by part, and a part is heard once."""

from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import hearing
from pipeline.audio import Audio, read
from pipeline.backends.asr_sphinx import SphinxTranscriber
from pipeline.backends.store_folder import FolderStore
from pipeline.errors import AudioError
from pipeline.hearing import Hark, hear, nobody_harks
from pipeline.journal import Journal, tell_nobody
from pipeline.protocols import Progress
from pipeline.transcript import Language, Transcript, Utterance
from tests.command import SAMPLES

SECONDS = 16.6


class Listener(SphinxTranscriber):
    """Sphinx that remembers what it was asked, and may be stopped at its nth part."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.asked: list[tuple[float, Language | None]] = []
        self.stop_at = stop_at

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        self.asked.append((audio.seconds, language))
        if len(self.asked) == self.stop_at:
            raise KeyboardInterrupt
        return super().transcribe(audio, language=language, names=names, progress=progress)


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    """The first turns of the English sample."""
    folder = tmp_path_factory.mktemp("audio")
    whole = read(SAMPLES / "en-weekly" / "recording.m4a", folder, progress=lambda _: None)
    whole.clip(0, SECONDS, folder / "clip.wav")
    return Audio(folder / "clip.wav", SECONDS, "clip.wav")


def listen(
    audio: Audio,
    store: FolderStore,
    listener: Listener,
    shares: list[float] | None = None,
    hark: Hark = nobody_harks,
) -> Transcript:
    journal = Journal(store, "0" * 16, tell_nobody)
    told: Progress = shares.append if shares is not None else lambda _: None
    return hear(audio, listener, journal, language=None, names=(), progress=told, hark=hark)


def text_of(transcript: Transcript) -> str:
    return " ".join(utterance.text for utterance in transcript.utterances).lower()


def test_parts_give_the_words_and_times_and_language_of_the_whole(
    audio: Audio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = listen(audio, FolderStore(tmp_path / "whole"), Listener())
    monkeypatch.setattr(hearing, "PART_SECONDS", 13.0)
    listener, shares = Listener(), list[float]()
    parts = listen(audio, FolderStore(tmp_path / "parts"), listener, shares)
    assert len(listener.asked) >= 2
    assert sum(seconds for seconds, _ in listener.asked) == pytest.approx(SECONDS)
    # The first part tells the language of the others.
    assert [language for _, language in listener.asked] == [None, *["en"] * (len(listener.asked) - 1)]
    assert parts.notices == whole.notices
    assert text_of(parts) == text_of(whole)
    assert [u.id for u in parts.utterances] == list(range(len(parts.utterances)))
    assert [u.start for u in parts.utterances] == pytest.approx([u.start for u in whole.utterances], abs=0.3)
    assert parts.utterances[-1].words[-1].end == pytest.approx(whole.utterances[-1].words[-1].end, abs=0.3)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert not list(audio.path.parent.glob("part.wav"))


def test_listening_that_was_stopped_goes_on_at_the_part_where_it_was(
    audio: Audio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "PART_SECONDS", 13.0)
    store = FolderStore(tmp_path)
    stopped = Listener(stop_at=2)
    with pytest.raises(KeyboardInterrupt):
        listen(audio, store, stopped)
    assert not list(audio.path.parent.glob("part.wav"))
    second, third = Listener(), Listener()
    listen(audio, store, second)
    assert second.asked[0] == stopped.asked[1]
    listen(audio, store, third)
    assert third.asked == []


def test_what_was_heard_so_far_is_given_after_every_part_also_of_those_kept_from_before(
    audio: Audio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "PART_SECONDS", 13.0)
    for _ in range(2):
        heard: list[tuple[Utterance, ...]] = []
        whole = listen(audio, FolderStore(tmp_path), Listener(), hark=heard.append)
        assert len(heard) >= 2
        assert len(heard[0]) < len(whole.utterances)
        for before, after in pairwise(heard):
            assert after[: len(before)] == before
        assert heard[-1] == whole.utterances


class DeafListener(Listener):
    """Hears nothing."""

    def transcribe(
        self, audio: Audio, *, language: Language | None, names: tuple[str, ...], progress: Progress
    ) -> Transcript:
        return Transcript(language="en", utterances=())


def test_a_recording_without_a_word_is_told(audio: Audio, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"Not a word is heard in clip\.wav"):
        listen(audio, FolderStore(tmp_path), DeafListener())

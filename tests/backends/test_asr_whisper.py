from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import whisper  # pyright: ignore[reportMissingTypeStubs]
from whisper.model import Whisper  # pyright: ignore[reportMissingTypeStubs]

from pipeline.audio import Audio
from pipeline.backends import asr_whisper
from pipeline.backends.asr_whisper import WhisperTranscriber
from pipeline.errors import BackendError, UsageError
from tests.backends.checkpoints import ENGLISH, checkpoint


def test_a_checkpoint_on_disk_goes_from_m4a_to_utterances(tmp_path: Path, audio: Audio) -> None:
    path = checkpoint(tmp_path / "tiny.pt")
    shares: list[float] = []
    listener = WhisperTranscriber(str(path))
    assert listener.name == f"whisper:{path}"
    transcript = listener.transcribe(audio, language="zh", names=("王蕾", "退货率"), progress=shares.append)
    assert transcript.language == "zh"
    assert transcript.utterances, "random weights always say something"
    for utterance in transcript.utterances:
        assert utterance.start is not None
        assert utterance.end is not None
        assert 0 <= utterance.start <= utterance.end <= audio.seconds + 0.01
        assert utterance.text == utterance.text.strip()
        assert all(0 <= word.start <= word.end <= audio.seconds + 0.01 for word in utterance.words)
    assert shares == [1.0]


def test_a_long_recording_is_heard_in_blocks_on_one_time_line(
    tmp_path: Path, audio: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[dict[str, object]] = []

    def transcribe(_: Whisper, samples: object, **options: object) -> dict[str, object]:
        heard.append(options)
        words = [{"word": " go", "start": 0.25, "end": 0.5}]
        return {"segments": [{"start": 0.25, "end": 0.5, "text": " go", "words": words}]}

    # Random weights say nothing one could place; the model's own decoding is replaced, all else is real.
    monkeypatch.setattr(Whisper, "transcribe", transcribe)
    monkeypatch.setattr(asr_whisper, "BLOCK_SECONDS", 1.5)

    def blocks(_: Audio, longest: float) -> Iterator[tuple[float, float]]:
        yield from ((0.0, longest), (longest, 2 * longest), (2 * longest, 4.0))

    monkeypatch.setattr(Audio, "blocks", blocks)
    shares: list[float] = []
    listener = WhisperTranscriber(str(checkpoint(tmp_path / "tiny.pt")))
    transcript = listener.transcribe(
        audio, language="en", names=("Tom Baker", "churn"), progress=shares.append
    )
    assert [u.start for u in transcript.utterances] == [0.25, 1.75, 3.25]
    assert [u.words[0].text for u in transcript.utterances] == ["go"] * 3
    assert {str(options["initial_prompt"]) for options in heard} == {
        "A business meeting. Names: Tom Baker, churn."
    }
    assert all(options["carry_initial_prompt"] for options in heard)
    assert len(shares) == 3
    assert shares[-1] == pytest.approx(1.0, abs=0.05)


def test_the_language_is_chinese_or_english_and_nothing_else(
    tmp_path: Path, audio: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def transcribe(_: Whisper, samples: object, **options: object) -> dict[str, object]:
        said.append(str(options["language"]))
        return {"segments": []}

    monkeypatch.setattr(Whisper, "transcribe", transcribe)

    def detect_language(_: Whisper, mel: torch.Tensor) -> tuple[None, dict[str, float]]:
        assert mel.shape == (80, 3000)
        return None, {"de": 0.9, "zh": 0.06, "en": 0.04}

    monkeypatch.setattr(whisper, "detect_language", detect_language)
    listener = WhisperTranscriber(str(checkpoint(tmp_path / "tiny.pt")))
    transcript = listener.transcribe(audio, language=None, names=(), progress=lambda _: None)
    assert transcript.language == "zh"
    assert said == ["zh"]


def test_the_prompt_keeps_as_many_names_as_fit(tmp_path: Path) -> None:
    names = tuple(f"指标{number}" for number in range(100))
    prompt = asr_whisper._prompt(names, "zh")  # pyright: ignore[reportPrivateUsage]
    assert prompt is not None
    assert "指标0、指标1、" in prompt
    assert "指标99" not in prompt
    from whisper.tokenizer import get_tokenizer  # pyright: ignore[reportMissingTypeStubs]

    tokenizer = get_tokenizer(True, language="zh", task="transcribe")
    assert len(tokenizer.encode(prompt)) < 223  # pyright: ignore[reportUnknownMemberType]
    assert asr_whisper._prompt((), "en") is None  # pyright: ignore[reportPrivateUsage]


def test_an_english_checkpoint_refuses_chinese(tmp_path: Path, audio: Audio) -> None:
    listener = WhisperTranscriber(str(checkpoint(tmp_path / "tiny.en.pt", ENGLISH)))
    with pytest.raises(BackendError, match="understands English only"):
        listener.transcribe(audio, language="zh", names=(), progress=lambda _: None)


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 half a zip"])
def test_a_file_that_is_no_checkpoint_is_told(tmp_path: Path, audio: Audio, content: bytes) -> None:
    path = tmp_path / "bad.pt"
    path.write_bytes(content)
    with pytest.raises(BackendError, match=r"bad\.pt cannot be loaded as a Whisper checkpoint"):
        WhisperTranscriber(str(path)).transcribe(audio, language="en", names=(), progress=lambda _: None)


def test_a_checkpoint_of_something_else_is_told(tmp_path: Path, audio: Audio) -> None:
    path = tmp_path / "other.pt"
    torch.save({"weights": torch.zeros(2)}, path)  # pyright: ignore[reportUnknownMemberType]
    with pytest.raises(BackendError, match=r"other\.pt cannot be loaded"):
        WhisperTranscriber(str(path)).transcribe(audio, language="en", names=(), progress=lambda _: None)


def test_a_model_that_breaks_while_it_listens_is_told(tmp_path: Path, audio: Audio) -> None:
    path = checkpoint(tmp_path / "nan.pt")
    saved = torch.load(path, weights_only=True)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    saved["model_state_dict"]["decoder.positional_embedding"].fill_(float("nan"))
    torch.save(saved, path)  # pyright: ignore[reportUnknownMemberType]
    with pytest.raises(BackendError, match=r"nan\.pt failed while it listened"):
        WhisperTranscriber(str(path)).transcribe(audio, language="en", names=(), progress=lambda _: None)


def test_a_missing_checkpoint_is_told(tmp_path: Path, audio: Audio) -> None:
    with pytest.raises(BackendError, match="There is no Whisper checkpoint"):
        WhisperTranscriber(str(tmp_path / "gone.pt")).transcribe(
            audio, language="en", names=(), progress=lambda _: None
        )


def test_a_misspelt_model_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean “whisper:turbo”"):
        WhisperTranscriber("trubo")

"""A chat model in this process, end to end: random weights say nothing true, and the minutes hold nothing of it."""

from pathlib import Path

import pytest

from tests.backends.tiny_chat_model import chat_model
from tests.command import lihui
from tests.talks import vtt


def test_a_model_of_random_weights_reads_a_meeting_and_leaves_nothing_unproven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIHUI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("LIHUI_LIMITS__ANSWER_TOKENS", "600")
    monkeypatch.setenv("LIHUI_LIMITS__WINDOW_TOKENS", "400")
    folder = chat_model(tmp_path / "tiny", context=32_768)
    outcome = lihui("run", vtt(Path("weekly.vtt")), "--scribe", f"llm:transformers:{folder}", "--json")
    minutes = outcome.minutes
    assert outcome.code in (0, 4)
    assert (minutes.status == "partial") == bool(minutes.problems)
    assert (*minutes.decisions, *minutes.actions, *minutes.kpis, *minutes.issues) == ()
    asked = next(stage for stage in minutes.origin.stages if stage.stage == "read_out")
    assert asked.backend == f"llm:transformers:{folder}"
    assert (asked.tokens_in or 0) > 1000


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = lihui("run", vtt(Path("weekly.vtt")), "--scribe", f"llm:transformers:{tmp_path}")
    assert outcome.code == 1
    assert "holds no config.json" in outcome.one_error

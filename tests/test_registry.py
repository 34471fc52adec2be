import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from pipeline import registry
from pipeline.backends import whisper_weights
from pipeline.backends.asr_sphinx import SphinxTranscriber
from pipeline.backends.asr_whisper import WhisperTranscriber
from pipeline.errors import BackendError, UsageError
from pipeline.registry import (
    SCRIBES,
    TRANSCRIBERS,
    Entry,
    choose_transcriber,
    did_you_mean,
    make_scribe,
    make_transcriber,
)


def test_a_specification_names_backend_and_model() -> None:
    assert isinstance(make_transcriber("sphinx"), SphinxTranscriber)
    assert isinstance(make_transcriber("whisper:small"), WhisperTranscriber)
    assert make_transcriber("whisper").name == "whisper:turbo"
    assert make_transcriber("whisper:/path/x.pt").name == "whisper:/path/x.pt"


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("wisper", "There is no recogniser “wisper”: did you mean “whisper”? There are: sphinx, whisper."),
        ("sphynx", "did you mean “sphinx”?"),
        ("azure", "There is no recogniser “azure”. There are: sphinx, whisper."),
        ("sphinx:large", "“sphinx:large” is no recogniser: write sphinx."),
        ("whisper:", "“whisper:” is no recogniser: write whisper:MODEL."),
        ("whisper:trubo", "did you mean “whisper:turbo”?"),
    ],
)
def test_a_wrong_name_is_told_with_the_nearest(spec: str, sentence: str) -> None:
    with pytest.raises(UsageError) as told:
        choose_transcriber(spec, "en")
    assert sentence in str(told.value)


def test_an_unknown_scribe_is_told() -> None:
    with pytest.raises(UsageError, match="There is no scribe “rule”: did you mean “rules”"):
        make_scribe("rule")


def test_what_was_meant_ends_the_sentence() -> None:
    assert did_you_mean("jsn", ("json", "csv")) == ": did you mean “json”?"
    assert did_you_mean("zzz", ("json", "csv")) == "."


def test_a_missing_package_is_told_with_the_command_that_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Entry("x", "X", package="no_such_package", install="pip install no-such-package")
    monkeypatch.setitem(TRANSCRIBERS, "far", entry)
    with pytest.raises(
        BackendError, match="far needs a package that is not installed: pip install no-such-package"
    ):
        make_transcriber("far")


def test_every_entry_exists() -> None:
    for entry in (*TRANSCRIBERS.values(), *SCRIBES.values()):
        assert find_spec(entry.module) is not None
        assert entry.package is None or find_spec(entry.package) is not None


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without weights and without a connection."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    # Nothing listens on port 9 of this machine: the connection is refused as on a machine without a network.
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(whisper_weights, "_HOST", "http://127.0.0.1:9/")
    return tmp_path / "whisper" / "large-v3-turbo.pt"


def test_auto_takes_whisper_where_its_weights_are(no_weights: Path) -> None:
    no_weights.parent.mkdir()
    no_weights.touch()
    assert choose_transcriber("auto", "zh").name == "whisper:turbo"
    assert choose_transcriber("auto", "en").name == "whisper:turbo"


def test_auto_takes_whisper_where_its_weights_can_be_fetched(
    no_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper_weights, "can_be_fetched", lambda: True)
    assert choose_transcriber("auto", None).name == "whisper:turbo"


@pytest.mark.usefixtures("no_weights")
def test_auto_without_weights_takes_the_built_in_one_for_english_and_for_an_unknown_language() -> None:
    assert choose_transcriber("auto", "en").name == "sphinx"
    assert choose_transcriber("auto", None).name == "sphinx"


@pytest.mark.usefixtures("no_weights")
def test_auto_without_weights_says_what_to_do_for_chinese() -> None:
    with pytest.raises(BackendError) as told:
        choose_transcriber("auto", "zh")
    assert "lihui doctor --fetch whisper:turbo" in str(told.value)
    assert "import a transcript" in str(told.value)


def test_choosing_loads_no_model_library() -> None:
    program = (
        "import sys; from pipeline.registry import make_transcriber;"
        "make_transcriber('whisper:turbo'); make_transcriber('sphinx');"
        "print([m for m in ('torch', 'whisper', 'av', 'pydub') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_default_model_is_an_official_one() -> None:
    assert registry.AUTO_MODEL in whisper_weights.MODELS

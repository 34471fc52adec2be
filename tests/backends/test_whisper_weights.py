import hashlib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import whisper  # pyright: ignore[reportMissingTypeStubs]

from pipeline.audio import Audio
from pipeline.backends import whisper_weights
from pipeline.backends.asr_whisper import WhisperTranscriber
from pipeline.backends.whisper_weights import MODELS, fetch, weights_path, weights_present
from pipeline.errors import BackendError
from tests.backends.checkpoints import checkpoint


def test_a_server_that_answers_is_within_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    # A server that refuses the page is there all the same; one that is not there is told at once.
    class Refuse(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Refuse)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(whisper_weights, "_HOST", f"http://127.0.0.1:{server.server_port}/")
    assert whisper_weights.can_be_fetched()
    server.shutdown()
    server.server_close()
    assert not whisper_weights.can_be_fetched()


def test_names_and_places_are_those_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = whisper._MODELS  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert set(MODELS) == set(urls)
    for model, url in urls.items():
        assert weights_path(model) == tmp_path / "whisper" / Path(url).name
        assert url.startswith(whisper_weights._HOST)  # pyright: ignore[reportPrivateUsage]


def _offered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Makes whisper:tiny a checkpoint of the test's own that lies on this disk instead of a server."""
    content = checkpoint(folder / "made.pt").read_bytes()
    checksum = hashlib.sha256(content).hexdigest()
    (folder / checksum).mkdir()
    (folder / checksum / "tiny.pt").write_bytes(content)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setitem(
        whisper._MODELS,  # pyright: ignore[reportPrivateUsage]
        "tiny",
        (folder / checksum / "tiny.pt").as_uri(),
    )
    return content


def test_official_weights_are_fetched_once_and_then_used(
    tmp_path: Path, audio: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _offered(tmp_path, monkeypatch)
    assert not weights_present("tiny")
    WhisperTranscriber("tiny").transcribe(audio, language="en", names=(), progress=lambda _: None)
    assert weights_present("tiny")
    assert weights_path("tiny").read_bytes() == content
    assert [path.name for path in weights_path("tiny").parent.iterdir()] == ["tiny.pt"]
    before = weights_path("tiny").stat().st_mtime_ns
    fetch("tiny")
    assert weights_path("tiny").stat().st_mtime_ns == before


def test_a_cached_file_with_a_wrong_checksum_is_refused_and_kept(
    tmp_path: Path, audio: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    _offered(tmp_path, monkeypatch)
    weights_path("tiny").parent.mkdir(parents=True)
    weights_path("tiny").write_bytes(b"mine")
    with pytest.raises(BackendError, match=r"tiny\.pt is not the official file .*remove it"):
        WhisperTranscriber("tiny").transcribe(audio, language="en", names=(), progress=lambda _: None)
    assert weights_path("tiny").read_bytes() == b"mine"


def test_a_failed_fetch_says_what_to_do_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _offered(tmp_path, monkeypatch)
    urls = whisper._MODELS  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setitem(urls, "tiny", (tmp_path / "nowhere" / "tiny.pt").as_uri())
    with pytest.raises(BackendError, match="lihui doctor --fetch whisper:tiny"):
        fetch("tiny")
    assert list(weights_path("tiny").parent.iterdir()) == []

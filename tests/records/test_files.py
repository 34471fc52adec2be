import threading
from pathlib import Path

import pytest

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.records.artefacts import MeetingStore
from pipeline.records.files import PIECE_BYTES, Files


@pytest.fixture
def files(files_url: str) -> Files:
    return Files(files_url)


def test_what_was_put_is_got_and_replaced(files: Files) -> None:
    files.check()
    files.put("a/b.json", b"one")
    files.put("a/b.json", b"two")
    assert files.get("a/b.json") == b"two"
    assert (files.size("a/b.json"), files.listed("a")) == (3, ("a/b.json",))
    assert (files.get("a/none"), files.size("a/none"), files.listed("none")) == (None, None, ())


def test_large_files_go_in_pieces(files: Files) -> None:
    with files.writing("big.bin") as file:
        for number in range(12):
            file.write(bytes([number]) * PIECE_BYTES)
    assert files.size("big.bin") == 12 * PIECE_BYTES
    assert b"".join(files.pieces("big.bin", PIECE_BYTES - 2, PIECE_BYTES + 2)) == b"\0\0\1\1"
    assert max(len(piece) for piece in files.pieces("big.bin")) <= PIECE_BYTES
    with files.local("big.bin") as path:
        assert path.stat().st_size == 12 * PIECE_BYTES


@pytest.mark.parametrize("size", [10, 7 * PIECE_BYTES])
def test_a_writer_that_fails_leaves_what_was_there(files: Files, size: int) -> None:
    def fail() -> None:
        with files.writing("x/a") as file:
            file.write(bytes(size))
            raise RuntimeError

    files.put("x/a", b"before")
    with pytest.raises(RuntimeError):
        fail()
    assert files.get("x/a") == b"before"
    assert files.listed("x") == ("x/a",)


def test_deleting_a_folder_deletes_all_of_it_and_nothing_else(files: Files) -> None:
    for name in ("m/1/a", "m/1/b/c", "m/12"):
        files.put(name, b"x")
    files.delete("m/1")
    files.delete("m/1")
    assert files.listed("m") == ("m/12",)


def test_several_threads_at_once(files: Files) -> None:
    def work(number: int) -> None:
        for turn in range(4):
            files.put(f"t/{number}-{turn}", bytes([number]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files.listed("t")) == 24


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../b", "a//b", "", "a/./b", "a\0b", ".hidden"])
def test_no_path_leads_elsewhere(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="no path of this program"):
        Files(str(tmp_path)).put(path, b"x")


def test_an_address_of_no_known_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="LIHUI_FILES"):
        Files("gopher://old/place")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(EnvironmentProblem, match="cannot be used"):
        Files(str(tmp_path / "file")).check()


def test_artefacts_lie_with_their_meeting(files: Files, tmp_path: Path) -> None:
    store = MeetingStore(files, "00aa", tmp_path)
    store.put("digest", "read-1.json", b"{}")
    assert store.get("digest", "read-1.json") == b"{}"
    assert files.listed("meetings/00aa") == ("meetings/00aa/artefacts/digest/read-1.json",)
    assert store.folder("digest").is_dir()

"""What is installed, which weights are there, what is missing and the command that mends it."""

from pathlib import Path

import pytest

from pipeline import doctor
from tests.command import lihui
from tests.talks import vtt

pytestmark = pytest.mark.usefixtures("workplace")


def lines(text: str) -> dict[str, str]:
    """The report's lines by what they are about; a remedy stands with the line above it."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith((" ",)):
            found[name] += line
        else:
            name = line[4:20].strip()
            found[name] = line
    return found


def test_it_tells_what_is_installed_and_where_the_cache_lies(tmp_path: Path) -> None:
    done = lihui("doctor")
    assert done.code == 0
    report = lines(done.out)
    assert report["pocketsphinx"].startswith("ok")
    assert report["openai-whisper"].startswith("ok")
    assert str(tmp_path / "cache") in report["Work cache"]
    assert "lihui doctor --empty-cache" in report["Work cache"]


def test_it_tells_which_weights_are_there_and_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    missing = lines(lihui("doctor").out)["Whisper weights"]
    assert missing.startswith("--")
    assert missing.endswith("-> lihui doctor --fetch whisper:turbo")
    (tmp_path / "whisper").mkdir()
    (tmp_path / "whisper" / "base.pt").touch()
    assert "base in " in lines(lihui("doctor").out)["Whisper weights"]
    (tmp_path / "whisper" / "large-v3-turbo.pt").touch()
    there = lines(lihui("doctor").out)["Whisper weights"]
    assert there.startswith("ok")
    assert "base, " in there
    assert "turbo" in there


def test_a_missing_package_comes_with_the_command_that_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", {"no-such-package": "nothing"})
    report = lines(lihui("doctor").out)["no-such-package"]
    assert report.startswith("--")
    assert report.endswith("-> pip install no-such-package")


def test_emptying_the_cache_deletes_kept_work_and_nothing_else(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    lihui("run", vtt(Path("weekly.vtt")))
    (cache / "holiday").mkdir()
    (cache / "holiday" / "photo.jpg").touch()
    (cache / "diary.txt").touch()
    assert len(list(cache.iterdir())) == 3
    done = lihui("doctor", "--empty-cache")
    assert (done.code, done.out) == (0, f"{cache} is empty.\n")
    assert sorted(path.name for path in cache.iterdir()) == ["diary.txt", "holiday"]
    assert lihui("run", "weekly.vtt").code == 0


@pytest.mark.parametrize("spec", ["sphinx", "whisper:", "turbo", "whisper:/x.pt", "whisper:trubo"])
def test_only_official_weights_can_be_fetched(spec: str) -> None:
    done = lihui("doctor", "--fetch", spec)
    assert done.code == 2
    assert done.one_error

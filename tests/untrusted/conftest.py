"""A recording that would take half a minute and two gigabytes to decode."""

from pathlib import Path

import pytest

from tests.untrusted import bombs


@pytest.fixture(scope="session")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bombs.endless_silence(tmp_path_factory.mktemp("endless"))

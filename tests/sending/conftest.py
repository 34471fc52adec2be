"""Meetings to send."""

from datetime import date

import pytest

from pipeline.minutes import Minutes
from pipeline.transcript import Transcript
from tests.render.conftest import EN_LINES, ZH_LINES, en_minutes, transcript_of, zh_minutes

Meeting = tuple[Minutes, Transcript]

HELD = date(2026, 3, 2)
TODAY = date(2026, 3, 5)


@pytest.fixture
def zh() -> Meeting:
    transcript = transcript_of(ZH_LINES, "zh")
    return zh_minutes(transcript), transcript


@pytest.fixture
def en() -> Meeting:
    transcript = transcript_of(EN_LINES, "en")
    return en_minutes(transcript), transcript


@pytest.fixture(params=["zh", "en"])
def either(request: pytest.FixtureRequest, zh: Meeting, en: Meeting) -> Meeting:
    return zh if request.param == "zh" else en

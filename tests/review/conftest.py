import pytest

from pipeline.minutes import Minutes
from pipeline.transcript import Transcript
from tests.review.meetings import meeting


@pytest.fixture
def zh() -> tuple[Minutes, Transcript]:
    return meeting("zh")


@pytest.fixture
def en() -> tuple[Minutes, Transcript]:
    return meeting("en")


@pytest.fixture(params=["zh", "en"])
def either(request: pytest.FixtureRequest) -> tuple[Minutes, Transcript]:
    return meeting("zh" if request.param == "zh" else "en")

import pytest

from pipeline.clock import clock


@pytest.mark.parametrize(
    ("seconds", "label"), [(0, "0:00"), (754.9, "12:34"), (3600, "1:00:00"), (90061, "25:01:01")]
)
def test_times_within_a_recording(seconds: float, label: str) -> None:
    assert clock(seconds) == label

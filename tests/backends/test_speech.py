from itertools import pairwise

import pytest

from pipeline.backends.speech import LONGEST_SECONDS, speech_spans


def test_speech_is_cut_at_pauses_of_four_tenths_of_a_second() -> None:
    voiced = bytes([0] * 11 + [1] * 29 + [0] * 13 + [1] * 20 + [0] * 14 + [1] * 30)
    first, second = speech_spans(voiced)
    assert first == pytest.approx((0.18, (73 + 7) * 0.03))
    assert second == pytest.approx(((87 - 7) * 0.03, 117 * 0.03))
    assert speech_spans(b"") == speech_spans(bytes(100)) == ()


def test_long_talk_is_cut_at_its_longest_pause() -> None:
    voiced = bytes([1] * 300 + [0] * 3 + [1] * 200 + [0] * 12 + [1] * 100 + [0] * 3 + [1] * 300)
    spans = speech_spans(voiced)
    assert [round(end, 2) for _, end in spans[:1]] == [round((503 + 6) * 0.03, 2)]
    assert spans[1][0] == pytest.approx((515 - 6) * 0.03)


@pytest.mark.parametrize("voiced", [bytes([1]) * 40_000, bytes([1, 1, 1, 0, 0]) * 40_000])
def test_no_stretch_is_longer_than_the_limit_and_none_overlaps(voiced: bytes) -> None:
    spans = speech_spans(voiced)
    assert all(end - start <= LONGEST_SECONDS + 0.4 for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert sum(end - start for start, end in spans) > 0.95 * 0.03 * len(voiced)

from itertools import pairwise

from pipeline.importers.cue import Cue
from pipeline.importers.merge import in_order, utterances, weight


def _cues(speaker: str | None, *texts: str, seconds: float = 2.0, pause: float = 0.0) -> list[Cue]:
    step = seconds + pause
    return [Cue(text, i * step, i * step + seconds, speaker) for i, text in enumerate(texts)]


def test_one_speaker_in_a_row_is_one_utterance_with_all_its_time():
    (found,) = utterances(_cues("王蕾", "我们下周", "三之前上线，", "陈涛跟一下。"))
    assert (found.text, found.start, found.end) == ("我们下周三之前上线，陈涛跟一下。", 0.0, 6.0)


def test_chinese_is_put_together_without_a_space_and_english_with_one():
    (found,) = utterances(_cues("Tom", "我们用", "Power BI", "看板"))
    assert found.text == "我们用 Power BI 看板"


def test_a_long_turn_ends_at_the_end_of_a_sentence():
    sentences = ["这是一句有二十个字左右的话用来凑长度的，" * 1 + "没别的意思。"] * 20
    found = utterances(_cues("王蕾", *sentences))
    assert len(found) > 1
    assert all(u.text.endswith("。") and weight(u.text) <= 200 for u in found)
    assert "".join(u.text for u in found) == "".join(sentences)


def test_a_turn_that_is_half_full_rather_ends_with_a_sentence_than_inside_the_next():
    found = utterances(_cues("王蕾", "先" * 109 + "。", "再" * 60 + "，", "后" * 60 + "。"))
    assert [u.text[-1] for u in found] == ["。", "。"]
    assert len(found[0].text) == 110


def test_a_minute_is_long_enough():
    found = utterances(_cues("Tom", *["Yes and then"] * 10, seconds=20))
    assert all(u.end is not None and u.start is not None and u.end - u.start <= 60 for u in found)


def test_after_a_pause_a_speaker_begins_anew():
    assert len(utterances(_cues("Tom", "First.", "Second.", pause=6))) == 2


def test_nobody_in_particular_goes_on_only_inside_a_sentence():
    found = utterances(_cues(None, "So we ship", "on Friday.", "I disagree.", "Well,", "why?"))
    assert [u.text for u in found] == ["So we ship on Friday.", "I disagree.", "Well, why?"]


def test_cues_without_any_stops_stay_apart_when_nobody_is_named():
    found = utterances(_cues(None, "so we ship", "on friday", "i disagree", "why"))
    assert len(found) == 4


def test_a_turn_far_too_long_is_cut_after_sentences_and_its_time_shared_out():
    text = "我们先看一下上周的数据，再看退货。" * 60
    found = utterances([Cue(text, 0.0, 240.0, "王蕾")])
    assert "".join(u.text for u in found) == text
    assert all(weight(u.text) <= 200 for u in found)
    assert (found[0].start, found[-1].end) == (0.0, 240.0)
    assert all(a.end == b.start for a, b in pairwise(found))


def test_a_long_text_without_stops_is_cut_between_words():
    text = " ".join(f"word{i}" for i in range(500))
    found = utterances([Cue(text)])
    assert " ".join(u.text for u in found) == text
    assert all(weight(u.text) <= 200 for u in found)


def test_ends_that_are_left_out_are_the_next_start_and_the_last_is_reckoned():
    first, last = in_order([Cue("b", 10.0), Cue("大家好，我们今天开会。", 3.0)])
    assert (first.start, first.end, last.start, last.end) == (3.0, 10.0, 10.0, 11.0)

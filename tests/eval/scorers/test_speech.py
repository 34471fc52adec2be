import pytest

pytest.importorskip("jiwer")
pytest.importorskip("meeteval")

from eval.scorers.counts import Rate
from eval.scorers.speech import score_speech
from pipeline.transcript import Language, Transcript, Utterance


def talk(language: Language, *said: tuple[str | None, str]) -> Transcript:
    utterances = tuple(Utterance(id=n, speaker=s, text=text) for n, (s, text) in enumerate(said))
    return Transcript(language=language, utterances=utterances)


def test_english_is_counted_in_words_after_whispers_normalisation() -> None:
    reference = talk("en", (None, "We're at twelve percent, colour me surprised."))
    # "we are at 12% color me surprised"
    assert score_speech(reference, reference) == {"wer": Rate(0, 7)}
    heard = talk("en", (None, "we are at 12% color me"), (None, "uh surprise"))
    assert score_speech(heard, reference) == {"wer": Rate(1, 7)}


def test_chinese_is_counted_in_characters_without_punctuation() -> None:
    reference = talk("zh", (None, "转化率，降了三个点。"))
    assert score_speech(talk("zh", (None, "转化率降了三点")), reference) == {"cer": Rate(1, 8)}


def test_speakers_are_paired_as_suits_best_whatever_their_labels() -> None:
    reference = talk("en", ("Ann", "good morning everyone"), ("Tom", "the stock count is done"))
    heard = talk("en", ("S2", "good morning everyone"), ("S1", "the stock count is done"))
    assert score_speech(heard, reference)["cpwer"] == Rate(0, 8)
    mixed = talk("en", ("S1", "good morning everyone"), ("S1", "the stock count is done"))
    scores = score_speech(mixed, reference)
    assert (scores["wer"].hits, scores["cpwer"].hits) == (0, 6)


def test_without_speakers_there_is_no_score_of_them() -> None:
    reference = talk("zh", ("王蕾", "开始吧"), ("陈涛", "好的"))
    assert set(score_speech(reference, reference)) == {"cer", "cpcer"}
    unknown = talk("zh", (None, "开始吧好的"))
    assert set(score_speech(unknown, reference)) == {"cer"}


def test_nothing_heard_is_all_wrong() -> None:
    reference = talk("en", (None, "good morning"))
    assert score_speech(talk("en", (None, "…")), reference)["wer"] == Rate(2, 2)

from pipeline.importers.join import join_transcripts
from pipeline.transcript import Transcript, Utterance, Word


def _part(text: str, start: float | None, end: float | None) -> Transcript:
    words = (Word(text=text, start=start, end=end),) if start is not None and end is not None else ()
    only = Utterance(id=0, start=start, end=end, text=text, words=words)
    return Transcript(language="en", utterances=(only,), notices=("low",))


def test_parts_follow_one_another_in_time_and_numbering():
    joined = join_transcripts([_part("a", 1.0, 5.0), _part("b", 2.0, 3.0), _part("c", 0.5, 1.0)])
    assert [(u.id, u.text, u.start, u.end) for u in joined.utterances] == [
        (0, "a", 1.0, 5.0),
        (1, "b", 7.0, 8.0),
        (2, "c", 8.5, 9.0),
    ]
    assert joined.utterances[2].words[0].start == 8.5
    assert joined.notices == ("low",)


def test_after_a_part_without_times_there_are_none():
    joined = join_transcripts([_part("a", 1.0, 2.0), _part("b", None, None), _part("c", 0.5, 1.0)])
    assert [u.start for u in joined.utterances] == [1.0, None, None]


def test_one_part_stays_as_it_is():
    part = _part("a", 1.0, 2.0)
    assert join_transcripts([part]) is part

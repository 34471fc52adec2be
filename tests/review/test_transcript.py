"""Lines and speakers of the transcript are corrected; items are not changed behind anybody's back."""

import pytest

from pipeline.errors import InputError
from pipeline.minutes import Minutes
from pipeline.review import Add, Correct, Edit, Proof, Reassign, Rename, Review, Undo, fold
from pipeline.review.content import DecisionContent
from pipeline.transcript import Transcript, Word
from tests.review.meetings import entries, quotes

Draft = tuple[Minutes, Transcript]


def reviewed(draft: Draft, *edits: Edit) -> Review:
    return fold(*draft, entries(*edits))


def correct(draft: Draft, utterance: int, after: str) -> Correct:
    return Correct(utterance=utterance, before=draft[1].utterances[utterance].text, after=after)


def speakers(review: Review) -> list[str | None]:
    return [u.speaker for u in review.transcript.utterances]


def test_a_corrected_line_keeps_its_times_and_loses_those_of_its_words(en: Draft) -> None:
    minutes, heard = en
    worded = heard.utterances[5].model_copy(update={"words": (Word(text="I", start=50, end=51),)})
    lines = (*heard.utterances[:5], worded, *heard.utterances[6:])
    transcript = heard.model_copy(update={"utterances": lines})
    review = fold(minutes, transcript, entries(correct(en, 5, "I finish the trekking by Friday.")))
    line = review.line(5)
    assert (line.text, line.start, line.words) == ("I finish the trekking by Friday.", 50, ())
    assert review.depends == ("transcript",)
    back = fold(minutes, transcript, entries(correct(en, 5, "x"), correct(en, 5, worded.text)))
    assert back.depends == ()


def test_quotes_follow_a_line_that_still_has_their_words(zh: Draft) -> None:
    review = reviewed(zh, correct(zh, 5, "好，我周五前 把埋点补齐；再把排版表发出来！"))
    quote = review.minutes.actions[0].evidence[0].quote
    assert quote == "我周五前 把埋点补齐；再把排版表发出来"
    assert review.misquoted == ()


def test_quotes_of_other_words_stay_and_are_named(zh: Draft) -> None:
    review = reviewed(zh, correct(zh, 5, "我周五前把埋点补齐，再把排班表发出来。"))
    assert review.minutes == zh[0]
    assert review.misquoted == ("a1", "a2")
    assert review.depends == ("transcript",)


def test_points_of_sections_are_quotes_too(en: Draft) -> None:
    same_words = reviewed(en, correct(en, 4, "We go with the bundle, and no price cut: that is settled!"))
    plans = same_words.minutes.sections[4]
    assert plans.points[0].evidence[0].quote == "We go with the bundle, and no price cut: that is settled"
    other_words = reviewed(en, correct(en, 4, "We go with the bundle and a price cut, that is settled."))
    assert other_words.misquoted == ("d2", "section:plans")


def test_an_undone_correction_leaves_the_quotes_as_they_were(either: Draft) -> None:
    review = reviewed(either, correct(either, 5, either[1].utterances[5].text.upper() + " !"), Undo(number=1))
    assert (review.minutes, review.transcript) == either
    assert (review.undone, review.revision, review.depends) == ((1,), 2, ())


def test_quotes_of_the_draft_are_left_alone_where_the_line_is(en: Draft) -> None:
    minutes, transcript = en
    loose = minutes.decisions[1].evidence[0].model_copy(update={"quote": "we go with the bundle"})
    decision = minutes.decisions[1].model_copy(update={"evidence": (loose,)})
    draft = minutes.model_copy(update={"decisions": (decision,)})
    review = fold(draft, transcript, entries(correct(en, 4, "x"), Undo(number=1)))
    assert review.minutes == draft


def test_quotes_of_people_follow_the_line_back(en: Draft) -> None:
    chosen = Proof(utterance=4, quote="THE BUNDLE - AND NO PRICE CUT")
    added = Add(content=DecisionContent(text="x"), evidence=(chosen,))
    louder = correct(en, 4, "WE GO WITH THE BUNDLE - AND NO PRICE CUT! THAT IS SETTLED")
    review = reviewed(en, louder, added, correct(en, 4, en[1].utterances[4].text))
    added_item = review.minutes.decisions[2]
    assert (added_item.id, added_item.evidence[0].quote) == ("h2", "the bundle and no price cut")
    assert review.misquoted == ()


def test_what_was_proved_by_a_correction_stays_when_it_is_undone(zh: Draft) -> None:
    fixed = "我周五前把埋点补齐，再把排班表发出来。"
    added = Add(
        content=DecisionContent(text="发排班表"), evidence=(Proof(utterance=5, quote="把排班表发出来"),)
    )
    review = reviewed(zh, correct(zh, 5, fixed), added, Undo(number=1))
    item = review.thing("h2")
    assert review.misquoted == ("h2",)
    assert review.line(5) == zh[1].utterances[5]
    assert "排班表" in item.model_dump_json()


def test_an_item_may_quote_what_a_line_read_before(zh: Draft) -> None:
    quoting = Add(content=DecisionContent(text="x"), evidence=(Proof(utterance=5, quote="排版表"),))
    assert reviewed(zh, correct(zh, 5, "我来补齐。"), quoting).misquoted == ("a1", "a2", "h2")
    with pytest.raises(InputError, match="does not say"):
        reviewed(zh, quoting.model_copy(update={"evidence": (Proof(utterance=5, quote="排班表"),)}))


def test_a_speaker_is_renamed_in_all_lines_at_once(either: Draft) -> None:
    who = either[0].meeting.participants[1].name
    review = reviewed(either, Rename(before="S2", after=who))
    assert speakers(review).count(who) == 5
    assert "S2" not in speakers(review)
    assert review.minutes == either[0]
    assert review.depends == ("transcript",)


def test_one_line_is_somebody_else_s_or_nobody_knows_whose(en: Draft) -> None:
    review = reviewed(
        en,
        Reassign(utterance=3, before="Mara Quinn", after="S2"),
        Reassign(utterance=4, before="Mara Quinn", after=None),
    )
    assert speakers(review)[:5] == ["Mara Quinn", "S2", "S2", "S2", None]
    renamed = reviewed(
        en, Reassign(utterance=3, before="Mara Quinn", after="S2"), Rename(before="S2", after="Joel Baker")
    )
    assert speakers(renamed)[3] == "Joel Baker"


def test_a_new_item_quotes_the_line_as_it_then_reads(en: Draft) -> None:
    added = Add(content=DecisionContent(text="x"), evidence=(Proof(utterance=2),))
    corrected = reviewed(en, correct(en, 2, "Product has finished the page."), added)
    assert corrected.minutes.decisions[0].evidence[0].quote == "Product has finished the page."
    assert reviewed(en, added).minutes.decisions[0].evidence == quotes(en[1], 2)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Correct(utterance=10, before="", after="x"), "no line #10"),
        (Reassign(utterance=10, before=None, after="x"), "no line #10"),
        (Rename(before="S9", after="x"), "Nobody in the transcript is called “S9”"),
    ],
)
def test_what_was_not_said_is_not_corrected(en: Draft, edit: Edit, says: str) -> None:
    with pytest.raises(InputError, match=says):
        reviewed(en, edit)
    with pytest.raises(ValueError, match="at least 1 character"):
        Correct(utterance=1, before="x", after=" \n ")

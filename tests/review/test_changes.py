"""One field of one thing is changed by hand."""

from datetime import date

import pytest

from pipeline.errors import InputError
from pipeline.meeting import Participant
from pipeline.minutes import Action, Due, Evidence, Minutes
from pipeline.review import Change, Deadline, Proof, Statement, Topic, fields_of, fold, read
from pipeline.review.edits import FieldValue
from pipeline.transcript import Transcript
from tests.review.meetings import entries

Draft = tuple[Minutes, Transcript]


def change(item: str, field: str, after: FieldValue, before: FieldValue = None) -> Change:
    return Change(item=item, field=field, before=before, after=after)


def test_no_entries_leave_the_draft_as_it_is(either: Draft) -> None:
    review = fold(*either, [])
    assert (review.minutes, review.transcript) == either
    assert review.final() == either[0]
    assert review.depends == ()
    assert {standing.state for standing in review.standings} == {"unreviewed"}
    assert len(review.standings) == 13


def test_a_day_by_hand_clears_the_reason_and_keeps_the_phrase(zh: Draft) -> None:
    review = fold(*zh, entries(change("a1", "due.on", "2026-03-09", "2026-03-06")))
    assert review.minutes.actions[0].due == Due(phrase="周五前", on=date(2026, 3, 9))
    assert review.standing("a1").edited
    assert not review.standing("a2").edited
    assert review.minutes.actions[1:] == zh[0].actions[1:]


def test_an_owner_from_the_roster_brings_the_department_and_clears_the_reason(either: Draft) -> None:
    who = either[0].meeting.participants[1]
    action = fold(*either, entries(change("a1", "owner", who.name))).minutes.actions[0]
    assert (action.owner, action.department, action.owner_reason) == (who.name, who.department, None)


def test_work_given_to_a_department_is_that_department_s(en: Draft) -> None:
    action = fold(*en, entries(change("a2", "owner", "Product"))).minutes.actions[1]
    assert (action.owner, action.department) == ("Product", "Product")


def test_an_owner_from_elsewhere_has_no_department_unless_somebody_wrote_one(en: Draft) -> None:
    outsider = change("a2", "owner", "Agency Lumen")
    assert fold(*en, entries(outsider)).minutes.actions[1].department is None
    wrote = change("a2", "department", "Marketing")
    for order in ((outsider, wrote), (wrote, outsider)):
        assert fold(*en, entries(*order)).minutes.actions[1].department == "Marketing"


def test_the_whole_deadline_comes_with_its_reason(zh: Draft) -> None:
    due = Deadline(phrase="下周一", on=date(2026, 3, 9), reason="“下周一”是会议下一周的周一")
    action = fold(*zh, entries(change("a1", "due", due))).minutes.actions[0]
    assert action.due == Due(phrase="下周一", on=date(2026, 3, 9), reason="“下周一”是会议下一周的周一")


def test_new_words_are_not_called_proved(en: Draft) -> None:
    reworded = fold(*en, entries(change("a1", "task", "Finish the tracking of returns"))).minutes.actions[0]
    assert (reworded.support, en[0].actions[0].support) == (None, "quoted")
    moved = fold(*en, entries(change("a1", "priority", "high"))).minutes.actions[0]
    assert (moved.support, moved.priority) == ("quoted", "high")


def test_evidence_by_hand_takes_words_and_times_from_the_lines(en: Draft) -> None:
    proofs = (Proof(utterance=6), Proof(utterance=5, quote="i send the shift plan"))
    action = fold(*en, entries(change("a2", "evidence", proofs))).minutes.actions[1]
    assert action.evidence == (
        Evidence(utterance=6, quote="Who changes the poster? Once legal signs off.", start=60, end=68),
        Evidence(utterance=5, quote="I send the shift plan", start=50, end=58),
    )


def test_the_facts_of_the_meeting_are_changed_and_named(zh: Draft) -> None:
    roster = (
        {"name": "何敏"},
        {"name": "杜磊"},
        {"name": "方圆", "aliases": ["小方"], "department": "仓储部"},
    )
    review = fold(
        *zh,
        entries(
            change("meeting", "title", "三月第一次例会"),
            change("meeting", "held_on", "2026-03-03"),
            change("meeting", "participants", roster),  # pyright: ignore[reportArgumentType] - as JSON has it
            change("meeting", "agenda", (Topic(topic="上新", minutes=10),)),
        ),
    )
    meeting = review.minutes.meeting
    assert (meeting.title, meeting.held_on, meeting.date_source) == (
        "三月第一次例会",
        date(2026, 3, 3),
        "given",
    )
    assert meeting.participants[2] == Participant(name="方圆", aliases=("小方",), department="仓储部")
    assert meeting.agenda[0].minutes == 10
    assert review.depends == ("held_on", "participants", "agenda")


def test_a_title_alone_does_not_ask_for_the_stages_again(en: Draft) -> None:
    assert fold(*en, entries(change("meeting", "title", "Monday round"))).depends == ()


def test_a_day_that_is_confirmed_asks_for_the_stages_again(en: Draft) -> None:
    minutes, transcript = en
    unsure = minutes.meeting.model_copy(update={"date_source": "file_time"})
    review = fold(
        minutes.model_copy(update={"meeting": unsure}),
        transcript,
        entries(change("meeting", "held_on", "2026-03-02", "2026-03-02")),
    )
    assert review.minutes.meeting.date_confirmed
    assert review.depends == ("held_on",)


def test_another_language_is_the_transcript_s_too(en: Draft) -> None:
    review = fold(*en, entries(change("meeting", "language", "zh")))
    assert (review.transcript.language, review.depends) == ("zh", ("language",))


def test_a_section_that_is_written_into_was_covered(either: Draft) -> None:
    point = Statement(text="x", evidence=(Proof(utterance=2),))
    review = fold(
        *either,
        entries(change("section:reports", "summary", "x"), change("section:issues", "points", (point,))),
    )
    reports, issues = review.minutes.sections[2:4]
    assert (reports.status, reports.summary) == ("covered", "x")
    assert (issues.status, issues.points[0].evidence[0].quote) == ("covered", either[1].utterances[2].text)


def test_an_item_of_last_time_is_redated_by_its_day_and_has_one_only_then(zh: Draft) -> None:
    done = fold(*zh, entries(change("carry_over:a1", "status", "done"))).minutes.carry_over[0]
    assert (done.status, done.new_due, done.new_due_phrase, done.slips) == ("done", None, None, 0)
    minutes, transcript = zh
    open_still = minutes.carry_over[0].model_copy(
        update={"status": "in_progress", "new_due": None, "slips": 0}
    )
    draft = minutes.model_copy(update={"carry_over": (open_still,)})
    moved = fold(draft, transcript, entries(change("carry_over:a1", "new_due", "2026-03-20"))).minutes
    assert (moved.carry_over[0].status, moved.carry_over[0].slips) == ("redated", 1)
    assert moved.actions == minutes.actions


@pytest.mark.parametrize(
    ("item", "field", "after", "says"),
    [
        ("a9", "task", "x", "nothing called “a9”"),
        ("a1", "colour", "x", "no field “colour”"),
        ("a1", "id", "x", "no field “id”"),
        ("a1", "support", "quoted", "no field “support”"),
        ("a1", "due.reason", "x", "no field “due.reason”"),
        ("a1", "task", None, "“task” of “a1”"),
        ("a1", "task", "   ", "at least 1 character"),
        ("a1", "task", "x" * 4001, "at most 4000 characters"),
        ("a1", "task", "a\x00b", "pattern"),
        ("a1", "due.on", "Friday", "valid date"),
        ("a1", "due.on", 5, "“due.on” of “a1”"),
        ("a1", "due.on", "0001-01-01", "1900"),
        ("a1", "priority", "urgent", "'high' or 'normal'"),
        ("a1", "co_owners", "Tom", "“co_owners” of “a1”"),
        ("a1", "evidence", (), "at least 1 item"),
        ("a1", "evidence", (Proof(utterance=99),), "no line #99"),
        ("a1", "evidence", (Proof(utterance=1, quote="never said"),), "does not say “never said”"),
        ("meeting", "language", "fr", "'zh' or 'en'"),
        ("meeting", "cadence_days", 0, "greater than or equal to 1"),
        ("meeting", "participants", ({"name": "A"}, {"name": "A"}), "same name"),
        ("section:sport", "summary", "x", "nothing called “section:sport”"),
        ("section:data", "status", "covered", "no field “status”"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(
    en: Draft, item: str, field: str, after: FieldValue, says: str
) -> None:
    with pytest.raises(InputError) as refused:
        fold(*en, entries(change(item, field, after)))
    said = str(refused.value)
    assert says in said
    assert said.endswith(".")
    assert "\n" not in said


def test_every_field_of_every_thing_reads_as_it_is_written(either: Draft) -> None:
    review = fold(*either, [])
    minutes = review.minutes
    refs = ["a1", "d2", "k1", "i1", "r1", "f1", "n1", "carry_over:a1", "section:data", "meeting"]
    things = [(ref, field) for ref in refs for field in fields_of(type(review.thing(ref)))]
    same = [
        Change.model_validate({"item": ref, "field": field, "before": value, "after": value})
        for ref, field in things
        for value in [read(review.thing(ref), field)]
    ]
    again = fold(*either, entries(*same)).minutes
    unmarked = {"support": None, "owner_reason": None}
    assert again.model_copy(update={"actions": ()}).meeting == minutes.meeting
    assert again.sections == minutes.sections
    assert again.carry_over == minutes.carry_over
    assert again.actions[0] == minutes.actions[0].model_copy(update=unmarked)
    assert again.reports[0] == minutes.reports[0].model_copy(update={"support": None})
    assert ("a1", "due.on") not in things
    assert isinstance(review.thing("a1"), Action)

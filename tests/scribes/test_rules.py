"""The rules scribe as a whole: what holds for every meeting, however its models are tuned."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from eval.cases import Case, load_cases
from pipeline.meeting import Meeting, OpenAction, Participant
from pipeline.minutes import KINDS, Evidence, Minutes
from pipeline.run import summarize_transcript
from pipeline.scribes.rules import RulesScribe
from pipeline.transcript import Language, Transcript
from tests.scribes.talk import Said, transcript_of
from tests.scribes.test_items import EN, MEETINGS, ZH

MONDAY = date(2026, 3, 2)
languages = pytest.mark.parametrize("language", ["zh", "en"])


def minutes_of(transcript: Transcript, *people: str) -> Minutes:
    meeting = Meeting(
        language=transcript.language,
        held_on=MONDAY,
        date_source="given",
        participants=tuple(Participant(name=name) for name in people),
    )
    return summarize_transcript(transcript, meeting, RulesScribe())


def quotes(minutes: Minutes) -> Iterator[Evidence]:
    rows = (
        *minutes.decisions, *minutes.actions, *minutes.kpis, *minutes.issues, *minutes.reports,
        *minutes.feedback, *minutes.remarks, *minutes.carry_over,
        *(point for section in minutes.sections for point in section.points),
    )  # fmt: skip
    for row in rows:
        yield from row.evidence


CASES = {case.id: case for case in load_cases()}


@cache
def read(name: str) -> Minutes:
    case = CASES[name]
    known = case.meeting.model_copy(update={"date_source": "given"})
    return summarize_transcript(case.transcript, known, RulesScribe())


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_on_every_case_quotes_are_verbatim_and_sections_cover_the_meeting(case: Case) -> None:
    minutes, said = read(case.id), case.transcript.utterances
    proofs = list(quotes(minutes))
    assert proofs
    assert [q for q in proofs if not q.quote or q.quote not in said[q.utterance].text] == []
    assert all(row.evidence and row.support for row in (*minutes.actions, *minutes.decisions, *minutes.kpis))
    covered = [i for s in minutes.sections for a, b in s.spans for i in range(a, b + 1)]
    assert sorted(covered) == list(range(len(said)))
    assert tuple(s.kind for s in minutes.sections) == KINDS
    assert [row.id for row in minutes.carry_over] == [item.id for item in case.meeting.open_actions]
    held = case.meeting.held_on
    assert all(a.due.on >= held for a in minutes.actions if a.due.on and held)


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_on_every_case_owners_are_people_who_are_there(case: Case) -> None:
    people = case.meeting.participants
    # Who speaks under a label that the talk gives no name stays under it.
    known = {n for p in people for n in (p.name, p.department)} | {
        u.speaker for u in case.transcript.utterances
    }
    if people:
        assert {a.owner for a in read(case.id).actions if a.owner} <= known


@languages
def test_an_action_comes_with_owner_and_day(language: Language) -> None:
    said = MEETINGS[language]
    names = ("王蕾", "陈涛", "李静") if language == "zh" else ("Ann Reed", "Tom Baker", "Priya Shah")
    word = "埋点" if language == "zh" else "tracking"
    (action,) = [
        a for a in minutes_of(transcript_of(language, said), *names).actions if word in a.task.casefold()
    ]
    assert (action.owner, action.due.on, action.support) == (names[1], date(2026, 3, 6), "quoted")


REFUSED: dict[Language, Said] = {
    "zh": (
        ("王蕾", "下一个，合同。"),
        ("王蕾", "李静，供应商的合同你能不能整理一下？"),
        ("李静", "我这周真不行，排班排不过来，做不了。"),
        ("王蕾", "那算了，先不弄。"),
        ("陈涛", "嗯。"),
    ),
    "en": (
        ("Ann Reed", "Right, next the contracts."),
        ("Ann Reed", "Priya, could you tidy the supplier contracts this week?"),
        ("Priya Shah", "Sorry, I can't, I'm completely full this week."),
        ("Ann Reed", "Fine, leave it then."),
        ("Tom Baker", "Mm."),
    ),
}


@languages
def test_who_turns_a_task_down_does_not_get_it(language: Language) -> None:
    names = ("王蕾", "李静", "陈涛") if language == "zh" else ("Ann Reed", "Priya Shah", "Tom Baker")
    minutes = minutes_of(transcript_of(language, REFUSED[language]), *names)
    assert [a.task for a in minutes.actions if a.owner == names[1]] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "好。"),
        ("en", "OK."),
        ("zh", "…"),
        ("en", "..."),
        ("zh", "   "),
        ("en", "3"),
        ("zh", "散会" * 200),
    ],
)
def test_a_meeting_of_one_utterance_is_read(language: Language, text: str) -> None:
    minutes = minutes_of(transcript_of(language, [text]))
    assert [s.spans for s in minutes.sections if s.status == "covered"] == [((0, 0),)]
    assert minutes.carry_over == ()


@languages
def test_a_meeting_of_nothing_is_read(language: Language) -> None:
    minutes = minutes_of(transcript_of(language, []))
    assert {s.status for s in minutes.sections} == {"not_mentioned"}
    assert list(quotes(minutes)) == []


@languages
def test_without_speakers_and_times_the_items_are_found_all_the_same(language: Language) -> None:
    bare = [turn[1] for turn in MEETINGS[language] if isinstance(turn, tuple)]
    minutes = minutes_of(transcript_of(language, bare))
    word = "埋点" if language == "zh" else "tracking"
    (action,) = [a for a in minutes.actions if word in a.task.casefold()]
    assert action.due.on == date(2026, 3, 6)
    assert minutes.kpis[0].value == "3.1"
    assert all(q.start is None for q in quotes(minutes))
    assert all(s.seconds is None for s in minutes.sections)
    assert minutes.reports == ()


@languages
def test_times_come_with_the_quotes(language: Language) -> None:
    minutes = minutes_of(transcript_of(language, MEETINGS[language], timed=True))
    assert all(q.start == 10.0 * q.utterance for q in quotes(minutes))
    assert sum(s.seconds or 0 for s in minutes.sections) == 5.0 * len(MEETINGS[language])


def test_english_words_in_a_chinese_meeting_keep_their_spaces() -> None:
    said = (
        ("王蕾", "好，咱们开始，今天过一下上线的事。"),
        ("王蕾", "陈涛，你把landing page的A/B test上了，这周五之前。"),
        ("陈涛", "好的，landing page周五之前上，没问题。"),
        ("王蕾", "散会。"),
    )
    minutes = minutes_of(transcript_of("zh", said), "王蕾", "陈涛")
    (action,) = minutes.actions
    assert "landing page" in action.task
    assert (action.owner, action.due.on) == ("陈涛", date(2026, 3, 6))


@languages
def test_reading_twice_is_reading_the_same(language: Language) -> None:
    first, second = (minutes_of(transcript_of(language, MEETINGS[language])) for _ in range(2))
    assert first.model_copy(update={"origin": second.origin}) == second


FOLLOWED: dict[Language, Said] = {
    "zh": (
        ("王蕾", "先过上次的，退货入口的埋点，陈涛。"),
        ("陈涛", "没弄完，改到下周三之前补齐退货入口的埋点。"),
        ("王蕾", "行。"),
    ),
    "en": (
        ("Ann Reed", "Last week's items first. The tracking on the returns page, Tom?"),
        ("Tom Baker", "Not done yet, I'll have the tracking on the returns page by next Wednesday."),
        ("Ann Reed", "OK."),
    ),
}


@languages
def test_an_open_item_that_is_followed_up_is_no_new_action(language: Language) -> None:
    zh = language == "zh"
    chair, owner = ("王蕾", "陈涛") if zh else ("Ann Reed", "Tom Baker")
    task = "补齐退货入口的埋点" if zh else "Add tracking to the returns page"
    meeting = Meeting(
        language=language,
        held_on=MONDAY,
        date_source="given",
        participants=(Participant(name=chair), Participant(name=owner)),
        open_actions=(OpenAction(id="p1", task=task, owner=owner, due=MONDAY),),
    )
    minutes = summarize_transcript(transcript_of(language, FOLLOWED[language]), meeting, RulesScribe())
    (row,) = minutes.carry_over
    assert (row.status, row.new_due, row.slips) == ("redated", date(2026, 3, 11), 1)
    word = "埋点" if zh else "tracking"
    assert [a.task for a in minutes.actions if word in a.task.casefold()] == []


def test_a_meeting_in_the_other_language_does_not_break() -> None:
    assert minutes_of(Transcript(language="zh", utterances=transcript_of("en", EN).utterances)).sections
    assert minutes_of(Transcript(language="en", utterances=transcript_of("zh", ZH).utterances)).sections

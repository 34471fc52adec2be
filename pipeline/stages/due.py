"""When is it due? The deadline phrases in an action's evidence, resolved to a calendar day; the last word counts."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.dates import DuePhrase, find_due, find_dues
from pipeline.meeting import Meeting
from pipeline.minutes import Action, CarryOver, Due, Evidence, Reading
from pipeline.people.overlap import shared_words
from pipeline.quoting import find_verbatim
from pipeline.transcript import Language, Transcript

_MARKED = re.compile(
    r"\b(?:by|before|until|till|within|no later|due|end of)\b|[前内底]|截止|为止", re.IGNORECASE
)
"""What makes a day a deadline in so many words."""

_BARE_WEEKDAY = re.compile(
    r"(?:by |before |on |for |the )*(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:那|就|改)?(?:周|星期|礼拜)[一二三四五六日天](?:之前|以前|前)?",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    r"(?:by |before |on )*(?:the )?(?:\d{1,2}(?:st|nd|rd|th)|(?:twenty-|thirty-)?[a-z]+(?:st|nd|rd|th))"
    r"|[一二三四五六七八九十\d]{1,3}[号日](?:之前|以前|前)?",
    re.IGNORECASE,
)
_SAME_MONTH = {"zh": "“{phrase}”就是前面说的“{named}”", "en": "“{phrase}” is “{named}”, named before"}
_SAME_WEEK = {"zh": "“{phrase}”接着“{named}”说，在同一周", "en": "“{phrase}” follows “{named}”: in that week"}

_UNCONFIRMED = {
    "zh": "会议日期未确认，不推算日期",
    "en": "the meeting's date is not confirmed, so no date was worked out",
}


def assign_dates(reading: Reading, transcript: Transcript, meeting: Meeting) -> Reading:
    """Resolves the deadline of every action, and the new one of every re-dated open item.

    Args:
        reading: ``due.phrase`` holds the words that the scribe takes for the deadline, or None.
        transcript: Where the phrase, and what it depends on, is looked up.
        meeting: Deadlines count from ``held_on``; not, where that day is only the file's.
    """
    clock = _Clock(meeting, meeting.language or transcript.language)
    return reading.model_copy(
        update={
            "actions": tuple(_dated(a, reading.actions, transcript, clock) for a in reading.actions),
            "carry_over": tuple(_redated(item, transcript, clock) for item in reading.carry_over),
        }
    )


@dataclass(frozen=True)
class _Clock:
    """The day deadlines count from, and what else ties them to the calendar."""

    meeting: Meeting
    language: Language

    @property
    def confirmed(self) -> bool:
        return self.meeting.date_confirmed

    def find(self, text: str) -> Due:
        """The deadline of a text; its last word counts."""
        meeting = self.meeting
        assert meeting.held_on is not None
        due = find_due(
            text,
            meeting.held_on,
            self.language,
            cadence_days=meeting.cadence_days,
            next_meeting=meeting.next_meeting,
            country=meeting.country,
        )
        return Due(phrase=due.phrase, on=due.on, reason=due.reason)

    def find_all(self, text: str) -> tuple[DuePhrase, ...]:
        """All deadlines of a text, in order."""
        meeting = self.meeting
        assert meeting.held_on is not None
        return find_dues(
            text,
            meeting.held_on,
            self.language,
            cadence_days=meeting.cadence_days,
            next_meeting=meeting.next_meeting,
            country=meeting.country,
        )


def _dated(action: Action, actions: Sequence[Action], transcript: Transcript, clock: _Clock) -> Action:
    if not clock.confirmed:
        phrase = action.due.phrase
        reason = _UNCONFIRMED[clock.language] if phrase else None
        return action.model_copy(update={"due": Due(phrase=phrase, reason=reason)})
    texts = [text for _, text in _said(action.evidence, transcript)]
    due = _of_phrase(action.due.phrase, texts, clock) or _last_said(action, actions, transcript, clock)
    # A scribe that looked for a deadline and says there is none is contradicted only by one that calls itself so.
    none = action.due.phrase is None and action.due.reason is not None
    if none and not (due.phrase and _MARKED.search(due.phrase)):
        due = action.due
    return action.model_copy(update={"due": _same_month(_same_week(due, texts, clock), texts, clock)})


def _same_week(due: Due, texts: Sequence[str], clock: _Clock) -> Due:
    """A bare weekday that corrects a day named before it ("end of next week" … "the Thursday, then") keeps its week.

    Unless the day is nearer without: "next Monday" … "Saturday, then" is the Saturday before it.
    """
    if due.on is None or due.phrase is None or not _BARE_WEEKDAY.fullmatch(due.phrase):
        return due
    corrects = re.compile(rf"(?:\bthe |[那就改到]){re.escape(due.phrase)}", re.IGNORECASE)
    at = next((n for n, text in enumerate(texts) if corrects.search(text)), 0)
    named = next((d for text in reversed(texts[:at]) if (d := clock.find(text)).on is not None), None)
    if named is None or named.on is None or _monday(named.on) <= _monday(due.on):
        return due
    day = _monday(named.on) + datetime.timedelta(days=due.on.weekday())
    if abs(named.on - due.on) < abs(named.on - day):
        return due
    reason = _SAME_WEEK[clock.language].format(phrase=due.phrase, named=named.phrase)
    return Due(phrase=due.phrase, on=day, reason=reason)


def _same_month(due: Due, texts: Sequence[str], clock: _Clock) -> Due:
    """A bare day of the month keeps the month it was named with: "the eleventh of September" … "the eleventh"."""
    if due.on is None or due.phrase is None or not _BARE_DAY.fullmatch(due.phrase):
        return due
    named = (d for text in texts for d in clock.find_all(text) if d.on is not None and d.phrase)
    same = next((d for d in named if d.on and d.on.day == due.on.day and d.on > due.on), None)
    if same is None:
        return due
    reason = _SAME_MONTH[clock.language].format(phrase=due.phrase, named=same.phrase)
    return Due(phrase=due.phrase, on=same.on, reason=reason)


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _said(evidence: Sequence[Evidence], transcript: Transcript) -> Iterator[tuple[int, str]]:
    """Ids and texts of the quoted utterances; an id that a scribe made up is none of them."""
    for e in evidence:
        if 0 <= e.utterance < len(transcript.utterances):
            yield e.utterance, transcript.utterances[e.utterance].text


def _of_phrase(phrase: str | None, texts: Sequence[str], clock: _Clock) -> Due | None:
    """The date of the phrase a scribe names; None where it stands in none of the quoted utterances."""
    if phrase is None:
        return None
    spoken = next((t for t in reversed(texts) if find_verbatim(phrase, t) is not None), None)
    if spoken is None:
        return None
    # Another line may say it in full: "十一月二十号之前" for "二十号".
    full = [
        d
        for text in texts
        for d in clock.find_all(text)
        if d.on and d.phrase and phrase in d.phrase != phrase
    ]
    if full:
        return Due(phrase=full[-1].phrase, on=full[-1].on, reason=full[-1].reason)
    # The whole utterance says what the phrase alone leaves open: a correction, the week it is in.
    around = clock.find(spoken)
    if around.on is not None and around.phrase and (around.phrase in phrase or phrase in around.phrase):
        return around
    alone = clock.find(phrase)
    return alone if alone.on is not None or around.on is None else around


def _last_said(action: Action, actions: Sequence[Action], transcript: Transcript, clock: _Clock) -> Due:
    """The last deadline in the evidence; where an utterance gives several tasks theirs, the one beside the task."""
    rivals = [other for other in actions if other.id != action.id]
    texts = [
        _own_part(action, rivals, utterance, text, clock)
        for utterance, text in _said(action.evidence, transcript)
    ]
    return _last_of(texts, clock)


def _last_of(texts: Sequence[str], clock: _Clock) -> Due:
    """The last one who names a day settles it; without any, all of it together says why there is none."""
    said = next((due for text in reversed(texts) if (due := clock.find(text)).on is not None), None)
    return said or clock.find(("。" if clock.language == "zh" else ". ").join(texts))


def _own_part(action: Action, rivals: Sequence[Action], utterance: int, text: str, clock: _Clock) -> str:
    """The stretch of an utterance that is about this action, where it holds several actions and deadlines."""
    sharing = [r for r in rivals if any(e.utterance == utterance for e in r.evidence)]
    if not sharing or len(dues := clock.find_all(text)) < 2:
        return text
    ends = [due.end for due in dues[:-1]] + [len(text)]
    parts = [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    return max(parts, key=lambda part: shared_words(action.task, part))


def _redated(item: CarryOver, transcript: Transcript, clock: _Clock) -> CarryOver:
    if item.status != "redated":
        return item
    if not clock.confirmed or item.new_due_phrase is None:
        return item.model_copy(update={"new_due": None})
    texts = [text for _, text in _said(item.evidence, transcript)]
    due = _of_phrase(item.new_due_phrase, texts, clock) or _last_of(texts, clock)
    return item.model_copy(update={"new_due": due.on})

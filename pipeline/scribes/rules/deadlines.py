"""Which of the dates said around an action is its deadline: dates corrected, said later, or of the next task."""

from collections.abc import Sequence

from pipeline.meeting import Meeting
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.said_dates import (
    REPLY,
    SURELY_ANOTHER,
    Candidate,
    Talk,
    candidates,
    concedes,
    deadline_features,
    replaces,
    says_hour_only,
)

LEAST_CHANCE = 0.35
LEAST_OF_CORRECTION = 0.05
"""Least probability of a date that is said after an objection to a likely one."""

LEAST_OF_CONCESSION = 0.4
"""Least probability of a date by which whoever named another one answers a reply to it."""

LESS_LIKELY = 0.1
"""By how much a date that follows at once may be less likely than the one before it."""

HAGGLING = 2
"""Utterances from one date to the one that corrects it."""


def find_deadline(talk: Talk, ids: Sequence[int], meeting: Meeting, model: LinearModel) -> Candidate | None:
    """The last date phrase that the model takes for the deadline of the action at ``ids``.

    Args:
        talk: The meeting and its actions.
        ids: Utterances of the action.
        meeting: Tells the days that the phrases mean.
        model: Tells for a candidate whether it is the deadline (class "yes").
    """
    found = candidates(talk.lines, ids, meeting)
    chances = [model.probability(deadline_features(talk, ids, one, found), "yes") for one in found]
    likely = [
        one
        for one in found
        if chances[one.nth] >= LEAST_CHANCE and not _keeps_day(one, found[: one.nth], chances, talk)
    ]
    if not likely:
        return None
    best = max(likely, key=lambda one: chances[one.nth])
    # Haggling follows at once: each date that is still likely and close to the last one replaces it.
    for later in likely:
        close = later.nth > best.nth and later.line - best.line <= HAGGLING
        nearly = chances[later.nth] >= chances[best.nth] - LESS_LIKELY
        if close and nearly and not _looks_back(talk.lines[later.line]):
            best = later
    return _after_objections(_after_replies(best, found, chances, talk), found, chances, talk)


def _looks_back(line: Line) -> bool:
    """Whether an utterance says when the meeting will look at it all again."""
    return bool(phrase("remark_review_date", line.language).search(line.text))


def _keeps_day(
    candidate: Candidate, before: Sequence[Candidate], chances: Sequence[float], talk: Talk
) -> bool:
    """Whether it says a time of day alone, right after a day that is likely."""
    language = talk.lines[candidate.line].language
    return says_hour_only(candidate, language) and any(
        chances[day.nth] >= LEAST_CHANCE
        and candidate.line - day.line <= HAGGLING
        and not says_hour_only(day, language)
        for day in before
    )


def _after_replies(
    best: Candidate, found: Sequence[Candidate], chances: Sequence[float], talk: Talk
) -> Candidate:
    """What whoever named a date says instead once somebody has answered, as long as no other action begins."""
    for later in found[best.nth + 1 :]:
        if (
            later.due.on is not None
            and chances[later.nth] >= LEAST_OF_CONCESSION
            and not says_hour_only(later, talk.lines[later.line].language)
            and talk.begun(best.line, later.line) < SURELY_ANOTHER
            and later.line - best.line <= REPLY
            and concedes(later, best, talk.lines)
        ):
            best = later
    return best


def _after_objections(
    best: Candidate, found: Sequence[Candidate], chances: Sequence[float], talk: Talk
) -> Candidate:
    """What is said instead of a date once somebody objects to it, as long as no other action begins."""
    for later in found[best.nth + 1 :]:
        if (
            later.due.on is not None
            and chances[later.nth] >= LEAST_OF_CORRECTION
            and not says_hour_only(later, talk.lines[later.line].language)
            and talk.begun(best.line, later.line) < SURELY_ANOTHER
            and replaces(later, best, talk.lines)
        ):
            best = later
    return best

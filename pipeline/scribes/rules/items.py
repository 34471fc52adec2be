"""Spans of utterances and their wording -> decisions, actions, issues and feedback with their evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.meeting import Meeting
from pipeline.minutes import Action, Decision, Due, Evidence, Feedback, Issue, Kind
from pipeline.scribes.rules.deadlines import find_deadline
from pipeline.scribes.rules.joining import join_spans
from pipeline.scribes.rules.lexicon import phrase
from pipeline.scribes.rules.linear import Weights
from pipeline.scribes.rules.lines import Line
from pipeline.scribes.rules.phrasing import as_decision, as_task, only_announces, says_something
from pipeline.scribes.rules.said_dates import Talk
from pipeline.scribes.rules.spans import FIELD_THRESHOLDS, Span, begin_chances, find_spans
from pipeline.scribes.rules.wording import word
from pipeline.transcript import Language

SAME_ITEM = 0.5
"""Least share of the shorter text's bigrams or words that two items about one thing have in common."""


SAME_WORDS = 0.6
"""Least share of the shorter Chinese text's characters that two texts have in common, in whatever order."""

SURE_WITHOUT_A_DAY = 0.6
"""Least probability of an action for which nobody named a day: most of those that are less likely are none."""


NEXT_TO = 2
"""Utterances from the end of an item up to which whatever is about the same thing belongs to it."""

LEAST_SHARED = 3
"""Words (en) or bigrams (zh) that an item has in common with one said long before."""


@dataclass(frozen=True)
class Draft:
    """An item before it is known what else belongs to it.

    Attributes:
        text: What it says.
        ids: The utterances that prove it.
        sure: How likely there is an item at all.
    """

    text: str
    ids: tuple[int, ...]
    sure: float


def find_actions(
    lines: Sequence[Line], kinds: Sequence[Kind], meeting: Meeting, weights: Weights
) -> tuple[Action, ...]:
    """Work that somebody took on; owner and deadline are left to the code that resolves them."""
    drafts = _merged(_drafts("actions", lines, meeting, weights), lines)
    begins = begin_chances(lines, weights.linear["actions"])
    actions: list[Action] = []
    talk = Talk(lines, begins, tuple(draft.ids for draft in drafts))
    for draft in drafts:
        deadline = find_deadline(talk, draft.ids, meeting, weights.linear["deadlines"])
        if deadline is None and draft.sure < SURE_WITHOUT_A_DAY:
            continue
        # What follows the deadline by more than an answer belongs to the next task.
        last = max(deadline.line + 1, draft.ids[0]) if deadline else draft.ids[-1]
        said_at = {deadline.line} if deadline else set[int]()
        kept = replace(draft, ids=tuple(sorted({i for i in draft.ids if i <= last} | said_at)))
        actions.append(
            Action(
                id=f"a{len(actions) + 1}",
                task=draft.text,
                due=Due(phrase=deadline.due.phrase if deadline else None),
                priority="high" if _says("urgent", kept, lines) else None,
                section=kinds[draft.ids[0]],
                evidence=_evidence(kept, lines),
            )
        )
    return tuple(actions)


def find_decisions(lines: Sequence[Line], meeting: Meeting, weights: Weights) -> tuple[Decision, ...]:
    """Choices that the meeting settled; whoever says the last line of one made it."""
    drafts = _merged(_drafts("decisions", lines, meeting, weights), lines)
    return tuple(
        Decision(
            id=f"d{number}",
            text=draft.text,
            made_by=lines[draft.ids[-1]].utterance.speaker,
            evidence=_evidence(draft, lines),
        )
        for number, draft in enumerate(drafts, 1)
    )


def find_issues(lines: Sequence[Line], meeting: Meeting, weights: Weights) -> tuple[Issue, ...]:
    """Problems and risks, each with what the utterances after it say was done or is to be done."""
    drafts = _merged(_drafts("issues", lines, meeting, weights), lines)
    return tuple(
        Issue(
            id=f"i{number}",
            kind="risk" if _cued("risk", draft, lines) else "issue",
            problem=draft.text,
            solution=_solution(draft, lines),
            status="resolved" if _says("item_done", draft, lines) else "open",
            evidence=_evidence(draft, lines),
        )
        for number, draft in enumerate(drafts, 1)
    )


def find_feedback(lines: Sequence[Line], meeting: Meeting, weights: Weights) -> tuple[Feedback, ...]:
    """Praise, feedback on the meeting or the work, suggestions."""
    drafts = _merged(_drafts("feedback", lines, meeting, weights), lines)
    return tuple(
        Feedback(
            id=f"f{number}",
            kind="praise"
            if _cued("praise", draft, lines)
            else "suggestion"
            if _cued("suggestion", draft, lines)
            else "feedback",
            text=draft.text,
            evidence=_evidence(draft, lines),
        )
        for number, draft in enumerate(drafts, 1)
    )


def _drafts(field: str, lines: Sequence[Line], meeting: Meeting, weights: Weights) -> Iterator[Draft]:
    if not lines:
        return
    model = weights.linear[f"{field}_words"]
    spans = _spans(field, lines, weights)
    taken = {i for span in spans for i in span.ids}
    for span in spans:
        wording = word(lines, span.ids, meeting.participants, model, taken)
        if field == "decisions" and not says_something(wording.text, lines[0].language):
            wording = word(lines, span.ids, meeting.participants, model, taken, generous=True)
        if wording.text:
            near = (i for i in wording.lines if i >= span.ids[0] - 1)
            text = wording.text
            if field == "actions":
                text = as_task(text, meeting.participants, lines[0].language)
            if field == "decisions":
                text = as_decision(text, lines[0].language)
            if not says_something(text, lines[0].language) or only_announces(text, lines[0].language):
                continue
            yield Draft(text[0].upper() + text[1:], tuple(sorted({*span.ids, *near})), span.confidence)


def _spans(field: str, lines: Sequence[Line], weights: Weights) -> tuple[Span, ...]:
    """The utterances of every item; those of an action are found in pieces, which are joined."""
    model = weights.linear[field]
    spans = find_spans(lines, model, FIELD_THRESHOLDS[lines[0].language][field])
    if field != "actions":
        return spans
    return join_spans(lines, spans, begin_chances(lines, model), weights.linear["joining"])


def _merged(drafts: Iterator[Draft], lines: Sequence[Line]) -> tuple[Draft, ...]:
    """One draft an item: what is read back at the end belongs to what was said before."""
    kept: list[Draft] = []
    for draft in drafts:
        language = lines[0].language
        twin = next((i for i, k in enumerate(kept) if continues(draft, k, language)), None)
        if twin is None:
            kept.append(draft)
        else:
            first = kept[twin]
            ids = tuple(sorted({*first.ids, *draft.ids}))
            kept[twin] = replace(first, ids=ids, sure=max(first.sure, draft.sure))
    return tuple(kept)


def continues(later: Draft, earlier: Draft, language: Language) -> bool:
    """Whether a draft is an earlier one said again: far from it that takes more than a word they happen to share."""
    if not same_item(later.text, earlier.text, language):
        return False
    shared = _grams(later.text, language) & _grams(earlier.text, language)
    return later.ids[0] - earlier.ids[-1] <= NEXT_TO or len(shared) >= LEAST_SHARED


def same_item(a: str, b: str, language: Language) -> bool:
    """Whether two texts are about the same thing: the shorter one's words mostly stand in the longer one."""
    grams_a, grams_b = _grams(a, language), _grams(b, language)
    return len(grams_a & grams_b) >= SAME_ITEM * (min(len(grams_a), len(grams_b)) or 1)


def same_words(a: str, b: str, language: Language) -> bool:
    """Whether two texts are about the same thing whatever the order of their words."""
    if language == "en":
        return same_item(a, b, language)
    said, task = ({c for c in text.casefold() if c.isalnum()} for text in (a, b))
    return len(said & task) >= SAME_WORDS * (min(len(said), len(task)) or 1)


def _grams(text: str, language: Language) -> set[str]:
    plain = "".join(c if c.isalnum() else " " for c in text.casefold())
    if language == "en":
        return {w for w in plain.split() if len(w) > 3}
    letters = plain.replace(" ", "")
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _solution(draft: Draft, lines: Sequence[Line]) -> str | None:
    """The last of the issue's utterances that speaks of a remedy, if it is not the one that names the problem."""
    for at in reversed(draft.ids[1:]):
        if "solve" in lines[at].cues and not lines[at].is_question:
            return lines[at].text
    return None


def _says(name: str, draft: Draft, lines: Sequence[Line]) -> bool:
    pattern = phrase(name, lines[0].language)
    return any(pattern.search(lines[at].text) for at in draft.ids)


def _cued(name: str, draft: Draft, lines: Sequence[Line]) -> bool:
    return any(name in lines[at].cues for at in draft.ids)


def _evidence(draft: Draft, lines: Sequence[Line]) -> tuple[Evidence, ...]:
    return tuple(Evidence(utterance=at, quote=lines[at].text) for at in draft.ids)

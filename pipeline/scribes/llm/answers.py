"""What a language model answers, as values: every string and list of the form is bounded.

The bounds are those of English, for a window of the default size; ``form.py`` narrows them for Chinese, which says
the same in fewer characters, and to the tokens that an answer may have. They bound the form that a model is asked to
fill, not what is read of it: a word too many is no reason to throw an answer away.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from pipeline.minutes import Kind


def _most(items: int) -> Any:  # pydantic gives its own type of a field no public name
    return Field(json_schema_extra={"maxItems": items})


def _at_most(characters: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": characters})


_NUMBER = {"type": "integer", "minimum": 0, "maximum": 99_999}
Id = Annotated[int, Field(ge=0), WithJsonSchema(_NUMBER)]
Ids = Annotated[list[Id], WithJsonSchema({"type": "array", "items": _NUMBER, "minItems": 1, "maxItems": 5})]
Name = Annotated[str, _at_most(40)]
Phrase = Annotated[str, _at_most(60)]
Line = Annotated[str, _at_most(140)]
Headline = Annotated[str, _at_most(100)]
Short = Annotated[str, _at_most(90)]
Shorts = Annotated[
    list[Short],
    WithJsonSchema({"type": "array", "items": {"type": "string", "maxLength": 90}, "maxItems": 2}),
]
Quote = Annotated[str, _at_most(80)]
Figure = Annotated[str, _at_most(30)]


class Found(BaseModel):
    """Something that was said: the ids of the lines that prove it, and words of one of them.

    The fields' descriptions stand in the prompt, where they can be tuned; here are names and bounds only.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    ids: Ids
    quote: Quote


class Stretch(BaseModel):
    """Lines ``first`` to ``last``, both inclusive, belong to one section."""

    kind: Kind
    first: Id
    last: Id


class FoundText(Found):
    """A sentence."""

    text: Line


class FoundDecision(Found):
    """A choice that was settled."""

    text: Headline
    made_by: Name | None


class FoundAction(Found):
    """A task; owner and date also in the words that were used."""

    task: Headline
    owner: Name | None
    owner_words: Phrase | None
    due_words: Phrase | None
    urgent: bool


class FoundKpi(Found):
    """A figure of an indicator."""

    metric: Phrase
    value: Figure
    period: Figure | None
    change: Figure | None
    basis: Literal["yoy", "pop", "target", "benchmark"] | None
    target: Figure | None
    department: Name | None


class FoundIssue(Found):
    """A problem or risk, and what was settled about it."""

    kind: Literal["issue", "risk"]
    problem: Headline
    solution: Line | None
    status: Literal["resolved", "open"]
    owner: Name | None


class FoundReport(Found):
    """What one department told."""

    department: Name | None
    reporter: Name | None
    done: Shorts
    problems: Shorts
    next: Shorts


class FoundFeedback(Found):
    """Praise, feedback or a suggestion."""

    kind: Literal["praise", "feedback", "suggestion"]
    text: Headline


class FoundRemark(Found):
    """Something else worth keeping."""

    kind: Literal["market", "strategy", "resource", "milestone", "review_date", "announcement"]
    text: Line


class FoundPoint(Found):
    """One sentence of what a section is about."""

    kind: Kind
    text: Line


class FoundCarryOver(Found):
    """What became of an open item of last time."""

    id: Name
    status: Literal["done", "in_progress", "redated", "dropped"]
    new_due_words: Phrase | None


class Change(Found):
    """What these lines change about an item that was found in earlier lines."""

    item: Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[adi][0-9]{1,4}$"})]
    change: Literal["redated", "reassigned", "dropped", "resolved"]
    owner: Name | None
    owner_words: Phrase | None
    due_words: Phrase | None


class WindowAnswer(BaseModel):
    """All that a model found in one window of the transcript."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sections: Annotated[list[Stretch], _most(40)]
    purpose: FoundText | None
    decisions: Annotated[list[FoundDecision], _most(14)]
    actions: Annotated[list[FoundAction], _most(28)]
    kpis: Annotated[list[FoundKpi], _most(36)]
    issues: Annotated[list[FoundIssue], _most(16)]
    feedback: Annotated[list[FoundFeedback], _most(12)]
    reports: Annotated[list[FoundReport], _most(7)]
    remarks: Annotated[list[FoundRemark], _most(7)]
    carry_over: Annotated[list[FoundCarryOver], _most(20)]
    changes: Annotated[list[Change], _most(16)]
    points: Annotated[list[FoundPoint], _most(12)]


class Summary(BaseModel):
    """Two or three sentences about one section."""

    kind: Kind
    text: Annotated[str, _at_most(420)]


class SummaryAnswer(BaseModel):
    """Summaries of the sections that were asked for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    summaries: Annotated[list[Summary], _most(6)]

"""Searching what was said and what was settled, in all meetings one may see."""

from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from pipeline.records import search
from pipeline.records.search import Hit, MeetingHits, Order, Question
from pipeline.records.search_texts import FoundKind
from pipeline.records.tables import State
from pipeline.transcript import Value
from pipeline.web.access import Here, Reading, sees
from pipeline.web.fields import MOST_ID

router = APIRouter(tags=["search"])

MOST_PAGES = 10_000

Range = tuple[int, int]
"""The first character of a match, and the one behind its last; counted in Unicode characters."""
Asked = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class HitAnswer(Value):
    """A text that was found.

    Attributes:
        kind: Of what.
        item: Id of the item, number of the utterance, or kind of the section; None for a title.
        who: Says or owns it.
        text: As it was written; of a very long one the part in which something was found.
        ranges: Where the words stand in the text.
        who_ranges: Where they stand in ``who``.
    """

    kind: FoundKind
    item: str | None
    who: str | None
    text: str
    ranges: tuple[Range, ...]
    who_ranges: tuple[Range, ...]


class FoundMeeting(Value):
    """A meeting in which something was found.

    Attributes:
        id: Of the meeting.
        title: Of the minutes.
        held_on: Calendar day.
        series_id: The series it belongs to.
        state: What is being done with it.
        count: How many of its texts were found.
        hits: The best of them.
    """

    id: str
    title: str
    held_on: date | None
    series_id: int | None
    state: State
    count: int
    hits: tuple[HitAnswer, ...]


class FoundPage(Value):
    """One page of meetings in which something was found.

    Attributes:
        total: How many meetings there are on all pages.
        together: Whether all words stand in each text; else each meeting has all of them, in different texts.
        meetings: In the order that was asked for.
    """

    total: int
    together: bool
    meetings: tuple[FoundMeeting, ...]


@router.get("/search")
def find(
    q: Annotated[Asked, Query(description="Words, Chinese characters, phrases of both; nothing is syntax")],
    site: Here,
    asker: Reading,
    series: Annotated[int | None, Query(ge=1, le=MOST_ID, description="Id of a series")] = None,
    kind: Annotated[list[FoundKind] | None, Query(max_length=20)] = None,
    since: Annotated[date | None, Query(description="Meetings held on this day or later")] = None,
    until: Annotated[date | None, Query(description="Meetings held on this day or earlier")] = None,
    order: Order = "relevance",
    offset: Annotated[int, Query(ge=0, le=MOST_PAGES, description="Meetings left out before the page")] = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="Meetings of a page")] = 20,
    each: Annotated[int, Query(ge=1, le=100, description="Texts shown of a meeting")] = 5,
) -> FoundPage:
    """Finds meetings by what was said in them and by the items of their minutes.

    A Chinese character is found wherever it stands, several in a row are a phrase; English words are found in all
    their forms, the last one also by its beginning. All words must stand in one text; where no text has them all,
    meetings are found that do.
    """
    question = Question(q, series, tuple(kind or ()), since, until)
    with site.database.reading() as session:
        found = search.find(session, sees(asker), question, order=order, first=offset, most=limit, each=each)
    return FoundPage(
        total=found.total, together=found.together, meetings=tuple(_meeting(one) for one in found.meetings)
    )


def _meeting(found: MeetingHits) -> FoundMeeting:
    meeting = found.meeting
    return FoundMeeting(
        id=meeting.id,
        title=meeting.title,
        held_on=meeting.held_on,
        series_id=meeting.series_id,
        state=cast(State, meeting.state),
        count=found.count,
        hits=tuple(_hit(hit) for hit in found.hits),
    )


def _hit(hit: Hit) -> HitAnswer:
    return HitAnswer(
        kind=cast(FoundKind, hit.text.kind),
        item=hit.text.item,
        who=hit.text.who,
        text=hit.text.text,
        ranges=hit.ranges,
        who_ranges=hit.who_ranges,
    )

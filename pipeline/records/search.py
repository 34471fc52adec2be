"""Searching all meetings that somebody may see.

All words of a question must stand in one text. Where no text has them all, texts with any of them are found, of
meetings that have them all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Text,
    case,
    column,
    delete,
    func,
    insert,
    join,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import Session

from pipeline.minutes import Minutes
from pipeline.records.search_texts import FoundKind, findable
from pipeline.records.search_words import Term, highlights, pieces, spaced, terms
from pipeline.records.tables import MeetingRow, SearchText
from pipeline.transcript import Transcript

Order = Literal["relevance", "newest"]

_TITLE_WEIGHT = 4.0
_ITEM_WEIGHT = 2.0
"""Titles and items of the minutes come before the talk that they were made from."""
_INDEX = table("search_index", column("rowid"), column("words"))
"""The index of either database; it follows ``search_texts`` by triggers."""


@dataclass(frozen=True)
class Question:
    """What is looked for.

    Attributes:
        text: As somebody typed it.
        series_id: Only meetings of this series.
        kinds: Only texts of these kinds; empty for all.
        since: Only meetings held on this day or later.
        until: Only meetings held on this day or earlier.
    """

    text: str
    series_id: int | None = None
    kinds: tuple[FoundKind, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Hit:
    """A text that was found.

    Attributes:
        text: The text, or its part where it is a long one.
        ranges: Where the words stand in it: first character, and the one behind the last.
        who_ranges: The same in its ``who``.
    """

    text: SearchText
    ranges: tuple[tuple[int, int], ...]
    who_ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class MeetingHits:
    """What was found in one meeting: how many texts, and the first of them."""

    meeting: MeetingRow
    count: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Found:
    """One page of what was found.

    Attributes:
        meetings: In their order.
        total: How many meetings there are on all pages.
        together: Whether all words stand in each text; else only in each meeting.
    """

    meetings: tuple[MeetingHits, ...]
    total: int
    together: bool


def index(
    session: Session, meeting_id: str, title: str, transcript: Transcript | None, minutes: Minutes | None
) -> None:
    """Replaces what can be found of a meeting."""
    session.execute(delete(SearchText).where(SearchText.meeting_id == meeting_id))
    # Postgres keeps no NUL in a text, and what a language model answers may hold one.
    rows = [
        {
            "meeting_id": meeting_id,
            "kind": one.kind,
            "item": one.item,
            "who": one.who.replace("\0", " ") if one.who else None,
            "text": piece,
            "spaced": spaced(piece, one.who),
        }
        for one in findable(title, transcript, minutes)
        for piece in pieces(one.text.replace("\0", " "))
    ]
    session.execute(insert(SearchText), rows)


def find(
    session: Session,
    seen: ColumnElement[bool],
    question: Question,
    *,
    order: Order = "relevance",
    first: int = 0,
    most: int = 20,
    each: int = 5,
) -> Found:
    """Finds texts of meetings.

    Args:
        session: Of the request.
        seen: Condition on ``MeetingRow``: those that the asker may see.
        question: What is looked for.
        order: Of the meetings.
        first: How many meetings are left out before the page.
        most: Meetings of a page.
        each: Texts shown of a meeting.

    Raises:
        UsageError: The question has too many words.
    """
    asked = terms(question.text)
    if not asked:
        return Found((), 0, together=True)
    hits = _hits(session, asked, seen, question, together=True)
    total, together = _meetings_in(session, hits), True
    if not total and len(asked) > 1:
        hits = _hits(session, asked, seen, question, together=False)
        total, together = _meetings_in(session, hits), False
    counts = dict(_page(session, hits, order, first, most)) if total else {}
    texts = _texts(session, hits, tuple(counts), each)
    rows = {row.id: row for row in session.scalars(select(MeetingRow).where(MeetingRow.id.in_(counts)))}
    meetings = tuple(
        MeetingHits(rows[id], count, tuple(_hit(text, asked) for text in texts if text.meeting_id == id))
        for id, count in counts.items()
    )
    return Found(meetings, total, together)


def _hits(
    session: Session, asked: Sequence[Term], seen: ColumnElement[bool], question: Question, *, together: bool
) -> CTE:
    """Id, meeting, day and rank of every text that is found, as a part of a query."""
    wanted = [seen, *_filters(question)]
    if not together:
        wanted += [_has(session, term, wanted) for term in asked]
    matching = _matching(session, asked, all_of_them=together)
    weight = case(
        (SearchText.kind == "title", _TITLE_WEIGHT), (SearchText.kind == "utterance", 1.0), else_=_ITEM_WEIGHT
    )
    rank = (matching.c.rank * weight).label("rank")
    found = select(SearchText.id, SearchText.meeting_id, MeetingRow.held_on, rank)
    return found.select_from(_texts_of(matching)).where(*wanted).cte("hits")


def _has(session: Session, term: Term, wanted: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """That a meeting has the term in one of its texts."""
    texts = _texts_of(_matching(session, [term], all_of_them=True))
    # Looked up once, and not again for every text.
    ids = select(MeetingRow.id).distinct().select_from(texts).where(*wanted).cte()
    return MeetingRow.id.in_(select(ids.prefix_with("MATERIALIZED").c.id))


def _texts_of(matching: CTE) -> FromClause:
    """The texts that match, with their meetings."""
    texts = join(SearchText, matching, matching.c.id == SearchText.id)
    return texts.join(MeetingRow, MeetingRow.id == SearchText.meeting_id)


def _filters(question: Question) -> Iterator[ColumnElement[bool]]:
    if question.series_id is not None:
        yield MeetingRow.series_id == question.series_id
    if question.kinds:
        yield SearchText.kind.in_(question.kinds)
    if question.since is not None:
        yield MeetingRow.held_on >= question.since
    if question.until is not None:
        yield MeetingRow.held_on <= question.until


def _matching(session: Session, asked: Sequence[Term], *, all_of_them: bool) -> CTE:
    """Ids and ranks of the texts that have the terms, as the database's own index finds them."""
    if session.get_bind().dialect.name == "sqlite":
        given = (" AND " if all_of_them else " OR ").join(map(_for_sqlite, asked))
        whole = literal_column("search_index", Text)
        matches, rank = whole.op("MATCH")(given), -func.bm25(whole)
    else:
        given = (" & " if all_of_them else " | ").join(map(_for_postgres, asked))
        wanted = func.to_tsquery(literal_column("'simple'"), given)
        matches, rank = _INDEX.c.words.op("@@")(wanted), func.ts_rank(_INDEX.c.words, wanted)
    # bm25 is known only where the index is asked: the planner must not take the two apart.
    found = select(_INDEX.c.rowid.label("id"), rank.label("rank")).where(matches)
    return found.cte().prefix_with("MATERIALIZED")


def _for_sqlite(term: Term) -> str:
    """A term in the words of FTS5; the codes hold nothing but letters and digits."""
    phrase = f'"{" ".join(term.codes)}"'
    # A word as it is written ranks before others of the same stem.
    return f'({phrase} OR "{term.written}"{" *" if term.begins else ""})' if term.written else phrase


def _for_postgres(term: Term) -> str:
    """The same in the words of ``to_tsquery``."""
    phrase = f"({' <-> '.join(term.codes)})"
    return f"({phrase} | {term.written}{':*' if term.begins else ''})" if term.written else phrase


def _meetings_in(session: Session, hits: CTE) -> int:
    return session.scalar(select(func.count(hits.c.meeting_id.distinct()))) or 0


def _page(session: Session, hits: CTE, order: Order, first: int, most: int) -> list[tuple[str, int]]:
    """The meetings of a page, each with the number of its texts."""
    best, day = func.max(hits.c.rank).desc(), func.max(hits.c.held_on).desc().nulls_last()
    ordered = (best, day) if order == "relevance" else (day, best)
    query = (
        select(hits.c.meeting_id, func.count())
        .group_by(hits.c.meeting_id)
        .order_by(*ordered, hits.c.meeting_id)
    )
    return [(str(id), count) for id, count in session.execute(query.offset(first).limit(most))]


def _texts(session: Session, hits: CTE, meetings: Sequence[str], each: int) -> Sequence[SearchText]:
    """The best texts of these meetings, best first."""
    place = func.row_number().over(partition_by=hits.c.meeting_id, order_by=(hits.c.rank.desc(), hits.c.id))
    best = select(hits.c.id, place.label("place")).where(hits.c.meeting_id.in_(meetings)).subquery()
    query = select(SearchText).join(best, best.c.id == SearchText.id).where(best.c.place <= each)
    return session.scalars(query.order_by(best.c.place)).all() if meetings else []


def _hit(text: SearchText, asked: Sequence[Term]) -> Hit:
    return Hit(text, highlights(text.text, asked), highlights(text.who or "", asked))

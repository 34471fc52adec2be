import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, true
from sqlalchemy.orm import Session

from pipeline.errors import UsageError
from pipeline.minutes import Decision, Issue, Kpi, Report, Section
from pipeline.records.database import Database
from pipeline.records.search import Found, Order, Question, find, index
from pipeline.records.search_texts import FoundKind
from pipeline.records.search_words import MOST_TOKENS, highlights, pieces, spaced, terms, tokens
from pipeline.records.tables import MeetingRow, SearchText
from tests.records.meetings import a_meeting, a_series, action, minutes_with, said


def looked_for(session: Session, question: str, order: Order = "relevance") -> Found:
    return find(session, true(), Question(question), order=order, most=1000, each=1000)


def found(database: Database, question: str) -> list[str]:
    with database.reading() as session:
        answer = looked_for(session, question)
        return sorted(hit.text.text for meeting in answer.meetings for hit in meeting.hits)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.session() as session:
        a_meeting(session, "m1")
        lines = (
            ("王蕾", "客户退货了三箱"),
            ("王蕾", "退货率上升到3.5%"),
            ("李明", "GMV目标是三百万，Q3完成"),
            ("李明", "货还没有退"),
            ("Robert Hall", "The supplier returned two pallets of cafe chairs"),
            (None, "We price returns by the pallet"),
        )
        index(session, "m1", "周例会", said(*lines), None)
    return database


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("退货", ["客户退货了三箱", "退货率上升到3.5%"]),
        ("退", ["客户退货了三箱", "货还没有退", "退货率上升到3.5%"]),
        ("退货率", ["退货率上升到3.5%"]),
        ("GMV目标", ["GMV目标是三百万，Q3完成"]),
        ("q3", ["GMV目标是三百万，Q3完成"]),
        ("ｇｍｖ", ["GMV目标是三百万，Q3完成"]),
        ("3.5%", ["退货率上升到3.5%"]),
        ("5.3", []),
        (
            "returning",
            ["The supplier returned two pallets of cafe chairs", "We price returns by the pallet"],
        ),
        (
            "RETURN pallets",
            ["The supplier returned two pallets of cafe chairs", "We price returns by the pallet"],
        ),
        ("pricing", ["We price returns by the pallet"]),
        ("café", ["The supplier returned two pallets of cafe chairs"]),
        ("suppl", ["The supplier returned two pallets of cafe chairs"]),
        ("suppl returned", []),
        ("王蕾 退货率", ["退货率上升到3.5%"]),
        ("李明、退", ["货还没有退"]),
        ("李明货", []),
        ("没有的词", []),
        ("？！ …", []),
    ],
)
def test_finds_words_characters_and_phrases(filled: Database, question: str, texts: list[str]) -> None:
    assert found(filled, question) == sorted(texts)


def test_words_that_stand_in_one_meeting_but_in_no_text(filled: Database) -> None:
    with filled.session() as session:
        a_meeting(session, "m2")
        index(session, "m2", "月会", said((None, "箱子够用")), None)
        answer = looked_for(session, "三箱 Q3")
    assert not answer.together
    assert [(m.meeting.id, m.count) for m in answer.meetings] == [("m1", 2)]


ATTACKS = (
    *(
        '"',
        "*",
        "-退",
        '退"货 OR',
        "NEAR(a b, 3)",
        "spaced:退",
        "a:*",
        "a & | ! <-> b",
        "('",
        "\\",
        "\0",
        "退\0货",
    ),
    *("^ret", "{spaced}: x", "'; DROP TABLE search_texts; --", "%_%", "😀", "\u202e", "ret*", "AND", "NOT"),
)


@pytest.mark.parametrize("question", ATTACKS)
def test_nothing_a_person_types_is_syntax(filled: Database, question: str) -> None:
    with filled.reading() as session:
        looked_for(session, question)
    assert found(filled, "退货率") == ["退货率上升到3.5%"]


def test_a_question_may_be_long_but_not_endless(filled: Database) -> None:
    assert found(filled, "退" * MOST_TOKENS) == []
    assert found(filled, "退 a " * (MOST_TOKENS // 2)) == []
    assert found(filled, "x" * 10_000) == []
    with pytest.raises(UsageError, match="more than 200 words"):
        found(filled, "退货" * 5_000)


def test_long_texts_are_found_to_their_last_word(database: Database) -> None:
    # Postgres forgets places beyond the 255th of a word, and refuses words over 2,046 bytes.
    long = "的" * 999 + "。" + "w" * 5000 + " 最后一句 " + "ж" * 3000
    with database.session() as session:
        a_meeting(session, "m1")
        index(session, "m1", "会", said(("的" * 300, long)), None)
        kept = session.scalars(select(SearchText.text).where(SearchText.kind == "utterance")).all()
    assert "".join(kept) == long
    assert len(found(database, "最后一句")) == 1
    assert len(found(database, "的" * MOST_TOKENS)) == 4
    assert len(found(database, "w" * 100)) == len(found(database, "ж" * 90)) == 1


def test_every_part_of_the_minutes_is_found(database: Database) -> None:
    minutes = minutes_with(actions=(action("a1", "联系供应商", "王蕾"),)).model_copy(
        update={
            "sections": tuple(
                Section(kind=s.kind, status="covered", summary=f"小结 {s.kind}")
                for s in minutes_with().sections
            ),
            "decisions": (Decision(id="d1", text="四月一日开始促销"),),
            "kpis": (Kpi(id="k1", metric="退货率", value="3.1", unit="%", department="客服部"),),
            "issues": (Issue(id="i1", problem="库存不足", solution="加订一批"),),
            "reports": (Report(id="r1", department="仓储部", done=("盘点完成",), next=("搬仓库",)),),
        }
    )
    with database.session() as session:
        a_meeting(session, "m1")
        index(session, "m1", "三月例会", None, minutes)

    def places(question: str) -> list[tuple[str, str | None]]:
        with database.reading() as session:
            hits = [hit for meeting in looked_for(session, question).meetings for hit in meeting.hits]
            return [(hit.text.kind, hit.text.item) for hit in hits]

    assert places("三月") == [("title", None)]
    assert places("王蕾") == places("供应商") == [("action", "a1")]
    assert places("促销") == [("decision", "d1")]
    assert places("退货率 3.1") == places("客服") == [("kpi", "k1")]
    assert places("库存 加订") == [("issue", "i1")]
    assert places("盘点 仓库") == [("report", "r1")]
    assert len(places("小结")) == 6
    assert places("feedback") == [("summary", "feedback")]


def test_indexing_again_replaces_and_deleting_a_meeting_deletes(filled: Database) -> None:
    with filled.session() as session:
        index(session, "m1", "周例会", said((None, "只剩这一句")), None)
    assert found(filled, "退货") == []
    assert found(filled, "这一句") == ["只剩这一句"]
    with filled.session() as session:
        session.delete(session.get_one(MeetingRow, "m1"))
    assert found(filled, "这一句") == []
    if filled.is_sqlite:
        with filled.reading() as session:
            session.execute(text("INSERT INTO search_index(search_index) VALUES ('integrity-check')"))


def test_only_what_may_be_seen_and_was_asked_for(database: Database) -> None:
    with database.session() as session:
        series, other = a_series(session), a_series(session, "Sales")
        for number, whose in enumerate((series, other, None), 1):
            a_meeting(session, f"m{number}", whose, held_on=date(2026, 3, number))
            index(session, f"m{number}", "退货", said((None, "退货两箱")), None)

        def ids(seen: bool = True, **asked: object) -> list[str]:
            condition = true() if seen else MeetingRow.series_id == series.id
            question = Question("退货", **asked)  # pyright: ignore[reportArgumentType]
            return [m.meeting.id for m in find(session, condition, question, order="newest").meetings]

        assert ids() == ["m3", "m2", "m1"]
        assert ids(seen=False) == ["m1"]
        assert ids(series_id=other.id) == ["m2"]
        assert ids(seen=False, series_id=other.id) == []
        assert ids(since=date(2026, 3, 2)) == ["m3", "m2"]
        assert ids(until=date(2026, 3, 2)) == ["m2", "m1"]
        kinds: tuple[FoundKind, ...] = ("title",)
        answer = find(session, true(), Question("退货", kinds=kinds), order="newest")
        assert {hit.text.kind for m in answer.meetings for hit in m.hits} == {"title"}
        # Words of somebody else's meeting complete nobody's question.
        a_meeting(session, "m4", other)
        index(session, "m4", "促销", None, None)
        assert find(session, MeetingRow.series_id == series.id, Question("退货 促销")).total == 0


def test_pages(database: Database) -> None:
    with database.session() as session:
        for number in range(7):
            a_meeting(session, f"m{number}", held_on=date(2026, 3, 1 + number))
            index(session, f"m{number}", "会", said(*[(None, "退货")] * 4), None)
        question = Question("退货")
        pages = [
            find(session, true(), question, order="newest", first=n, most=3, each=2) for n in (0, 3, 6, 9)
        ]
    assert [[m.meeting.id for m in page.meetings] for page in pages] == [
        ["m6", "m5", "m4"],
        ["m3", "m2", "m1"],
        ["m0"],
        [],
    ]
    assert {page.total for page in pages} == {7}
    assert {(m.count, len(m.hits)) for page in pages for m in page.meetings} == {(4, 2)}


def test_titles_come_first_and_words_as_written_before_their_kin(database: Database) -> None:
    with database.session() as session:
        for id, title, line in (
            ("m1", "a", "The customs papers of the container are missing"),
            ("m2", "b", "Every customer complained about the container"),
            ("m3", "Customs", "nothing"),
        ):
            a_meeting(session, id)
            index(session, id, title, said((None, line)), None)
        assert [m.meeting.id for m in looked_for(session, "customs").meetings] == ["m3", "m1", "m2"]


@pytest.mark.parametrize(
    ("shown", "question", "marked"),
    [
        ("客户退货了，退货率3.5%", "退货 3.5", ["退货", "退货", "3.5"]),
        ("Returned goods, returning", "return", ["Returned", "returning"]),
        ("Return", "ret", ["Return"]),
        ("退退货货", "退货", ["退货"]),
        ("退货退货", "退货", ["退货退货"]),
        ("un cafe\u0301 au lait", "café", ["cafe\u0301"]),
        ("ＧＭＶ目标", "gmv 目标", ["ＧＭＶ目标"]),
        ("<script>alert(1)</script>", "script", ["script", "script"]),
    ],
)
def test_highlights_stand_in_the_text_as_it_was_written(shown: str, question: str, marked: list[str]) -> None:
    assert [shown[start:end] for start, end in highlights(shown, terms(question))] == marked


@given(st.text())
def test_tokens_stand_in_their_text_and_look_the_same_to_every_index(given_text: str) -> None:
    places = [(token.start, token.end) for token in tokens(given_text)]
    assert all(0 <= start < end <= len(given_text) for start, end in places)
    assert places == sorted(places)
    assert re.fullmatch(r"[a-z0-9 ]*", spaced(given_text))
    assert "".join(pieces(given_text)) == given_text

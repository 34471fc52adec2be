"""The rule of the search once more, as plainly as it can be said: lists of words, no index. Both databases obey it."""

import re
import unicodedata
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from snowballstemmer.english_stemmer import EnglishStemmer  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import delete, select, true

from pipeline.records.database import Database
from pipeline.records.search import Question, find, index
from pipeline.records.tables import MeetingRow, SearchText
from tests.records.meetings import a_meeting, said

CHINESE = "\u2e80-\u9fff"
LATIN = rf"[^\W_{CHINESE}]+"


def words(given_text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", given_text).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return [w for w in re.findall(rf"[{CHINESE}]|{LATIN}", plain) if w.isalnum()]


def stems(given_text: str) -> list[str]:
    return [EnglishStemmer().stemWord(w) if w.isascii() and w.isalpha() else w for w in words(given_text)]  # pyright: ignore


def asked_terms(question: str) -> list[str]:
    runs = re.findall(rf"(?:{LATIN}(?:[.,:'’\-_/&@+#]{LATIN})*|[{CHINESE}])+", question)
    parts = [part for run in runs for part in re.split("[，。、；：？！“”（）]", run)]
    return [part for part in parts if part]


def stands_in(term: str, is_last: bool, text_shown: str) -> bool:
    wanted, there = stems(term), stems(text_shown)
    if any(there[i : i + len(wanted)] == wanted for i in range(len(there))):
        return True
    one = words(term)
    begins = is_last and len(one) == 1 and one[0].isascii() and one[0][0].isalpha()
    return begins and any(word.startswith(one[0]) for word in words(text_shown))


def expected(rows: list[SearchText], question: str) -> set[int]:
    asked = asked_terms(question)
    has = {
        row.id: [
            any(stands_in(term, term_number == len(asked) - 1, part) for part in (row.who or "", row.text))
            for term_number, term in enumerate(asked)
        ]
        for row in rows
    }
    together = {row.id for row in rows if asked and all(has[row.id])}
    if together or not asked:
        return together
    whole = {
        meeting
        for meeting in {row.meeting_id for row in rows}
        if all(any(has[row.id][n] for row in rows if row.meeting_id == meeting) for n in range(len(asked)))
    }
    return {row.id for row in rows if row.meeting_id in whole and any(has[row.id])}


@pytest.fixture
def both(tmp_path: Path, postgres_url: str) -> Generator[tuple[Database, Database]]:
    with ExitStack() as stack:
        made = Database(f"sqlite:///{tmp_path}/lihui.db"), Database(postgres_url)
        for database in made:
            stack.callback(database.close)
            database.upgrade()
        yield made


SNIPPETS = st.sampled_from(
    (
        *(
            "退货",
            "退",
            "货",
            "率",
            "客户",
            "了",
            "目标",
            "GMV",
            "gmv",
            "ＧＭＶ",
            "Q3",
            "q",
            "3.5",
            "35",
            "5",
        ),
        *("return", "returns", "Returned", "returning", "retur", "price", "pricing", "customs", "customer"),
        *("cafe", "Café", "co", "owner", "owners", "a", "b", "not", "or"),
    )
)
GAPS = st.sampled_from(["", "", " ", " ", "，", ". ", "-", "_", "*", '"', ":", " - ", "、", "'", "%"])


def texts(most: int) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(SNIPPETS, GAPS), min_size=1, max_size=most)
    return pairs.map(lambda parts: "".join(a + b for a, b in parts))


LINES = st.lists(st.tuples(st.none() | texts(1), texts(6)), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, min_size=1, max_size=3), st.lists(texts(3), min_size=1, max_size=12))
@example([[(None, "co owners")], [("退", "货")]], ["co-owner", "退货", "货 退", "own 退"])
def test_both_databases_find_what_the_rule_says(
    both: tuple[Database, Database],
    meetings: list[list[tuple[str | None, str]]],
    questions: list[str],
) -> None:
    for database in both:
        with database.session() as session:
            session.execute(delete(MeetingRow))
            for number, lines in enumerate(meetings):
                a_meeting(session, f"m{number}")
                index(session, f"m{number}", "标题", said(*lines), None)
            rows = list(session.scalars(select(SearchText)))
            for question in questions:
                answer = find(session, true(), Question(question), most=1000, each=1000)
                ids = {hit.text.id for meeting in answer.meetings for hit in meeting.hits}
                assert ids == expected(rows, question), question
                assert all(hit.ranges or hit.who_ranges for m in answer.meetings for hit in m.hits)

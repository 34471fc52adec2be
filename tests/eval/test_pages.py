import re
from dataclasses import replace
from itertools import pairwise

from eval.cases import CASES, load_case
from eval.gold_minutes import minutes_of_gold
from eval.harness import result_of
from eval.pages import case_page, report_page
from eval.pages.case import case_view
from eval.pages.plots import bars, strip
from eval.report import Anchors, Measure, make_report
from pipeline.minutes import Action, Minutes

CASE = load_case(CASES / "zh-logistics-weekly-02")
GOLD = minutes_of_gold(CASE)
ATTACK = '<script>alert(1)</script>\u202e & "quote"'


def flawed() -> Minutes:
    """One action missed, one with another owner, one made up and unsupported; a decision without support."""
    _, second, *rest = GOLD.actions
    wrong = second.model_copy(update={"owner": "某某"})
    extra = Action(id="x", task=ATTACK, evidence=GOLD.actions[0].evidence)
    decision, *others = GOLD.decisions
    unproved = decision.model_copy(update={"support": None})
    return GOLD.model_copy(update={"actions": (wrong, *rest, extra), "decisions": (unproved, *others)})


RESULT = result_of(CASE, flawed())
REPORT = make_report([RESULT], {ATTACK: "Why not."}, suite="dev", scribe="rules")


def test_pages_ask_nobody_for_anything_and_run_nothing() -> None:
    for page in (report_page(REPORT), case_page(RESULT)):
        assert "default-src 'none'" in page
        assert not re.search(r"<script|<link|<img|https?://|@import|url\(", page)
        assert "prefers-color-scheme: dark" in page


def test_what_people_said_cannot_become_markup() -> None:
    page = case_page(RESULT)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in report_page(REPORT)


def test_misses_inventions_and_wrong_details_are_marked() -> None:
    rows = {field.title: field.rows for field in case_view(RESULT).fields}
    actions = rows["actions"]
    by_state = {state: [r for r in actions if r.state == state] for state in ("missed", "wrong", "extra")}
    assert {state: len(found) for state, found in by_state.items()} == {"missed": 1, "wrong": 1, "extra": 1}
    (wrong,) = by_state["wrong"]
    assert wrong.said_state == "wrong owner"
    assert wrong.gold is not None
    assert wrong.result is not None
    assert [d.value for d in wrong.result.details if d.wrong] == ["某某"]
    assert by_state["missed"][0].result is None
    assert by_state["extra"][0].gold is None
    assert by_state["extra"][0].unsupported
    assert [r.unsupported for r in rows["decisions"]].count(True) == 1
    assert {r.state for r in rows["open items"]} == {"right"}


def test_every_mark_in_the_transcript_leads_to_its_item_and_back() -> None:
    page = case_page(RESULT)
    ids = set(re.findall(r'id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= ids
    assert len([i for i in ids if re.fullmatch(r"u\d+", i)]) == len(CASE.transcript.utterances)
    first = CASE.gold.actions[0].evidence[0]
    line = case_view(RESULT).lines[first]
    assert {"missed", "extra"} <= {mark.state for mark in line.marks}


def test_section_labels_of_gold_and_result_stand_side_by_side() -> None:
    spans = tuple(
        s.model_copy(update={"spans": ((0, 99),) if s.kind == "data" else ()}) for s in GOLD.sections
    )
    view = case_view(result_of(CASE, GOLD.model_copy(update={"sections": spans})))
    assert {line.said for line in view.lines[:100]} == {"data"}
    assert tuple(line.gold for line in view.lines) == CASE.gold.kinds


def test_facts_are_told_or_not() -> None:
    assert case_view(RESULT).told == len(case_view(RESULT).facts) > 10
    silent = tuple(s.model_copy(update={"summary": None, "points": ()}) for s in GOLD.sections)
    assert case_view(result_of(CASE, GOLD.model_copy(update={"sections": silent}))).told == 0


def test_the_report_links_every_case_and_names_what_failed() -> None:
    page = report_page(REPORT)
    assert f'href="{CASE.id}/case.html"' in page
    assert "1 failed; they are in no score" in page
    assert "Why not." in page
    assert "agreement of two readings" in page
    with_second = replace(CASE, second=CASE.gold)
    told = make_report([result_of(with_second, GOLD)], {}, suite="dev", scribe="rules")
    assert "1 of them were annotated a second time" in report_page(told)


def test_a_score_lies_where_it_belongs_on_its_line() -> None:
    drawn = strip(Measure(value=0.5, hits=1, total=2, low=0.25, high=1.0, anchors=Anchors(floor=0.0)))
    assert (drawn.floor, drawn.low, drawn.score, drawn.high) == (10.0, 67.5, 125.0, 240.0)
    assert (drawn.second, drawn.baseline) == (None, None)
    assert strip(Measure(value=1.7, hits=17, total=10)).score == 240.0
    assert drawn.said == "0.500, 95 % of the draws from 0.250 to 1.000"


def test_bars_hold_as_many_items_as_there_are() -> None:
    drawn = bars(REPORT.cases.values(), list("abcdef"))
    counts = {part.name: part.count for part in drawn.rows[0].parts}
    assert counts == {"right": len(CASE.gold.actions) - 2, "wrong": 1, "missed": 1, "extra": 1}
    ends = [(p.x, p.x + p.width) for p in drawn.rows[0].parts]
    assert all(abs(a[1] - b[0]) < 0.2 for a, b in pairwise(ends))

from collections.abc import Mapping

import pytest

from eval.compare import compare
from eval.gate import gate
from eval.outcomes import Extra, Outcome
from eval.provenance import Provenance
from eval.report import CaseReport, Report
from eval.scorers.counts import Matches, Rate
from eval.table import item_lines
from pipeline.errors import InputError

TASKS = 10


def case(right: int, *, wrong_owner: int = 0, extra: tuple[str, ...] = (), series: str = "s") -> CaseReport:
    """A case of ten actions: that many right, then some with a wrong owner, the others missed."""
    found = right + wrong_owner
    states = [(n < found, ("owner",) if right <= n < found else ()) for n in range(TASKS)]
    return CaseReport(
        language="en",
        series=series,
        items={"actions": Matches(found, found + len(extra), TASKS)},
        rates={
            "owner": Rate(right, found),
            "seconds": Rate(1.0 * right, 1),
            "invented": Rate(len(extra), TASKS),
        },
        outcomes=tuple(
            Outcome(field="actions", text=f"task {n}", found=f, wrong=w) for n, (f, w) in enumerate(states)
        ),
        extra=tuple(Extra(field="actions", text=text) for text in extra),
    )


def report(cases: Mapping[str, CaseReport], failed: dict[str, str] | None = None, data: str = "d") -> Report:
    made = Provenance(
        commit=None, dirty=None, python="3", packages={}, backends=(), prompts=(), data_sha256=data
    )
    named = {n: c.model_copy(update={"series": n}) if c.series == "s" else c for n, c in cases.items()}
    return Report(
        suite="made",
        scribe="x",
        source="transcript",
        made=made,
        second_cases=0,
        scores={},
        cases=named,
        failed=failed or {},
    )


BEFORE = report({"a": case(8), "b": case(6), "c": case(7), "d": case(5)})


def test_items_are_fixed_broken_or_still_wrong() -> None:
    after = report({"a": case(9), "b": case(5, wrong_owner=1), "c": case(7), "d": case(5)})
    found = compare(BEFORE, after)
    assert [(i.case, i.after.text) for i in found.fixed] == [("a", "task 8")]
    assert [(i.case, i.after.text, i.after.state) for i in found.broken] == [("b", "task 5", "wrong owner")]
    assert len(found.still_wrong) == 1 + 4 + 3 + 5
    assert len(found.fixed) + len(found.broken) + len(found.still_wrong) == 15


def test_what_was_made_up_is_told_apart_too() -> None:
    before, after = report({"a": case(8, extra=("x", "y"))}), report({"a": case(8, extra=("y", "z"))})
    found = compare(before, after)
    assert [c.extra.text for c in found.made_up] == ["z"]
    assert [c.extra.text for c in found.gone] == ["x"]


def test_a_difference_in_every_series_is_more_than_chance_and_in_one_it_is_not() -> None:
    everywhere = report({"a": case(6), "b": case(4), "c": case(5), "d": case(3)})
    once = report({"a": case(4), "b": case(6), "c": case(7), "d": case(5)})
    verdicts = {c.name: c.verdict for c in compare(BEFORE, everywhere).changes}
    assert verdicts["actions.recall"] == "worse"
    assert verdicts["seconds"] == "better"
    assert verdicts["owner"] == "same"
    assert {c.verdict for c in compare(BEFORE, once).changes} == {"same"}
    assert {c.name: c.verdict for c in compare(everywhere, BEFORE).changes}["actions.f1"] == "better"


def test_fewer_errors_are_better() -> None:
    many = report({n: case(5, extra=("x", "y")) for n in "abc"})
    few = report({n: case(5) for n in "abc"})
    assert {c.name: c.verdict for c in compare(many, few).changes}["invented"] == "better"


def test_meetings_that_only_one_report_has_are_named_and_left_out() -> None:
    after = report({"a": case(8), "e": case(1)})
    found = compare(BEFORE, after)
    assert (found.only_first, found.only_second) == (("b", "c", "d"), ("e",))
    assert next(c for c in found.changes if c.name == "actions.recall").before == 0.8


def test_reports_without_a_common_meeting_or_with_another_gold_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="no meeting in common"):
        compare(BEFORE, report({"z": case(1)}))
    other = case(8)
    changed = other.model_copy(update={"outcomes": other.outcomes[1:]})
    with pytest.raises(InputError, match="gold of a was changed"):
        compare(BEFORE, report({"a": changed}))


def test_every_item_has_a_line() -> None:
    after = report({"a": case(9), "b": case(5, wrong_owner=1), "c": case(7), "e": case(5)})
    lines = list(item_lines(compare(BEFORE, after)))
    assert "\nfixed: 1" in lines
    assert "  a actions: task 8 (missed -> right)" in lines
    assert "  b actions: task 5 (right -> wrong owner)" in lines
    assert "  c actions: task 9 (missed)" in lines
    assert "\nonly before: d" in lines


def test_the_same_result_passes_and_a_better_one_too() -> None:
    assert gate(BEFORE, BEFORE) == ()
    assert gate(report({n: case(9) for n in "abcd"}), BEFORE) == ()


def test_a_field_that_fell_beyond_chance_is_named() -> None:
    worse = report({n: case(c.items["actions"].hits - 1) for n, c in BEFORE.cases.items()})
    (reason,) = gate(worse, BEFORE, most_broken=10)
    assert reason.startswith("actions F1 went from 0.788 to 0.710, beyond chance (difference -0.0")


def test_too_many_broken_items_are_refused_though_no_field_fell_beyond_chance() -> None:
    one_series = report({"a": case(3), "b": case(6), "c": case(7), "d": case(5)})
    assert gate(one_series, BEFORE, most_broken=5) == ()
    reason, *items = gate(one_series, BEFORE, most_broken=4)
    assert reason.startswith("5 items that were right are wrong now, 4 may be")
    assert len(items) == 5
    assert items[0] == "  a actions: task 3 (right -> missed)"


def test_costs_do_not_count_and_precision_may_be_traded_for_recall() -> None:
    slower = report(
        {n: c.model_copy(update={"rates": {"seconds": Rate(99, 1)}}) for n, c in BEFORE.cases.items()}
    )
    assert gate(slower, BEFORE) == ()
    fewer = {
        n: c.model_copy(update={"items": {"actions": Matches(5, 5, 10)}}) for n, c in BEFORE.cases.items()
    }
    more = {
        n: c.model_copy(update={"items": {"actions": Matches(8, 14, 10)}}) for n, c in BEFORE.cases.items()
    }
    assert gate(report(more), report(fewer)) == ()


def test_a_failed_or_missing_meeting_is_refused() -> None:
    rest = {n: c for n, c in BEFORE.cases.items() if n != "a"}
    assert gate(report(rest, failed={"a": "Out of memory."}), BEFORE) == ("a failed: Out of memory.",)
    assert gate(report(rest), BEFORE) == ("a is missing from the result.",)


def test_other_data_is_no_comparison() -> None:
    with pytest.raises(InputError, match="other data"):
        gate(report(BEFORE.cases, data="e"), BEFORE)

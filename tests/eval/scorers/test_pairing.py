from eval.cases import CASES, Case, load_case
from eval.gold_minutes import minutes_of_gold
from eval.scorers.items import score_details, score_invented
from eval.scorers.matching import Item, match
from eval.scorers.pairing import pair
from pipeline.minutes import Action, Minutes

ZH = load_case(CASES / "zh-logistics-weekly-01")
EN = load_case(CASES / "en-logistics-weekly-01")


def changed(case: Case, field: str, **update: object) -> Minutes:
    """Perfect minutes, but for the first item of a field."""
    minutes = minutes_of_gold(case)
    first, *rest = getattr(minutes, field)
    return minutes.model_copy(update={field: (first.model_copy(update=update), *rest)})


def wrong(case: Case, field: str, **update: object) -> set[str]:
    """Rates over matched items that are not perfect then."""
    rates = score_details(pair(changed(case, field, **update), case))
    return {name for name, rate in rates.items() if rate.hits < rate.total}


def test_each_detail_is_compared_by_itself() -> None:
    assert wrong(ZH, "actions", owner="谁") == {"owner"}
    assert wrong(ZH, "kpis", value="9.99") == {"kpi_value"}
    assert wrong(ZH, "kpis", unit="万") == {"kpi_value"}
    assert wrong(EN, "kpis", period="the year 2019") == {"kpi_period"}
    assert wrong(EN, "kpis", period=None) == {"kpi_period"}
    assert wrong(ZH, "issues", status="resolved" if ZH.gold.issues[0].status == "open" else "open") == {
        "issue_status"
    }
    assert wrong(ZH, "feedback", kind="suggestion") == {"feedback_kind"}
    assert wrong(ZH, "decisions", made_by="谁") == set()


def test_a_period_may_be_told_in_more_words_but_not_be_another() -> None:
    period = EN.gold.kpis[0].period
    assert period is not None
    assert wrong(EN, "kpis", period=period.upper()) == set()
    said = "last week" if period != "last week" else "this week"
    assert wrong(EN, "kpis", period=said) == {"kpi_period"}


def test_what_is_missed_and_what_is_extra_are_told_apart() -> None:
    minutes = minutes_of_gold(ZH)
    extra = Action(id="x", task="×××", evidence=minutes.actions[0].evidence)
    pairs = pair(minutes.model_copy(update={"actions": (*minutes.actions[1:], extra)}), ZH)["actions"]
    assert pairs.missed == (0,)
    assert pairs.extra == (len(minutes.actions) - 1,)
    assert pairs.counts.hits == len(minutes.actions) - 1


def test_items_worded_alike_are_paired_by_evidence_and_then_by_details() -> None:
    twins = [Item("Send the list", (4,), details={"owner": o}) for o in ("Ann", "Tom")]
    assert match(list(reversed(twins)), twins, "en") == ((0, 1), (1, 0))
    here, there = Item("Send the list", (4,)), Item("Send the list", (5,))
    assert match([there, here], [here, there], "en") == ((0, 1), (1, 0))


def test_an_item_is_invented_without_support_evidence_or_verbatim_quote() -> None:
    gold = minutes_of_gold(EN)
    total = score_invented(gold, EN.transcript).total
    quote = gold.actions[0].evidence[0]
    for update in (
        {"support": None},
        {"evidence": ()},
        {"evidence": (quote.model_copy(update={"quote": "nobody said this"}),)},
        {"evidence": (quote.model_copy(update={"quote": ""}),)},
        {"evidence": (quote.model_copy(update={"utterance": 9999}),)},
    ):
        rate = score_invented(changed(EN, "actions", **update), EN.transcript)
        assert (rate.hits, rate.total) == (1, total), update
    part = quote.model_copy(update={"quote": quote.quote[1:-1]})
    assert score_invented(changed(EN, "actions", evidence=(part,)), EN.transcript).hits == 0

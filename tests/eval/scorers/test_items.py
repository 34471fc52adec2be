from datetime import date

import pytest

from eval.cases import Case, Gold, GoldAction, GoldCarryOver, GoldKpi, GoldSection
from eval.gold_minutes import minutes_of_gold
from eval.scorers.counts import Matches, Rate
from eval.scorers.items import score_carry_over, score_details, score_items
from eval.scorers.pairing import pair
from pipeline.meeting import Meeting, OpenAction
from pipeline.minutes import Action, CarryOver, Due, Evidence, Kpi, Minutes
from pipeline.transcript import Language, Transcript, Utterance

FRIDAY = date(2026, 3, 6)
TASKS: dict[Language, tuple[str, str, str]] = {
    "zh": ("补齐退货入口的埋点", "修复支付接口超时", "整理供应商合同台账"),
    "en": ("Add tracking to the returns page", "Fix the payment timeout", "Tidy the supplier contracts"),
}
OWNERS: dict[Language, tuple[str, str]] = {"zh": ("陈涛", "王蕾"), "en": ("Tom Baker", "Ann Reed")}
languages = pytest.mark.parametrize("language", ["zh", "en"])


def case_of(language: Language) -> Case:
    """Two actions and two figures; the open item p1 was re-dated at utterance 6."""
    tasks, owners = TASKS[language], OWNERS[language]
    gold = Gold(
        sections=(GoldSection(kind="plans", first=0, last=8),),
        actions=(
            GoldAction(task=tasks[0], owner=owners[0], due=FRIDAY, evidence=(1, 2)),
            GoldAction(task=tasks[1], owner=owners[1], evidence=(4,)),
        ),
        kpis=(
            GoldKpi(metric="转化率" if language == "zh" else "conversion", value="3.1%", evidence=(0,)),
            GoldKpi(metric="工单" if language == "zh" else "tickets", value="320", evidence=(8,)),
        ),
        carry_over=(
            GoldCarryOver(id="p1", status="redated", new_due=FRIDAY, evidence=(6,)),
            GoldCarryOver(id="p2", status="done", evidence=(7,)),
        ),
    )
    meeting = Meeting(
        language=language,
        open_actions=(OpenAction(id="p1", task=tasks[2]), OpenAction(id="p2", task=tasks[1])),
    )
    said = tuple(Utterance(id=i, text=f"{i}…") for i in range(9))
    return Case("made", meeting, Transcript(language=language, utterances=said), gold)


def items(minutes: Minutes, case: Case) -> dict[str, Matches]:
    return score_items(pair(minutes, case))


def detail(name: str, minutes: Minutes, case: Case) -> Rate:
    return score_details(pair(minutes, case))[name]


def quote(*ids: int) -> tuple[Evidence, ...]:
    return tuple(Evidence(utterance=i, quote="…") for i in ids)


def with_actions(case: Case, *actions: Action) -> Minutes:
    return minutes_of_gold(case).model_copy(update={"actions": actions})


@languages
def test_found_missed_and_made_up_actions_are_counted(language: Language) -> None:
    case = case_of(language)
    minutes = with_actions(
        case,
        Action(id="a1", task=TASKS[language][0], evidence=quote(3)),
        Action(id="a2", task=TASKS[language][0], evidence=quote(8)),
        Action(id="a3", task="×××", evidence=quote(4)),
    )
    assert items(minutes, case)["actions"] == Matches(1, 3, 2)


@languages
def test_one_found_twice_is_found_once(language: Language) -> None:
    case = case_of(language)
    twice = [Action(id=f"a{n}", task=TASKS[language][0], evidence=quote(1)) for n in range(2)]
    assert items(with_actions(case, *twice), case)["actions"] == Matches(1, 2, 2)


@languages
def test_a_redated_open_item_among_the_actions_is_neither_hit_nor_mistake(language: Language) -> None:
    case = case_of(language)
    kept = minutes_of_gold(case).actions
    again = Action(id="a3", task=TASKS[language][2], evidence=quote(6))
    elsewhere = again.model_copy(update={"evidence": quote(0)})
    assert items(with_actions(case, *kept, again), case)["actions"].predicted == 2
    assert items(with_actions(case, *kept, elsewhere), case)["actions"].predicted == 3


@languages
def test_an_open_item_that_is_done_and_listed_again_is_a_mistake(language: Language) -> None:
    case = case_of(language)
    done = Action(id="a3", task=TASKS[language][1], evidence=quote(7))
    minutes = with_actions(case, *minutes_of_gold(case).actions, done)
    assert items(minutes, case)["actions"] == Matches(2, 3, 2)


@languages
def test_a_figure_matches_by_value_with_its_unit_or_by_name(language: Language) -> None:
    case = case_of(language)
    name = case.gold.kpis[1].metric
    kpis = (
        Kpi(id="k1", metric="something", value="3.1", unit="%", evidence=quote(1)),
        Kpi(id="k2", metric=name, value="999", evidence=quote(8)),
        Kpi(id="k3", metric="something", value="3.1", evidence=quote(0)),
    )
    minutes = minutes_of_gold(case).model_copy(update={"kpis": kpis})
    assert items(minutes, case)["kpis"] == Matches(2, 3, 2)


@languages
def test_owners_are_counted_over_the_actions_that_were_found(language: Language) -> None:
    case = case_of(language)
    first, second = minutes_of_gold(case).actions
    assert detail("owner", with_actions(case, first), case) == Rate(1, 1)
    nobody = second.model_copy(update={"owner": None})
    assert detail("owner", with_actions(case, first, nobody), case) == Rate(1, 2)


@languages
def test_swapped_owners_are_all_wrong(language: Language) -> None:
    case = case_of(language)
    first, second = minutes_of_gold(case).actions
    swapped = (
        first.model_copy(update={"owner": second.owner}),
        second.model_copy(update={"owner": first.owner}),
    )
    assert detail("owner", with_actions(case, *swapped), case) == Rate(0, 2)


@languages
def test_a_date_is_right_or_rightly_missing(language: Language) -> None:
    case = case_of(language)
    first, second = minutes_of_gold(case).actions
    late = first.model_copy(update={"due": Due(on=date(2026, 3, 7))})
    made_up = second.model_copy(update={"due": Due(on=FRIDAY)})
    assert detail("due", with_actions(case, first, second), case) == Rate(2, 2)
    assert detail("due", with_actions(case, late, second), case) == Rate(1, 2)
    assert detail("due", with_actions(case, first, made_up), case) == Rate(1, 2)


@languages
def test_an_open_item_needs_its_status_and_its_new_date(language: Language) -> None:
    case = case_of(language)
    gold = minutes_of_gold(case)

    def right(*rows: CarryOver) -> Rate:
        return score_carry_over(pair(gold.model_copy(update={"carry_over": rows}), case))["carry_over"]

    p1, p2 = gold.carry_over
    assert right(p1, p2) == Rate(2, 2)
    assert right(p2) == Rate(1, 2)
    assert right(p1.model_copy(update={"new_due": None}), p2) == Rate(1, 2)
    assert right(p1, p2.model_copy(update={"status": "in_progress"})) == Rate(1, 2)


def test_chinese_is_compared_by_characters_though_the_meeting_file_says_no_language() -> None:
    from eval.score import score

    case = case_of("zh")
    unsaid = Case("made", case.meeting.model_copy(update={"language": None}), case.transcript, case.gold)
    near = Action(id="a1", task="退货入口埋点补齐", evidence=quote(1))
    assert score(with_actions(case, near), unsaid).items["actions"].hits == 1

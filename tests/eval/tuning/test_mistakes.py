from collections.abc import Callable

import pytest

from eval.cases import CASES, Case, load_case
from eval.gold_minutes import minutes_of_gold
from eval.tuning.mistakes import MOST, feedback, mistakes
from pipeline.minutes import Due, Evidence, Minutes, Unverified

Change = Callable[[Minutes], Minutes]


def _drop_decision(m: Minutes) -> Minutes:
    return m.model_copy(update={"decisions": m.decisions[1:]})


def _wrong_date(m: Minutes) -> Minutes:
    dated = next(i for i, a in enumerate(m.actions) if a.due.on)
    actions = list(m.actions)
    actions[dated] = actions[dated].model_copy(update={"due": Due()})
    return m.model_copy(update={"actions": tuple(actions)})


def _invent(m: Minutes) -> Minutes:
    evidence = (Evidence(utterance=0, quote=""),)
    made_up = m.actions[0].model_copy(
        update={"task": "扫地 sweep", "owner": None, "due": Due(), "evidence": evidence}
    )
    return m.model_copy(update={"actions": (*m.actions, made_up)})


def _unproved(m: Minutes) -> Minutes:
    lost = Unverified(field="kpis", text="12 %", reason="?", evidence=(Evidence(utterance=2, quote=""),))
    return m.model_copy(update={"unverified": (lost,)})


def _one_label(m: Minutes) -> Minutes:
    last = max(last for s in m.sections for _, last in s.spans)
    sections = tuple(
        s.model_copy(update={"spans": ((0, last),) if s.kind == "plans" else ()}) for s in m.sections
    )
    return m.model_copy(update={"sections": sections})


@pytest.fixture(scope="module", params=["zh-retail-weekly-01", "en-clinic-weekly-01"])
def case(request: pytest.FixtureRequest) -> Case:
    return load_case(CASES / request.param)


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (_drop_decision, "漏掉：决定“", "Missed: decision “"),
        (_wrong_date, "的期限写成“无”，应为“", "deadline was “none” and should be “"),
        (_invent, "多出：任务“扫地 sweep”", "Too much: action “扫地 sweep”"),
        (_unproved, "作废：指标“12 %”", "Thrown out: KPI “12 %”"),
        (_one_label, " 行标成 plans，应为 ", "were labelled plans and should be "),
    ],
)
def test_a_mistake_is_told_in_the_meetings_language_with_the_lines_that_prove_it(
    case: Case, change: Change, zh: str, en: str
) -> None:
    told = mistakes(change(minutes_of_gold(case)), case)
    assert told
    assert all((zh if case.transcript.language == "zh" else en) in mistake for mistake in told)
    first, *lines = told[0].splitlines()
    said = {u.text for u in case.transcript.utterances}
    assert lines
    assert all(any(line.endswith(text[-12:]) for text in said) for line in lines), first


def test_a_wrong_deadline_is_told_in_the_words_to_be_copied(case: Case) -> None:
    gold = next(a for a in case.gold.actions if a.due)
    (told,) = mistakes(_wrong_date(minutes_of_gold(case)), case)
    assert f"{gold.due_phrase} ({gold.due})" in told


def test_perfect_minutes_have_no_mistakes(case: Case) -> None:
    assert mistakes(minutes_of_gold(case), case) == ()
    assert feedback(minutes_of_gold(case), case, 1.0).splitlines()[0].endswith(("1.00：", "1.00:"))


def test_of_many_mistakes_every_kind_is_told(case: Case) -> None:
    empty = minutes_of_gold(case).model_copy(
        update=dict.fromkeys(("actions", "decisions", "kpis", "issues", "feedback"), ())
    )
    told = mistakes(_one_label(_unproved(empty)), case)
    assert len(told) == MOST
    assert len({mistake.split("“")[0][:12] for mistake in told}) >= 6

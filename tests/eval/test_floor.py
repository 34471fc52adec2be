from typing import cast

import pytest

from eval.cases import CASES, load_case
from eval.floor import KeywordScribe
from eval.harness import known
from eval.score import measures, score
from pipeline.meeting import Meeting, OpenAction
from pipeline.protocols import Work
from pipeline.run import summarize_transcript
from pipeline.transcript import Language, Transcript, Utterance

NO_WORK = cast(Work, None)


def talk(language: Language, *texts: str) -> Transcript:
    return Transcript(
        language=language, utterances=tuple(Utterance(id=n, text=t) for n, t in enumerate(texts))
    )


def test_an_utterance_with_a_keyword_is_an_item() -> None:
    said = talk("zh", "开始吧", "陈涛周五前给我", "就这么定", "有个投诉", "辛苦了", "转化率3.1%")
    found = KeywordScribe().read(said, Meeting(), NO_WORK)
    assert [a.task for a in found.actions] == ["陈涛周五前给我"]
    assert [d.text for d in found.decisions] == ["就这么定"]
    assert [i.problem for i in found.issues] == ["有个投诉"]
    assert [f.text for f in found.feedback] == ["辛苦了"]
    assert [(k.metric, k.value, k.unit) for k in found.kpis] == [("转化率", "3.1", "%")]


def test_an_open_item_is_known_by_its_words() -> None:
    items = tuple(
        OpenAction(id=i, task=t) for i, t in (("p1", "fix the payment timeout"), ("p2", "hire a cook"))
    )
    said = talk("en", "The payment timeout fix is done.", "Good.")
    found = KeywordScribe().read(said, Meeting(open_actions=items), NO_WORK)
    assert [(c.id, c.status) for c in found.carry_over] == [("p1", "done"), ("p2", "not_mentioned")]


@pytest.mark.parametrize("name", ["zh-ecom-weekly-01", "en-hotel-monthly-01"])
def test_the_floor_goes_through_the_products_stages_and_lies_low(name: str) -> None:
    case = load_case(CASES / name)
    rates = measures(score(summarize_transcript(case.transcript, known(case), KeywordScribe()), case))
    assert 0 < (rates["kpis.f1"].rate or 0) < 0.7
    assert (rates["actions.f1"].rate or 0) < 0.4
    assert 0.1 < (rates["labels"].rate or 0) < 0.7
    assert rates["invented"].rate == 0.0

import re
from pathlib import Path

import pytest

from eval.fragments import FRAGMENTS, load_fragments
from pipeline.errors import InputError
from pipeline.transcript import Language

FILES = sorted(FRAGMENTS.glob("*.txt"))
SHOP = """Anything above the first heading is for people.
### e-commerce
王蕾 <a1>: 陈涛，退货入口的埋点你补一下？
陈涛 <a1,k1>：行，转化率是3:1，百分之三点一。
王蕾 <d1 f1>: 那就这么定，辛苦了。
= a1: 补齐退货入口的埋点 | 陈涛 | 这周五之前
= k1: 转化率 | 3.1%
= d1: 就这么定
= f1: praise | 辛苦了
### chat
陈涛: 走吧。
"""


def written(folder: Path, text: str, name: str = "zh-1.txt") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_fragment_is_a_small_case(tmp_path: Path) -> None:
    shop, chat = load_fragments("zh", written(tmp_path, SHOP))
    assert [(u.id, u.speaker, u.text) for u in shop.transcript.utterances] == [
        (0, "王蕾", "陈涛，退货入口的埋点你补一下？"),
        (1, "陈涛", "行，转化率是3:1，百分之三点一。"),
        (2, "王蕾", "那就这么定，辛苦了。"),
    ]
    assert [p.name for p in shop.meeting.participants] == ["王蕾", "陈涛"]
    action, kpi, praise = shop.gold.actions[0], shop.gold.kpis[0], shop.gold.feedback[0]
    assert (action.task, action.owner, action.due_phrase) == ("补齐退货入口的埋点", "陈涛", "这周五之前")
    assert (action.evidence, kpi.evidence, shop.gold.decisions[0].evidence) == ((0, 1), (1,), (2,))
    assert (kpi.metric, kpi.value, praise.kind, praise.text) == ("转化率", "3.1%", "praise", "辛苦了")
    assert shop.gold.kinds == ()
    assert (chat.id, len(chat.transcript.utterances), chat.gold.actions) == ("zh-1-2", 1, ())


def test_a_dash_is_nothing_said(tmp_path: Path) -> None:
    text = "### x\nAnn <a1>: Somebody should call the bank.\n= a1: Call the bank | - | -\n"
    (case,) = load_fragments("en", written(tmp_path, text, "en-1.txt"))
    assert (case.gold.actions[0].owner, case.gold.actions[0].due_phrase) == (None, None)


def test_a_line_that_is_neither_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"zh-1-1.*没有冒号的一行"):
        list(load_fragments("zh", written(tmp_path, "### x\n没有冒号的一行\n")))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_built_in_fragments_load(language: Language) -> None:
    cases = list(load_fragments(language))
    assert len(cases) > 20
    assert len({c.id for c in cases}) == len(cases)
    assert all(c.transcript.utterances for c in cases)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_item_has_its_utterances_and_every_tag_its_item(path: Path) -> None:
    for number, block in enumerate(re.split(r"(?m)^###.*$", path.read_text("utf-8"))[1:], 1):
        tags = re.findall(r"(?m)^[^:：<=]+<([^>]*)>\s*[:：]", block)
        proved = {tag for inside in tags for tag in re.split(r"[,\s]+", inside)}
        items: list[str] = re.findall(r"(?m)^=\s*(\w+):", block)
        assert sorted(items) == sorted(set(items)), f"{path.stem}-{number}"
        assert set(items) == proved, f"{path.stem}-{number}"

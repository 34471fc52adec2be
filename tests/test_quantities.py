from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.quantities import chinese_number, english_number, find_quantities


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("零", "0"), ("七", "7"), ("十", "10"), ("十二", "12"), ("二十", "20"), ("一百零五", "105"),
        ("一百二", "120"), ("一百二十三", "123"), ("三千五", "3500"), ("一千零五十", "1050"), ("三万二", "32000"),
        ("一万零五百", "10500"), ("十万零五百", "100500"), ("两百五十万", "2500000"), ("三亿五千万", "350000000"),
        ("二零二六", "2026"), ("三点一四", "3.14"), ("零点五", "0.5"), ("九十点五", "90.5"),
    ],
)  # fmt: skip
def test_chinese_numerals(words: str, value: str) -> None:
    assert chinese_number(words) == Decimal(value)


@pytest.mark.parametrize("words", ["三点", "点五儿", "三五", "五六", "七八十", "三四百", "二十二十", "再说"])
def test_rough_and_broken_chinese_numerals_are_none(words: str) -> None:
    assert chinese_number(words) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("zero", "0"), ("twenty-five", "25"), ("two hundred and five", "205"), ("a hundred twenty", "120"),
        ("nine eighty", "980"), ("nineteen ninety nine", "1999"), ("four point six", "4.6"),
        ("point five", "0.5"), ("two million three hundred thousand", "2300000"), ("Twelve Thousand", "12000"),
    ],
)  # fmt: skip
def test_english_numerals(words: str, value: str) -> None:
    assert english_number(words) == Decimal(value)


@pytest.mark.parametrize("words", ["", "and", "four point twenty", "several"])
def test_other_english_words_are_no_number(words: str) -> None:
    assert english_number(words) is None


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("转化率百分之三点一，掉了零点四个百分点", ["3.1%", "0.4个百分点"]),
        ("客诉千分之五", ["5‰"]),
        ("营业额八百六十二万，工单三百二十件", ["862万", "320件"]),
        ("预算一亿两千万元", ["1.2亿元"]),
        ("客单价三块五", ["3.5元"]),
        ("预算 20 万元，２０单", ["20万元", "20单"]),
        ("三千克样品", ["3000克"]),
        ("退货率8.2%，目标５％", ["8.2%", "5%"]),
        ("万一不行呢，千万别，一共也就这样", []),
        ("三五天，五六个人，七八十单", []),
        ("1,420 units against 1,500", ["1420 units", "1500"]),
        ("up 4.6 percent, or 4.6 per cent", ["4.6%", "4.6%"]),
        ("down point five percent", ["0.5%"]),
        ("it cost £31.20", ["£31.20"]),
        ("$1.2 million in sales", ["$1.2 million"]),
        ("one point two million dollars", ["1.2 million dollars"]),
        ("12k orders, 3M installs", ["12k orders", "3M installs"]),
        ("down 1.2 percentage points to twenty-five", ["1.2 percentage points", "25"]),
        ("someone wrote v2.1 for Q3 at this point", []),
    ],
)
def test_figures_in_talk(text: str, figures: list[str]) -> None:
    assert [q.text for q in find_quantities(text)] == figures


def test_a_figure_knows_its_place_value_and_unit() -> None:
    (figure,) = find_quantities("上周GMV一共是1,234.50万元左右")
    assert (figure.value, figure.unit) == ("1234.50", "万元")
    assert "上周GMV一共是1,234.50万元左右"[figure.start : figure.end] == "1,234.50万元"


_DIGITS, _SMALL = "零一二三四五六七八九", "千百十"


def _spoken(number: int) -> str:
    """How a number below ten thousand is said in full."""
    words, gap = "", False
    for unit, digit in zip((*_SMALL, ""), f"{number:04}", strict=True):
        if digit == "0":
            gap = bool(words)
        else:
            words += ("零" if gap else "") + _DIGITS[int(digit)] + unit
            gap = False
    return words or "零"


@given(st.integers(0, 9999), st.integers(1, 9999))
def test_every_chinese_number_said_in_full_is_understood(low: int, high: int) -> None:
    assert chinese_number(_spoken(high)) == high
    between = "零" if 0 < low < 1000 else ""
    said = f"{_spoken(high)}万{between}{_spoken(low) if low else ''}"
    assert chinese_number(said) == high * 10000 + low


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["万", "%", " orders", "单", ""]))
def test_figures_in_digits_keep_them(number: Decimal, unit: str) -> None:
    for text in (f"约{number}{unit}", f"约{number:,}{unit}"):
        (figure,) = find_quantities(text)
        assert (Decimal(figure.value), figure.unit) == (number, unit.strip() or None)


@given(st.text(alphabet="一二三十百千万亿点零个单块%$ .,12年onepits人", max_size=25))
def test_figures_lie_in_order_and_inside_the_text(text: str) -> None:
    last = 0
    for figure in find_quantities(text):
        assert last <= figure.start < figure.end <= len(text)
        assert Decimal(figure.value) >= 0
        last = figure.end

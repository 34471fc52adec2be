import tomllib

import pytest

from eval.cases import CASES, load_cases
from eval.suites import SUITES, suite
from pipeline.errors import UsageError

NAMES: tuple[str, ...] = tuple(tomllib.loads(SUITES.read_text("utf-8"))["suites"])


def test_every_case_is_in_exactly_one_suite() -> None:
    listed = [i for name in NAMES for i in suite(name)]
    assert sorted(listed) == sorted(p.parent.name for p in CASES.glob("*/case.json"))
    assert list(suite("all")) == sorted(listed)


def test_no_series_is_split() -> None:
    where: dict[str, set[str]] = {}
    for name in NAMES:
        for case in load_cases(ids=suite(name)):
            # Two companies may call their weekly meeting the same: they share neither people nor language.
            series = f"{case.meeting.language} {case.meeting.series or case.id}"
            where.setdefault(series, set()).add(name)
    assert {series: names for series, names in where.items() if len(names) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_suite_has_both_languages(name: str) -> None:
    assert {i[:2] for i in suite(name)} == {"zh", "en"}


def test_an_unknown_suite_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"“tets”.*train, dev, test, all"):
        suite("tets")

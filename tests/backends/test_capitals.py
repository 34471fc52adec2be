import pytest

from pipeline.backends.capitals import Capitals


@pytest.mark.parametrize(
    ("names", "heard", "written"),
    [
        (
            ("David Miller", "Sales"),
            "david asked sales and miss miller on monday",
            "David asked sales and miss miller on Monday",
        ),
        (("David Miller",), "david miller may come in may", "David Miller may come in May"),
        (("Tom", "Ann"), "i think tom will i'll see ann", "I think Tom will I'll see Ann"),
        (("Customer service", "王蕾"), "ask customer service in march", "Ask customer service in March"),
        ((), "", ""),
    ],
)
def test_names_days_and_months_get_their_capitals(names: tuple[str, ...], heard: str, written: str) -> None:
    assert Capitals.of(names).sentence(heard.split()) == written

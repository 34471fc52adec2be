"""What became of every single item: found or missed, and what is wrong about it."""

from collections.abc import Mapping

from eval.scorers.pairing import Pairs
from pipeline.transcript import Value


class Outcome(Value):
    """What became of one gold item.

    Attributes:
        field: ``actions``, ``decisions``, ``kpis``, ``issues``, ``feedback`` or ``carry_over``.
        text: Of the gold item.
        found: Whether the minutes have it.
        wrong: Details in which the found item differs: owner, due, value, period, status, kind, new_due.
    """

    field: str
    text: str
    found: bool
    wrong: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Found, and nothing wrong about it."""
        return self.found and not self.wrong

    @property
    def state(self) -> str:
        """In a few words."""
        if not self.found:
            return "missed"
        return f"wrong {', '.join(self.wrong)}" if self.wrong else "right"


class Extra(Value):
    """An item of the minutes that the gold does not have."""

    field: str
    text: str


def outcomes(paired: Mapping[str, Pairs]) -> tuple[Outcome, ...]:
    """One for every gold item, in the order of the gold."""
    found: list[Outcome] = []
    for field, pairs in paired.items():
        said = {g: s for s, g in pairs.pairs}
        for index, item in enumerate(pairs.gold):
            wrong = pairs.wrong(said[index], index) if index in said else ()
            found.append(Outcome(field=field, text=item.text, found=index in said, wrong=wrong))
    return tuple(found)


def extras(paired: Mapping[str, Pairs]) -> tuple[Extra, ...]:
    """One for every item of the minutes that matches none of the gold."""
    return tuple(
        Extra(field=field, text=pairs.said[index].text)
        for field, pairs in paired.items()
        for index in pairs.extra
    )

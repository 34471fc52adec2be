"""What went wrong with the minutes of a sample meeting, item by item, in the meeting's language."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import chain, groupby, zip_longest

from eval.cases import Case
from eval.scorers.matching import Item
from eval.scorers.pairing import Pairs, counted_actions, pair
from eval.scorers.sections import kinds_of
from pipeline.minutes import Due, Minutes
from pipeline.scribes.llm.windows import written
from pipeline.transcript import Language

MOST = 14
"""Mistakes told of one meeting: of every kind some, rather than all of one."""

MOST_LINES = 4
"""Lines of the transcript that are shown with one mistake."""

SHORTEST_RUN = 4
"""Utterances with a wrong label in a row; shorter runs are a matter of taste."""


def mistakes(minutes: Minutes, case: Case) -> tuple[str, ...]:
    """Missed, invented, wrong and unproved items, and wrong sections, each with the lines that prove it.

    The kinds take turns, so that the first ``MOST`` show as many of them as possible.
    """
    paired = pair(minutes, case)
    teller = _Teller(case, minutes)
    kinds = [list(teller.of(field, pairs)) for field, pairs in paired.items()]
    kinds += [list(teller.unproved()), list(teller.labels())]
    turns = chain.from_iterable(zip_longest(*kinds))
    return tuple(told for told in turns if told is not None)[:MOST]


def feedback(minutes: Minutes, case: Case, score: float) -> str:
    """The mistakes as one text, with the score that they led to."""
    say = words(case.transcript.language)["mistakes"]
    told = mistakes(minutes, case)
    return "\n".join((say["read"].format(score=score), *(told or (say["right"],))))


@cache
def words(language: Language) -> dict[str, dict[str, str]]:
    """Everything that is said to a model beside the prompts."""
    source = resources.files("eval.tuning") / "words.toml"
    return tomllib.loads(source.read_text("utf-8"))[language]


class _Teller:
    """Puts the mistakes of one meeting into words."""

    def __init__(self, case: Case, minutes: Minutes) -> None:
        self.case, self.minutes = case, minutes
        known = words(case.transcript.language)
        self.say, self.fields, self.details = known["mistakes"], known["fields"], known["details"]
        # A deadline is told in the words of the meeting too: it is these that a model has to copy.
        self.said_dues = [_due(a.due) for a in counted_actions(minutes, case)]
        self.gold_dues = [
            _due(Due(phrase=a.due_phrase, on=a.due)) if a.due else None for a in case.gold.actions
        ]

    def of(self, field: str, pairs: Pairs) -> Iterator[str]:
        """All mistakes of a field: wrong, missed, too much in turn."""
        wrong = [
            self._wrong(field, pairs, said, gold, detail)
            for said, gold in pairs.pairs
            for detail in pairs.wrong(said, gold)
        ]
        missed = [self._item("missed", field, pairs.gold, i, self.gold_dues) for i in pairs.missed]
        extra = [self._item("extra", field, pairs.said, i, self.said_dues) for i in pairs.extra]
        return (told for told in chain.from_iterable(zip_longest(missed, extra, wrong)) if told is not None)

    def unproved(self) -> Iterator[str]:
        """Items that were thrown out because what should prove them does not."""
        for item in self.minutes.unverified:
            told = self.say["unproved"].format(
                field=self.fields[item.field], text=item.text, reason=item.reason
            )
            yield self._with_lines(told, tuple(e.utterance for e in item.evidence))

    def labels(self) -> Iterator[str]:
        """Stretches under a wrong section."""
        gold = self.case.gold.kinds
        said = kinds_of(self.minutes, len(gold))
        for (was, right), run in groupby(range(len(gold)), key=lambda i: (said[i], gold[i])):
            ids = list(run)
            if was != right and len(ids) >= SHORTEST_RUN:
                told = self.say["label"].format(first=ids[0], last=ids[-1], said=was, right=right)
                yield self._with_lines(told, ids[:1])

    def _wrong(self, field: str, pairs: Pairs, said: int, gold: int, detail: str) -> str:
        was, right = pairs.said[said].details.get(detail), pairs.gold[gold].details[detail]
        if detail == "due" and field == "actions":
            was, right = self.said_dues[said], self.gold_dues[gold]
        told = self.say["wrong"].format(
            field=self.fields[field],
            text=pairs.gold[gold].text,
            detail=self.details[detail],
            said=was or self.say["none"],
            right=right or self.say["none"],
        )
        return self._with_lines(told, pairs.gold[gold].evidence)

    def _item(self, what: str, field: str, items: Sequence[Item], at: int, dues: Sequence[str | None]) -> str:
        item = items[at]
        known = dict(item.details)
        if field == "actions":
            known["due"] = dues[at]
        listed = "".join(
            self.say["detail"].format(detail=self.details[name], value=value)
            for name, value in known.items()
            if value
        )
        told = self.say[what].format(field=self.fields[field], text=item.text, details=listed)
        return self._with_lines(told, item.evidence)

    def _with_lines(self, told: str, ids: Iterable[int]) -> str:
        said = self.case.transcript.utterances
        shown = [i for i in sorted(set(ids)) if 0 <= i < len(said)][:MOST_LINES]
        return "\n".join((told, *(self.say["said"] + written(said[i]) for i in shown)))


def _due(due: Due) -> str | None:
    """A deadline in the words of the meeting, with its day where they have one."""
    if due.on is None:
        return due.phrase
    return f"{due.phrase} ({due.on.isoformat()})" if due.phrase else due.on.isoformat()

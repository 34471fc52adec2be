"""How often owners are right when the scribe finds every action: ``python -m eval.bench_owners [DIR]``."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.cases import CASES, Case, GoldAction, load_cases
from pipeline.minutes import Action, Evidence, Reading
from pipeline.people.overlap import shared_words
from pipeline.stages.attribute import attribute
from pipeline.stages.owners import assign_owners
from pipeline.transcript import Transcript

Choose = Callable[[GoldAction, Transcript], tuple[int, ...]]


@dataclass(frozen=True)
class Mistake:
    """An action whose owner differs from the correct one."""

    case: str
    task: str
    evidence: tuple[int, ...]
    expected: str | None
    found: str | None
    reason: str | None


def _all(action: GoldAction, _transcript: Transcript) -> tuple[int, ...]:
    return action.evidence


def _first(action: GoldAction, _transcript: Transcript) -> tuple[int, ...]:
    return action.evidence[:1]


def _most_like_it(action: GoldAction, transcript: Transcript) -> tuple[int, ...]:
    texts = {i: transcript.utterances[i].text for i in action.evidence}
    return (max(action.evidence, key=lambda i: (shared_words(action.task, texts[i]), -i)),)


def _one_late(action: GoldAction, transcript: Transcript) -> tuple[int, ...]:
    last = len(transcript.utterances) - 1
    return tuple(sorted({min(i + 1, last) for i in action.evidence}))


EVIDENCE: dict[str, Choose] = {"all": _all, "first": _first, "like": _most_like_it, "late": _one_late}
"""What the stage is given: all correct utterances, the first, the one most like the task, the ones after."""


def mistakes(case: Case, choose: Choose) -> Iterator[Mistake]:
    """Owners that come out wrong when the correct actions are given without them."""
    transcript = attribute(case.transcript, case.meeting)
    actions = tuple(
        Action(
            id=f"a{n}",
            task=gold.task,
            evidence=tuple(_quote(i, transcript) for i in choose(gold, transcript)),
        )
        for n, gold in enumerate(case.gold.actions)
    )
    owned = assign_owners(Reading(kinds=case.gold.kinds, actions=actions), transcript, case.meeting)
    for action, gold in zip(owned.actions, case.gold.actions, strict=True):
        if action.owner != gold.owner:
            used = tuple(e.utterance for e in action.evidence)
            yield Mistake(case.id, gold.task, used, gold.owner, action.owner, action.owner_reason)


def _quote(index: int, transcript: Transcript) -> Evidence:
    return Evidence(utterance=index, quote=transcript.utterances[index].text)


def main() -> None:
    """Prints owner accuracy per meeting and overall, then the mistakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=CASES)
    parser.add_argument("--evidence", choices=[*EVIDENCE, "each"], default="each")
    parser.add_argument("--list", action="store_true", help="list the mistakes")
    arguments = parser.parse_args()
    cases = list(load_cases(arguments.folder))
    for name in EVIDENCE if arguments.evidence == "each" else (arguments.evidence,):
        wrong = {case.id: list(mistakes(case, EVIDENCE[name])) for case in cases}
        total = sum(len(case.gold.actions) for case in cases)
        right = total - sum(map(len, wrong.values()))
        print(f"{name:6} {right}/{total} = {right / max(total, 1):.3f}")  # noqa: T201
        if arguments.list:
            _print_mistakes(cases, wrong)


def _print_mistakes(cases: list[Case], wrong: dict[str, list[Mistake]]) -> None:
    for case in cases:
        count = len(case.gold.actions)
        print(f"  {case.id}: {count - len(wrong[case.id])}/{count}")  # noqa: T201
        for m in wrong[case.id]:
            print(f"    {m.task} {list(m.evidence)}: {m.expected} expected, {m.found} found: {m.reason}")  # noqa: T201


if __name__ == "__main__":
    main()

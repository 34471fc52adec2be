"""How well deadlines are found when the evidence is given: ``python -m eval.bench_dues [suite]``."""

import sys

from eval.cases import load_cases
from eval.suites import suite
from pipeline.minutes import Action, Evidence, Reading
from pipeline.stages.due import assign_dates


def main() -> None:
    """Prints the mistakes and the share of gold actions whose date comes out right from gold evidence."""
    right = total = wrong_date = 0
    for case in load_cases(ids=suite(sys.argv[1] if len(sys.argv) > 1 else "all")):
        said = case.transcript.utterances
        actions = tuple(
            Action(
                id=f"a{n}",
                task=gold.task,
                evidence=tuple(Evidence(utterance=u, quote=said[u].text) for u in gold.evidence),
            )
            for n, gold in enumerate(case.gold.actions, 1)
        )
        meeting = case.meeting.model_copy(update={"date_source": "given"})
        reading = Reading(kinds=case.gold.kinds, actions=actions)
        dated = assign_dates(reading, case.transcript, meeting).actions
        for action, gold in zip(dated, case.gold.actions, strict=True):
            total += 1
            if action.due.on == gold.due:
                right += 1
                continue
            wrong_date += action.due.on is not None
            said_words = " / ".join(e.quote for e in action.evidence)
            print(f"{case.id}: {gold.task}: {action.due} is {gold.due} ({gold.due_phrase}): {said_words}")  # noqa: T201
    print(f"{right} of {total} dates right ({right / total:.3f}), {wrong_date} wrong dates")  # noqa: T201


if __name__ == "__main__":
    main()

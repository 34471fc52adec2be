"""Results judged meeting by meeting, and the verdicts written down."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from eval.cases import CASES, Case, load_cases, read_value
from eval.report import read_report
from eval.tuning.budget import Budget
from eval.tuning.judge import Judge
from eval.tuning.kept import KeptModel
from eval.tuning.verdicts import Verdict
from pipeline.files import write_whole
from pipeline.limits import Limits
from pipeline.minutes import Minutes
from pipeline.prompt import find_prompt
from pipeline.protocols import LanguageModel
from pipeline.scribes.llm.asking import Unanswered
from pipeline.scribes.llm.side_by_side import side_by_side


def judge_results(
    results: Path,
    cases: Path | None,
    model: LanguageModel,
    limits: Limits,
    prompts: Mapping[str, str],
    file: Path,
) -> dict[str, str]:
    """Judges all minutes of a folder of results and writes the verdicts; answers are kept in the folder.

    Args:
        results: What `lihui eval run` wrote.
        cases: Folder of the cases; None for the built-in ones.
        model: Who judges.
        limits: Of the questions.
        prompts: By task, the version or file used instead of the active one.
        file: Where the verdicts go, one a line.

    Returns:
        By id, why a meeting was not judged.

    Raises:
        InputError: There are no such results or cases.
        BackendError: The model will never answer.
    """
    kept = KeptModel(model, results / "judged", Budget(sys.maxsize))
    judge = Judge(kept, limits, *(find_prompt(task, prompts) for task in ("judge", "repair")))
    ids = tuple(read_report(results).cases)
    jobs = [partial(_judged, case, results, judge) for case in load_cases(cases or CASES, ids)]
    told = dict(zip(ids, side_by_side(jobs, limits.threads), strict=True))
    lines = [v.model_dump_json() for given in told.values() if not isinstance(given, str) for v in given]
    write_whole(file, "".join(f"{line}\n" for line in lines).encode())
    return {name: given for name, given in told.items() if isinstance(given, str)}


def _judged(case: Case, results: Path, judge: Judge) -> tuple[Verdict, ...] | str:
    """The verdicts on a meeting, or why there are none."""
    minutes = read_value(results / case.id / "minutes.json", Minutes)
    try:
        return judge.verdicts(case, minutes)
    except Unanswered as error:
        return str(error)

"""``python -m eval.scoreboard``: the rules scribe on all suites, written to ``eval/README.md``.

``--accept`` also makes the results the ones that later ones are held against.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from eval.harness import run_cases
from eval.product import make_summarizer
from eval.progress import progress
from eval.report import Report, make_report
from eval.results import accept, read_baseline
from eval.suites import chosen_cases
from eval.table import section

SUITES = ("train", "dev", "test")
SCRIBE = "rules"
PAGE = Path(__file__).parent / "README.md"

HEAD = """# Scores of the scribe without a language model

Made by `make scores` (`python -m eval.scoreboard`): `lihui eval run --suite … --scribe rules` on the suites of
[suites.toml](suites.toml) and writes this page. [docs/evaluation.md](../docs/evaluation.md) says what each score is.

The models are trained on `train` and `dev`: their scores show what was learnt, those of `test` what is to be expected.
`interval` is that of 95 % by drawing series of meetings with replacement, `floor` what looking for keywords reaches,
`readings` the agreement of two readings: a second one by somebody who had the annotation page and not the gold,
scored like a result, over the meetings that have one.
"""


def main(arguments: list[str]) -> None:
    """Runs the suites and writes the page."""
    reports = [_report(suite) for suite in SUITES]
    PAGE.write_text("\n".join((HEAD, *(part for report in reports for part in _parts(report)))), "utf-8")
    if "--accept" in arguments:
        for report in reports:
            accept(report)


def _report(suite: str) -> Report:
    cases = chosen_cases(suite)
    with progress(len(cases)) as done:
        made = run_cases(cases, make_summarizer(SCRIBE), source="transcript", parallel=2, done=done)
    baseline = read_baseline(suite, SCRIBE)
    return make_report(
        made.results, made.failed, suite=suite, scribe=SCRIBE, source="transcript", baseline=baseline
    )


def _parts(report: Report) -> Iterator[str]:
    yield f"## {report.suite}: {len(report.cases)} meetings\n"
    for group in report.scores:
        yield f"### {group}\n\n{section(report, group)}\n"


if __name__ == "__main__":
    main(sys.argv[1:])

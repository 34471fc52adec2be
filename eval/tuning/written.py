"""What a search leaves behind: the candidate, and a report with scores, lineage and a diff that a person can read."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from eval.bootstrap import Interval, by_series, paired_intervals
from eval.table import LABELS
from eval.tuning.budget import Budget
from eval.tuning.drafts import Draft
from eval.tuning.metric import WEIGHTS, parts
from eval.tuning.trying import Tried
from eval.tuning.tune import Outcome, Tuned, Wanted
from pipeline.files import write_together

CONTEXT = 30
"""Characters of unchanged text that are shown beside a change."""

_PIECE = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|\s+|[^\w\s]")


def candidate(outcome: Outcome, seed: int, reader: str) -> Draft:
    """The best draft with its parent and scores in its front matter."""
    scores = {
        tuned.language: f"{tuned.start.score:.3f} -> {tuned.best.score:.3f} on dev{_by_chance(tuned.gain)}"
        for tuned in outcome.languages
    }
    made = {
        "parent": f"{outcome.parent.name} {outcome.parent.sha256[:12]}",
        "tuned": {"with": reader, "seed": seed, **scores},
    }
    return outcome.best.with_head(made)


def next_version(folder: Path, draft: Draft) -> Path:
    """Where a candidate belongs among the versions of its prompt: after the last, unless it is one of them."""
    versions = {int(path.stem[1:]): path for path in folder.glob("v*.md") if path.stem[1:].isdigit()}
    same = (path for path in versions.values() if path.read_text("utf-8") == draft.text)
    return next(same, folder / f"v{max(versions, default=0) + 1}.md")


def write_outcome(
    outcome: Outcome,
    wanted: Wanted,
    budget: Budget,
    models: tuple[str, str],
    folder: Path,
    version: Path | None,
) -> tuple[Path, ...]:
    """Writes ``report.md``, and ``candidate.md`` where a draft is better than the start.

    Args:
        outcome: Of the search.
        wanted: What was asked for.
        budget: What was spent.
        models: Who read and who reflected.
        folder: Where to.
        version: The file of the next version, to be written too; None for none.

    Returns:
        The files.
    """
    files = {folder / "report.md": report(outcome, wanted, budget, models).encode()}
    if outcome.best != outcome.start:
        made = candidate(outcome, wanted.seed, models[0]).text.encode()
        files |= {path: made for path in (folder / "candidate.md", version) if path}
    write_together(files)
    return tuple(files)


def report(outcome: Outcome, wanted: Wanted, budget: Budget, models: tuple[str, str]) -> str:
    """The report as Markdown."""
    tokens = "" if budget.most_tokens is None else f" of {budget.most_tokens:,}"
    lines = [
        f"# A search for a better prompt than {outcome.parent.name}",
        "",
        f"Read by {models[0]}, reflected on by {models[1]}; seed {wanted.seed}. {budget.calls} of "
        f"{budget.most_calls} calls and {budget.tokens:,}{tokens} tokens were used.",
        "",
        f"Mistakes were looked at on {wanted.train}; {wanted.dev} decided. The best of several drafts on the "
        "meetings that chose it looks better than it is: `lihui eval run --suite test` tells how good it is.",
    ]
    for tuned in outcome.languages:
        lines += ["", *_language(tuned, outcome)]
    return "\n".join(lines) + "\n"


def diff(before: str, after: str) -> str:
    """Changed lines as Markdown: what was taken out ~~struck~~, what was put in **bold**."""
    old, new = before.splitlines(), after.splitlines()
    told: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            told += [_marked(x, y) for x, y in zip_longest(old[a:b], new[c:d], fillvalue="") if x or y]
    return "\n".join(f"- {line}" for line in told)


def _language(tuned: Tuned, outcome: Outcome) -> Iterator[str]:
    name = tuned.language
    yield f"## {name}"
    yield ""
    yield _verdict(tuned)
    yield ""
    yield "| | weight | before | now | interval of the difference |"
    yield "|---|---|---|---|---|"
    yield f"| **score** | | {tuned.start.score:.3f} | {tuned.best.score:.3f} | {_interval(tuned.gain)} |"
    yield from _parts(tuned.start.dev, tuned.best.dev)
    yield ""
    yield "| draft | from | score on dev | characters | |"
    yield "|---|---|---|---|---|"
    for made in tuned.found:
        notes = ["worked example"] * made.example + ["taken"] * (made is tuned.best)
        size = len(made.draft.system(name))
        parent = "" if made.parent is None else str(made.parent)
        yield f"| {made.number} | {parent} | {made.score:.3f} | {size:,} | {', '.join(notes)} |"
    if tuned.best is not tuned.start:
        yield ""
        yield "What was changed:"
        yield ""
        yield diff(outcome.start.system(name), tuned.best.draft.system(name))


def _verdict(tuned: Tuned) -> str:
    tried = f"{tuned.proposed} drafts were proposed, {len(tuned.found)} were read on all of dev."
    if tuned.best is tuned.start:
        return f"No draft was better than the start. {tried}"
    if tuned.gain is None:
        return f"Better than the start; dev has too few series to say whether by chance. {tried}"
    chance = "beyond chance" if tuned.gain.low > 0 else "and that may be chance"
    return f"Better than the start on dev, {chance}. {tried}"


def _parts(before: Sequence[Tried], after: Sequence[Tried]) -> Iterator[str]:
    sums = [by_series((t.case.series, parts(t.scores)) for t in tried) for tried in (before, after)]
    chance = paired_intervals(*sums)
    for name, weight in WEIGHTS.items():
        values = [_rate(tried, name) for tried in (before, after)]
        if None not in values:
            shown = " | ".join(f"{value:.3f}" for value in values)
            yield f"| {LABELS[name]} | {weight:g} | {shown} | {_interval(chance.get(name))} |"


def _rate(tried: Sequence[Tried], name: str) -> float | None:
    rates = [rates[name] for rates in (parts(t.scores) for t in tried) if name in rates]
    return sum(r.hits for r in rates) / sum(r.total for r in rates) if rates else None


def _interval(interval: Interval | None) -> str:
    return f"{interval.low:+.3f} to {interval.high:+.3f}" if interval else "–"


def _by_chance(interval: Interval | None) -> str:
    return f" ({_interval(interval)})" if interval else ""


def _marked(before: str, after: str) -> str:
    """One line with its changes marked; unchanged text far from a change is left out."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    told: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            told.append(_shortened(gone))
            continue
        told += (_between("~~", gone), _between("**", come))
    return "".join(told)


def _between(mark: str, text: str) -> str:
    """The text between two marks, with the spaces around it outside, as Markdown wants them."""
    bare = text.strip()
    return text.replace(bare, f"{mark}{bare}{mark}") if bare else ""


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * CONTEXT else f"{text[:CONTEXT]} … {text[-CONTEXT:]}"

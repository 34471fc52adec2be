"""Is an answer worth taking? Its quotes must stand in the lines it names, and its texts be in the right language."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from pipeline.quoting import find_verbatim
from pipeline.scribes.llm.answers import (
    Found,
    FoundAction,
    FoundDecision,
    FoundFeedback,
    FoundIssue,
    FoundText,
    WindowAnswer,
)
from pipeline.transcript import Language

MOST_WRONG = 0.34
"""Share of items from which on the answer is sent back: a few wrong ones are left to grounding."""

SHOWN = 4
"""Wrong quotes that are told; a model that sees some of them looks at all."""

_CHINESE = re.compile("[\u4e00-\u9fff]")


def doubt(answer: WindowAnswer, said: Mapping[int, str], language: Language) -> str | None:
    """What to send an answer back with; None where it is worth taking.

    Args:
        answer: What the model found.
        said: Texts of the utterances it was shown, by their ids.
        language: That its texts have to be in.
    """
    found = list(_all(answer))
    wrong = [item for item in found if not _stands(item, said)]
    if found and len(wrong) > MOST_WRONG * len(found):
        listed = "\n".join(f"{item.ids}: {item.quote}" for item in wrong[:SHOWN])
        return _messages(language)["quotes"].format(listed=listed)
    if is_foreign(answer, language):
        foreign = [text for item in found if (text := _text(item)) and _in_other(text, language)]
        return _messages(language)["language"].format(listed="\n".join(foreign[:SHOWN]))
    return None


def is_foreign(answer: WindowAnswer, language: Language) -> bool:
    """Whether too many of its texts are in the other language."""
    texts = [text for item in _all(answer) if (text := _text(item))]
    return sum(_in_other(text, language) for text in texts) > MOST_WRONG * len(texts)


def is_worthless(answer: WindowAnswer, said: Mapping[int, str]) -> bool:
    """Whether the answer tells items and proves none."""
    found = list(_all(answer))
    return bool(found) and not any(_stands(item, said) for item in found)


def _all(answer: WindowAnswer) -> Iterator[Found]:
    yield from answer.decisions
    yield from answer.actions
    yield from answer.kpis
    yield from answer.issues
    yield from answer.feedback
    yield from answer.reports
    yield from answer.remarks
    yield from answer.points


def _stands(item: Found, said: Mapping[int, str]) -> bool:
    return any(find_verbatim(item.quote, said.get(i, "")) for i in item.ids)


def _text(item: Found) -> str | None:
    match item:
        case FoundAction():
            return item.task
        case FoundIssue():
            return item.problem
        case FoundDecision() | FoundFeedback() | FoundText():
            return item.text
        case _:
            return None


def _in_other(text: str, language: Language) -> bool:
    """Whether a Chinese text has no Chinese in it, or an English one is mostly Chinese; single terms are no reason."""
    chinese = len(_CHINESE.findall(text))
    return chinese == 0 if language == "zh" else chinese > len(text) / 3


@cache
def _messages(language: Language) -> dict[str, str]:
    source = resources.files("pipeline.scribes.llm") / "doubting.toml"
    return tomllib.loads(source.read_text("utf-8"))[language]

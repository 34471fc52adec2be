"""What the chair announces: "now the numbers", "说问题吧" -> a leaning towards that section for what follows."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np

from pipeline.minutes import KINDS
from pipeline.scribes.rules.linear import Floats
from pipeline.scribes.rules.lines import Line
from pipeline.transcript import Language

STRENGTH = 2.0
"""Log odds by which an announcement favours its section, for the line itself."""

REACH = 6
"""Lines over which it fades away."""


def leanings(lines: Sequence[Line]) -> Floats:
    """What announcements add to the log probabilities, shape (utterances, 6) in the order of KINDS."""
    added = np.zeros((len(lines), len(KINDS)), np.float32)
    for at, line in enumerate(lines):
        for column, kind in enumerate(KINDS):
            if _patterns(line.language)[kind].search(line.text):
                for step in range(min(REACH, len(lines) - at)):
                    added[at + step, column] = max(added[at + step, column], STRENGTH * (1 - step / REACH))
    return added


@cache
def _patterns(language: Language) -> dict[str, re.Pattern[str]]:
    source = resources.files("pipeline.scribes.rules.lexicon") / "announcements.toml"
    table: dict[str, list[str]] = tomllib.loads(source.read_text("utf-8"))[language]
    return {kind: re.compile("|".join(patterns), re.IGNORECASE) for kind, patterns in table.items()}

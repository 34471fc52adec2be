"""How much two short texts are about the same thing."""

import re

_HAN = re.compile("[\u3400-\u9fff]+")
_LATIN = re.compile("[a-z0-9]+")
_EMPTY = frozenset({"the", "and", "for", "that", "this", "with", "you", "our", "are"})


def shared_words(task: str, said: str) -> float:
    """Share of the task's character pairs (zh) and word stems (en) that were said, 0 to 1."""
    wanted, given = _pieces(task), _pieces(said)
    return len(wanted & given) / len(wanted) if wanted else 0.0


def _pieces(text: str) -> frozenset[str]:
    folded = text.casefold()
    pairs = (run[i : i + 2] for run in _HAN.findall(folded) for i in range(max(1, len(run) - 1)))
    # Five letters are the stem of a word: "quotes" and "quote" are one.
    stems = (word[:5] for word in _LATIN.findall(folded) if len(word) > 2 and word not in _EMPTY)
    return frozenset((*pairs, *stems))

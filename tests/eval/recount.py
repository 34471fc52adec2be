"""Hits counted once more, from minutes.json and gold.json alone, by another way than the scorers'."""

import json
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def grams(text: str, language: str) -> list[str]:
    words = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text).casefold()).split()
    if language == "en":
        return sorted(words)
    letters = "".join(words)
    return sorted(a + b for a, b in pairwise(letters)) or [letters] * bool(letters)


def f1(a: str, b: str, language: str) -> float:
    left, right = grams(a, language), grams(b, language)
    rest, shared = list(right), 0
    for gram in left:
        if gram in rest:
            rest.remove(gram)
            shared += 1
    return 2 * shared / (len(left) + len(right)) if left or right else 0.0


def most_pairs(fits: Sequence[Sequence[bool]]) -> int:
    """Size of the largest one-to-one matching, by augmenting paths."""
    taken: dict[int, int] = {}

    def place(row: int, seen: set[int]) -> bool:
        for column, fit in enumerate(fits[row]):
            if fit and column not in seen:
                seen.add(column)
                if column not in taken or place(taken[column], seen):
                    taken[column] = row
                    return True
        return False

    return sum(place(row, set()) for row in range(len(fits)))


def meets(said: Row, gold: Row) -> bool:
    return any(abs(e["utterance"] - i) < 2 for e in said["evidence"] for i in gold["evidence"])


def plain(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold().translate(dict.fromkeys(map(ord, " ,$£€¥+")))


def same_value(said: Row, gold: Row) -> bool:
    return "value" in gold and plain(said["value"] + (said["unit"] or "")) == plain(gold["value"])


TEXTS = {"decisions": "text", "actions": "task", "kpis": "metric", "issues": "problem", "feedback": "text"}


def recount(case: Path, minutes: Path) -> dict[str, tuple[int, int, int]]:
    """Hits, predicted and expected of every field; right labels as ``labels`` (hits, total, total)."""
    known = json.loads((case / "case.json").read_bytes())
    gold = json.loads((case / "gold.json").read_bytes())
    said = json.loads(minutes.read_bytes())
    language = known["language"]
    tasks = {o["id"]: o["task"] for o in known.get("open_actions", ())}
    redated = [(r, tasks[r["id"]]) for r in gold.get("carry_over", ()) if r["status"] == "redated"]
    counts: dict[str, tuple[int, int, int]] = {}
    for field, name in TEXTS.items():
        rows = said[field]
        if field == "actions":
            rows = [
                a
                for a in rows
                if not any(meets(a, r) and f1(a["task"], task, language) >= 0.3 for r, task in redated)
            ]
        expected = gold.get(field, [])
        fits = [
            [meets(p, g) and (same_value(p, g) or f1(p[name], g[name], language) >= 0.3) for g in expected]
            for p in rows
        ]
        counts[field] = (most_pairs(fits), len(rows), len(expected))
    labels = {i: s["kind"] for s in said["sections"] for a, b in s["spans"] for i in range(a, b + 1)}
    right = sum(labels[i] == s["kind"] for s in gold["sections"] for i in range(s["first"], s["last"] + 1))
    counts["labels"] = (right, len(labels), len(labels))
    return counts

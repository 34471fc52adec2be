"""Scores counted once more, from the result files and the gold alone, by another way than the scorers'."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx

Row = dict[str, Any]
Counts = tuple[float, int]
_networkx: Any = networkx  # it types only parts of itself

TEXTS = {"actions": "task", "decisions": "text", "kpis": "metric", "issues": "problem", "feedback": "text"}
ORDER = ("purpose", "data", "reports", "issues", "plans", "feedback")


def plain(text: str) -> str:
    return "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", text).casefold())


def grams(text: str, language: str) -> list[str]:
    words = plain(text).split()
    if language == "en":
        return sorted(words)
    letters = "".join(words)
    return sorted(a + b for a, b in pairwise(letters)) or [letters] * bool(letters)


def shared(a: list[str], b: list[str]) -> int:
    rest = list(b)
    return sum(1 for gram in a if gram in rest and not rest.remove(gram))


def f1(a: str, b: str, language: str) -> float:
    left, right = grams(a, language), grams(b, language)
    return 2 * shared(left, right) / (len(left) + len(right)) if left or right else 0.0


def meets(said: Row, gold: Row) -> bool:
    return any(abs(e["utterance"] - i) < 2 for e in said["evidence"] for i in gold["evidence"])


def figure(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold().translate(dict.fromkeys(map(ord, " ,$£€¥+")))


def said_figure(row: Row) -> str:
    return figure(row["value"] + (row["unit"] or ""))


def matched(said: list[Row], gold: list[Row], name: str, language: str) -> list[tuple[Row, Row]]:
    """The largest one-to-one matching, of those the one with most text in common."""
    graph: Any = _networkx.Graph()
    for p, a in enumerate(said):
        for g, b in enumerate(gold):
            close = f1(a[name], b[name], language)
            if meets(a, b) and (close >= 0.3 or ("value" in b and said_figure(a) == figure(b["value"]))):
                graph.add_edge(("said", p), ("gold", g), weight=close)
    pairs: list[tuple[Row, Row]] = []
    for edge in _networkx.max_weight_matching(graph, maxcardinality=True):
        ends: dict[str, int] = dict(edge)
        pairs.append((said[int(ends["said"])], gold[int(ends["gold"])]))
    return pairs


def same_period(a: str | None, b: str | None, language: str) -> bool:
    if a is None or b is None:
        return a is b
    return plain(a).split() == plain(b).split() or f1(a, b, language) > 0.5


def rate(pairs: list[tuple[Row, Row]], right: Callable[[Row, Row], bool]) -> Counts:
    return sum(bool(right(a, b)) for a, b in pairs), len(pairs)


def fields_of(said: Row, gold: Row, known: Row, language: str) -> dict[str, Counts]:
    tasks = {o["id"]: o["task"] for o in known.get("open_actions", ())}
    redated = [(r, tasks[r["id"]]) for r in gold.get("carry_over", ()) if r["status"] == "redated"]
    counts: dict[str, Counts] = {}
    pairs: dict[str, list[tuple[Row, Row]]] = {}
    for field, name in TEXTS.items():
        rows, expected = said[field], gold.get(field, [])
        if field == "actions":
            rows = [
                a
                for a in rows
                if not any(meets(a, r) and f1(a["task"], task, language) >= 0.3 for r, task in redated)
            ]
        pairs[field] = matched(rows, expected, name, language)
        counts[f"{field}.precision"] = len(pairs[field]), len(rows)
        counts[f"{field}.recall"] = len(pairs[field]), len(expected)
        counts[f"{field}.f1"] = 2 * len(pairs[field]), len(rows) + len(expected)
    counts["owner"] = rate(pairs["actions"], lambda a, b: a["owner"] == b.get("owner"))
    counts["due"] = rate(pairs["actions"], lambda a, b: a["due"]["on"] == b.get("due"))
    counts["kpi_value"] = rate(pairs["kpis"], lambda a, b: said_figure(a) == figure(b["value"]))
    counts["kpi_period"] = rate(
        pairs["kpis"], lambda a, b: same_period(a["period"], b.get("period"), language)
    )
    counts["issue_status"] = rate(pairs["issues"], lambda a, b: a["status"] == b.get("status", "open"))
    counts["feedback_kind"] = rate(pairs["feedback"], lambda a, b: a["kind"] == b["kind"])
    return counts


def carried(said: Row, gold: Row) -> dict[str, Counts]:
    told = {c["id"]: c for c in said["carry_over"]}
    rows = gold.get("carry_over", [])
    right = [r for r in rows if r["id"] in told and told[r["id"]]["status"] == r["status"]]
    dated = [r for r in right if r["status"] != "redated" or told[r["id"]]["new_due"] == r.get("new_due")]
    return {"carry_over_status": (len(right), len(rows)), "carry_over": (len(dated), len(rows))}


def invented(said: Row, utterances: list[Row]) -> Counts:
    items = [i for f in (*TEXTS, "reports", "remarks") for i in said[f]]
    good = [
        i
        for i in items
        if i["support"]
        and i["evidence"]
        and all(e["quote"] and e["quote"] in utterances[e["utterance"]]["text"] for e in i["evidence"])
    ]
    return len(items) - len(good), len(items)


def labels_of(sections: list[Row], count: int) -> list[str]:
    labels = ["purpose"] * count
    for s in sections:
        for first, last in s.get("spans") or [(s.get("first", 0), s.get("last", -1))]:
            labels[first : last + 1] = [s["kind"]] * (last + 1 - first)
    return labels


def borders_of(labels: Sequence[str]) -> list[int]:
    return [n for n, (a, b) in enumerate(pairwise(labels), 1) if a != b]


def segmentation(told: list[str], right: list[str]) -> dict[str, Counts]:
    a, b = borders_of(told), borders_of(right)
    graph: Any = _networkx.Graph()
    graph.add_edges_from((("a", i), ("b", j)) for i in a for j in b if abs(i - j) <= 2)
    hits = len(_networkx.max_weight_matching(graph, maxcardinality=True))
    k = max(1, round(len(right) / (len(b) + 1) / 2))
    windows = [
        (sum(i < x <= i + k for x in a), sum(i < x <= i + k for x in b)) for i in range(len(right) - k)
    ]
    return {
        "labels": (sum(x == y for x, y in zip(told, right, strict=True)), len(right)),
        "borders.precision": (hits, len(a)),
        "borders.recall": (hits, len(b)),
        "borders.f1": (2 * hits, len(a) + len(b)),
        "pk": (sum(bool(x) != bool(y) for x, y in windows), len(windows)),
        "window_diff": (sum(x != y for x, y in windows), len(windows)),
    }


def facts(gold: Row, labels: list[str]) -> list[tuple[str, str]]:
    """Kind and text, in the order they were said."""
    rows = [(min(r["evidence"]), r["text"]) for r in gold.get("decisions", [])]
    rows += [(min(r["evidence"]), r["task"]) for r in gold.get("actions", [])]
    rows += [(min(r["evidence"]), f"{r['metric']} {r['value']}") for r in gold.get("kpis", [])]
    rows += [(min(r["evidence"]), r["problem"]) for r in gold.get("issues", [])]
    rows += [(min(r["evidence"]), r["text"]) for r in gold.get("feedback", [])]
    first = [("purpose", gold["purpose"])] if gold.get("purpose") else []
    return first + [(labels[at], text) for at, text in sorted(rows, key=lambda row: row[0])]


def words(text: str) -> list[str]:
    return re.findall(r"[\u3400-\u9fff]|[a-z0-9]+|[^\W\u3400-\u9fff_]+", plain(text))


def lcs(a: list[str], b: list[str]) -> int:
    row = [0] * (len(b) + 1)
    for x in a:
        above = row
        row = [0]
        for j, y in enumerate(b):
            row.append(above[j] + 1 if x == y else max(row[j], above[j + 1]))
    return row[-1]


def summaries(said: Row, gold: Row, labels: list[str], language: str) -> dict[str, Counts]:
    known = facts(gold, labels)
    told: list[list[str]] = []
    common = given = wanted = 0
    for section in said["sections"]:
        summary, points = section["summary"] or "", [p["text"] for p in section["points"]]
        told += [
            grams(s, language) for s in re.split(r"(?<=[。！？!?；;])|(?<=\.)\s+|\n", summary) if s.strip()
        ]
        told += [grams(p, language) for p in points]
        left = words(summary or " ".join(points))
        right = words(" ".join(text for kind, text in known if kind == section["kind"]))
        common, given, wanted = common + lcs(left, right), given + len(left), wanted + len(right)
    needed = [grams(text, language) for _, text in known]
    covered = sum(any(shared(f, t) >= len(f) / 2 for t in told) for f in needed)
    return {
        "coverage": (covered, len(known)),
        "rouge_l.precision": (common, given),
        "rouge_l.recall": (common, wanted),
        "rouge_l.f1": (2 * common, given + wanted),
    }


def recount(case: Path, minutes: Path) -> dict[str, Counts]:
    """Hits and total of every measure that applies, but of time and tokens."""
    known, gold, heard = (
        json.loads((case / name).read_bytes()) for name in ("case.json", "gold.json", "transcript.json")
    )
    said, language = json.loads(minutes.read_bytes()), heard["language"]
    right = labels_of(gold["sections"], len(heard["utterances"]))
    counts = {
        **fields_of(said, gold, known, language),
        **carried(said, gold),
        "invented": invented(said, heard["utterances"]),
        **segmentation(labels_of(said["sections"], len(right)), right),
        **summaries(said, gold, right, language),
    }
    return {name: count for name, count in counts.items() if count[1]}

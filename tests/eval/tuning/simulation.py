"""A simulated language model whose answers get better when the instructions hold certain rules.

It is no model and shows nothing about one: it reads no talk and understands no mistake. Asked to read, it answers
with the gold of the meeting and leaves out or invents what a missing rule would have told it. Asked to reflect, it
looks which kind of mistake is named most often and proposes the rule against it. What it proves is that the search
turns mistakes into better instructions where these are to be had, keeps to its budget, and goes on where it stopped.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.cases import Case, load_cases
from pipeline.transcript import Utterance
from tests.gold_model import LISTS, span_of, window_answer
from tests.loopback_llm import Question


@dataclass(frozen=True)
class Rule:
    """A rule: its text in both languages, how its lack shows among the mistakes, and what it does to an answer."""

    text: dict[str, str]
    mistake: str
    spoil: Callable[[dict[str, Any]], None]


def _no_dates(answer: dict[str, Any]) -> None:
    for action in answer["actions"]:
        action["due_words"] = None


def _no_decisions(answer: dict[str, Any]) -> None:
    answer["decisions"] = []


def _too_much(answer: dict[str, Any]) -> None:
    """Problems and figures are taken for tasks."""
    for row in (*answer["issues"], *answer["kpis"]):
        task = row.get("problem") or f"{row['metric']} {row['value']}"
        proof = {"ids": row["ids"], "quote": row["quote"]}
        nobody = {"owner": None, "owner_words": None, "due_words": None, "urgent": False}
        answer["actions"].append({"task": task, **nobody, **proof})


RULES = (
    Rule(
        {"zh": "期限的原话要逐字抄进 due_words。", "en": "Copy the words of a deadline into due_words."},
        "的期限写成“无”|deadline was “none”",
        _no_dates,
    ),
    Rule(
        {"zh": "会上拍定的方案都列为 decisions。", "en": "List every settled choice under decisions."},
        "漏掉：决定|Missed: decision",
        _no_decisions,
    ),
    Rule(
        {"zh": "没人领的事不列为任务。", "en": "What nobody took on is no action."},
        "多出：任务|Too much: action",
        _too_much,
    ),
)

POOR = """---
about: Reads a window of a meeting, with hardly a word on how.
inputs: [facts, open_items, found, before, lines]
language: {zh: 用中文。, en: In English.}
---
# zh system

你是会议秘书，从逐字稿里找出事项。$language

# zh user

$facts $open_items $found $before
<transcript>
$lines
</transcript>

# en system

You are the secretary of a meeting and find its items in the transcript. $language

# en user

$facts $open_items $found $before
<transcript>
$lines
</transcript>
"""


def simulated(*folders: Path) -> Callable[[Question], str]:
    """What to give to ``LoopbackModel``: the simulated model, which knows the meetings of these folders."""
    spoken = {u.text: case for folder in folders for case in load_cases(folder) for u in _long(case)}

    def answer(question: Question) -> str:
        fields = (question.schema or {}).get("properties", {})
        if "edits" in fields:
            return _reflection(question)
        if "summaries" in fields:
            return json.dumps({"summaries": []})
        first, last = span_of(question)
        system, asked = (message.text for message in question.messages[:2])
        case = next(spoken[text] for text in map(_words, asked.splitlines()) if text in spoken)
        found = window_answer(case, first, last)
        for rule in RULES:
            if not any(text in system for text in rule.text.values()):
                rule.spoil(found)
        return json.dumps(found, ensure_ascii=False)

    return answer


def finds_nothing(question: Question) -> str:
    """Another one, which knows no meeting: everything is an opening, and whatever is asked stays as it is."""
    if "edits" in (question.schema or {}).get("properties", {}):
        return json.dumps({"causes": [], "edits": [{"old": "", "new": "…"}]})
    first, last = span_of(question)
    sections = [{"kind": "purpose", "first": first, "last": last}]
    return json.dumps({**{name: [] for name in LISTS}, "sections": sections, "purpose": None})


def _long(case: Case) -> list[Utterance]:
    """Utterances that no other meeting is likely to have."""
    return [u for u in case.transcript.utterances if len(u.text) > 8]


def _words(line: str) -> str:
    """A line of a question without its number and speaker."""
    return re.sub(r"^\d+ ([^:]{1,30}: )?", "", line)


def _reflection(question: Question) -> str:
    """The rule against the most frequent mistake, as an edit."""
    asked = question.messages[1].text
    language = "zh" if "现行的要求" in asked else "en"
    mistakes = asked.split("<mistakes>")[1]
    seen = Counter({n: len(re.findall(rule.mistake, mistakes)) for n, rule in enumerate(RULES)})
    worst, times = seen.most_common(1)[0]
    new = RULES[worst].text[language] if times else "…"
    return json.dumps({"causes": [], "edits": [{"old": "", "new": new}]}, ensure_ascii=False)

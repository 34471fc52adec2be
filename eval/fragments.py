"""Training fragments: short stretches of talk with their items, in a form that people can write and read.

    ### e-commerce
    王蕾 <a1>: 陈涛，退货入口的埋点你补一下？
    陈涛 <a1>: 行。
    = a1: 补齐退货入口的埋点 | 陈涛 | 这周五之前

``### trade`` begins a fragment; ``Speaker <tags>: text`` is an utterance and the items it proves; ``=`` lines give
the items by the letter of their tag: a(ction) task | owner | deadline, d(ecision), i(ssue), f(eedback) kind | text,
k(pi) metric | value. They have no section labels and are never scored against: only the models learn from them.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from eval.cases import Case, Gold
from pipeline.errors import InputError
from pipeline.meeting import Meeting, Participant
from pipeline.transcript import Language, Transcript, Utterance

FRAGMENTS = Path(__file__).parent / "fragments"

_UTTERANCE = re.compile(r"([^:：<]+?)\s*(?:<([^>]*)>)?\s*[:：]\s*(.+)")
_ITEM = re.compile(r"=\s*([adfik]\d+):\s*(.+)")


def load_fragments(language: Language, folder: Path = FRAGMENTS) -> Iterator[Case]:
    """All fragments of a language, each as a case without section labels.

    Raises:
        InputError: A line is neither an utterance nor an item; the sentence names file and line.
    """
    for path in sorted(folder.glob(f"{language}-*.txt")):
        blocks = re.split(r"(?m)^###.*$", path.read_text("utf-8"))[1:]
        for number, block in enumerate(blocks, 1):
            yield _fragment(f"{path.stem}-{number}", block, language)


def _fragment(name: str, block: str, language: Language) -> Case:
    utterances: list[Utterance] = []
    evidence: dict[str, list[int]] = {}
    rows: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, block.splitlines())):
        if item := _ITEM.fullmatch(line):
            rows[item[1]] = [part.strip() for part in item[2].split("|")]
        elif said := _UTTERANCE.fullmatch(line):
            for tag in filter(None, re.split(r"[,\s]+", said[2] or "")):
                evidence.setdefault(tag, []).append(len(utterances))
            utterances.append(Utterance(id=len(utterances), speaker=said[1].strip(), text=said[3]))
        else:
            raise InputError(f"Fragment {name}: neither an utterance nor an item: {line}")
    people = tuple(Participant(name=n) for n in dict.fromkeys(u.speaker for u in utterances if u.speaker))
    gold = Gold.model_validate({"sections": [], **_gold_rows(rows, evidence)})
    meeting = Meeting(language=language, participants=people)
    return Case(name, meeting, Transcript(language=language, utterances=tuple(utterances)), gold)


def _gold_rows(
    rows: dict[str, list[str]], evidence: dict[str, list[int]]
) -> dict[str, list[dict[str, object]]]:
    fields = {
        "a": ("actions", ("task", "owner", "due_phrase")),
        "d": ("decisions", ("text",)),
        "i": ("issues", ("problem",)),
        "f": ("feedback", ("kind", "text")),
        "k": ("kpis", ("metric", "value")),
    }
    found: dict[str, list[dict[str, object]]] = {}
    for tag, parts in rows.items():
        field, names = fields[tag[0]]
        values: dict[str, object] = {n: None if v == "-" else v for n, v in zip(names, parts, strict=False)}
        found.setdefault(field, []).append({**values, "evidence": evidence.get(tag, [])})
    return found

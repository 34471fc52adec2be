"""docs/security.md names the test of each attack: all of them exist."""

import ast
import re

from tests.command import ROOT

NAMED = re.compile(r"`(?:(tests/[\w/]+\.py))?::(\w+)`")


def test_each_test_that_the_list_names_exists() -> None:
    named: list[tuple[str, str]] = []
    for line in (ROOT / "docs" / "security.md").read_text().splitlines():
        path = ""
        for found in NAMED.finditer(line):
            path = found[1] or path
            named.append((path, found[2]))
    assert len(named) > 40
    missing = [f"{path}::{name}" for path, name in named if name not in _tests_of(path)]
    assert not missing


def _tests_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

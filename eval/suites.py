"""Which cases belong to which suite (eval/suites.toml): whole series only, so that no sibling is trained on."""

import tomllib
from pathlib import Path

from eval.cases import Case, load_cases
from pipeline.errors import UsageError

SUITES = Path(__file__).parent / "suites.toml"


def suite(name: str) -> tuple[str, ...]:
    """Ids of the cases of a suite.

    Raises:
        UsageError: There is no such suite.
    """
    table: dict[str, list[str]] = tomllib.loads(SUITES.read_text("utf-8"))["suites"]
    if name == "all":
        return tuple(sorted(i for ids in table.values() for i in ids))
    if name not in table:
        raise UsageError(f"There is no suite “{name}”. Suites: {', '.join(table)}, all.")
    return tuple(table[name])


def chosen_cases(name: str, folder: Path | None = None) -> tuple[Case, ...]:
    """The cases of a suite, or all that lie in a folder of one's own.

    Raises:
        UsageError: There is no such suite.
        InputError: A case cannot be read.
    """
    return tuple(load_cases(folder) if folder else load_cases(ids=suite(name)))

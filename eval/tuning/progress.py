"""How far a search is, on stderr: a bar of the calls, and a line for whatever comes of them."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from eval.progress import bars
from eval.tuning.budget import Budget


@contextmanager
def watched(calls: int, tokens: int | None) -> Generator[tuple[Budget, Callable[[str], None]]]:
    """A budget whose use is shown while it is used, and the function that shows a line."""
    with bars("questions") as shown:
        task = shown.add_task("", total=calls)

        def told() -> None:
            shown.update(task, completed=budget.calls, description=f"{budget.tokens:,} tokens")

        budget = Budget(calls, tokens, told)
        yield budget, lambda line: shown.console.print(line, markup=False, soft_wrap=True)

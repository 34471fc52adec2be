"""How far a search is, on stderr: a bar of the calls, and a line for whatever comes of them."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from eval.tuning.budget import Budget


@contextmanager
def watched(calls: int, tokens: int | None) -> Generator[tuple[Budget, Callable[[str], None]]]:
    """A budget whose use is shown while it is used, and the function that shows a line."""
    console = Console(stderr=True, highlight=False)
    with Progress(
        TextColumn("questions"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bars:
        task = bars.add_task("", total=calls)

        def told() -> None:
            bars.update(task, completed=budget.calls, description=f"{budget.tokens:,} tokens")

        budget = Budget(calls, tokens, told)
        yield budget, lambda line: console.print(line, markup=False, soft_wrap=True)

"""How far an evaluation is, on stderr."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def bars(counted: str) -> Progress:
    """A bar on stderr, yet without a task.

    Args:
        counted: What it counts, in the plural: it stands before the bar.
    """
    return Progress(
        TextColumn(counted),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True, highlight=False),
        redirect_stdout=False,
        redirect_stderr=False,
    )


@contextmanager
def progress(cases: int) -> Generator[Callable[[str, str | None], None]]:
    """A bar of the cases; gives the function to call with a case's id, and why it failed, when it is finished."""
    with bars("meetings") as shown:
        task = shown.add_task("", total=cases)
        failed: list[str] = []

        def done(name: str, reason: str | None) -> None:
            if reason is not None:
                failed.append(name)
            told = f"[red]{len(failed)} failed[/red] " if failed else ""
            shown.update(task, advance=1, description=told + escape(name))

        yield done

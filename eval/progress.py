"""How far an evaluation is, on stderr."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def progress(cases: int) -> Generator[Callable[[str, str | None], None]]:
    """A bar of the cases; gives the function to call with a case's id, and why it failed, when it is finished."""
    console = Console(stderr=True, highlight=False)
    with Progress(
        TextColumn("meetings"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bars:
        task = bars.add_task("", total=cases)
        failed: list[str] = []

        def done(name: str, reason: str | None) -> None:
            if reason is not None:
                failed.append(name)
            told = f"[red]{len(failed)} failed[/red] " if failed else ""
            bars.update(task, advance=1, description=told + escape(name))

        yield done

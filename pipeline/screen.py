"""What the terminal shows: progress and messages on stderr, results on stdout."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

STAGES = {
    "read": "Decoding the recording",
    "transcribe": "Listening",
    "import": "Reading the transcript",
    "attribute": "Telling who speaks",
    "read_out": "Reading the meeting",
    "compose": "Writing the minutes",
}
QUICK = frozenset({"import", "attribute", "compose"})
"""Stages that are over before a bar could be read."""


class Screen:
    """Progress bars with the time left, and one-line messages; silent where asked to be."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.messages = Console(stderr=True, highlight=False)
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=32),
            TextColumn("{task.percentage:>4.0f} %"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.messages,
            disable=quiet,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def tell(self, stage: str, share: float) -> None:
        """Moves a stage's bar to the share done, 0 to 1."""
        if stage in QUICK:
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(STAGES.get(stage, stage), total=1.0)
        self._progress.update(self._tasks[stage], completed=share)

    def begin(self, name: str) -> None:
        """Starts the bars of the next meeting."""
        for task in self._tasks.values():
            self._progress.remove_task(task)
        self._tasks.clear()
        self.say(f"[bold]{name}[/bold]")

    def say(self, text: str) -> None:
        """Prints one line, unless quiet."""
        if not self.quiet:
            self.messages.print(text)

    def warn(self, text: str) -> None:
        """Prints one sentence that must be seen, also when quiet."""
        self.messages.print(text, style="yellow", markup=False)

    def fail(self, text: str) -> None:
        """Prints why something did not work, also when quiet."""
        self.messages.print(f"error: {text}", style="bold red", markup=False, soft_wrap=True)

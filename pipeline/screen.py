"""What the terminal shows: progress and messages on stderr, results on stdout."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.minutes import Minutes

STAGES = {
    "upload": "Sending",
    "read": "Decoding the recording",
    "transcribe": "Listening",
    "read_out": "Reading the meeting",
    "compose": "Writing the summaries",
}
"""Stages long enough to watch; the others are over before a bar could be read."""


class Screen:
    """Progress bars with the time left, and one-line messages; silent where asked to be."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet
        self.messages = Console(stderr=True, highlight=False)
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    @contextmanager
    def working_on(self, name: str) -> Generator[None]:
        """Shows a meeting's name and, while it is worked on, bars of its stages."""
        if not self.quiet:
            self.messages.print(f"[bold]{escape(name)}[/bold]", soft_wrap=True)
        try:
            yield
        finally:
            if self._bars is not None:
                self._bars.stop()
            self._bars = None
            self._tasks.clear()

    def tell(self, stage: str, share: float) -> None:
        """Moves a stage's bar to the share done, 0 to 1."""
        if self.quiet or stage not in STAGES:
            return
        if self._bars is None:
            self._bars = _bars(self.messages)
            self._bars.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(STAGES[stage], total=1.0)
        self._bars.update(self._tasks[stage], completed=share)

    def note(self, text: str) -> None:
        """Prints one sentence that is good to know, unless quiet."""
        if not self.quiet:
            self.messages.print(text, style="dim", markup=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Prints one sentence that must be seen, also when quiet."""
        self.messages.print(text, style="yellow", markup=False, soft_wrap=True)

    def fail(self, text: str) -> None:
        """Prints why something did not work, also when quiet."""
        self.messages.print(f"error: {text}", style="bold red", markup=False, soft_wrap=True)


def costs(minutes: Minutes) -> Iterator[str]:
    """What each stage asked a language model for, one sentence a stage."""
    for stage in minutes.origin.stages:
        if stage.calls is not None:
            yield (
                f"{stage.stage}: {stage.backend} with {stage.prompt}, {stage.calls} calls, "
                f"{stage.tokens_in:,} tokens in, {stage.tokens_out:,} out, {stage.seconds:.1f} s"
            )


def _bars(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>4.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        # Results go to stdout while bars are on stderr: rich must not bring the two together.
        redirect_stdout=False,
        redirect_stderr=False,
    )

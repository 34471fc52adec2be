"""Stages of one meeting, each kept under the hash of what it was made from, so that no work is done twice."""

import hashlib
import inspect
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from pipeline.minutes import Cost, StageOrigin
from pipeline.protocols import Store, Work

Made = TypeVar("Made")
Tell = Callable[[str, float], None]
"""Called with the stage's name and the share of it that is done, 0 to 1."""

PACKAGE = Path(__file__).parent
BACKENDS = PACKAGE / "backends"
_NEIGHBOUR = re.compile(r"\bpipeline\.backends\.(\w+)")
NO_STAGES = frozenset(
    {"backends", "records", "web", "worker", "untrusted", "review", "sending", "commands"}
    | {"cli.py", "mail.py", "serving.py", "settings.py"}
)
"""Parts of the package that change no stage's result, or that stages name where they depend on them: an upgrade of
the service does nothing again."""


class Journal:
    """Runs the stages of one meeting and remembers how each result came about.

    Attributes:
        origins: How every stage so far was made, in order, also of those that were kept from before.
    """

    def __init__(self, store: Store, meeting: str, tell: Tell) -> None:
        self.store = store
        self.meeting = meeting
        self.tell = tell
        self.origins: list[StageOrigin] = []

    @property
    def folder(self) -> Path:
        """Local folder of the meeting for what is too large for memory."""
        return self.store.folder(self.meeting)

    def step(
        self,
        stage: str,
        made: type[Made],
        make: Callable[[Work], Made],
        *inputs: object,
        by: Callable[..., object] | type,
        backend: str | None = None,
        still: Callable[[Made], bool] = lambda _: True,
    ) -> Made:
        """Returns the kept result of a stage, or makes and keeps it.

        Args:
            stage: Its name.
            made: Type of the result; must be one that pydantic can write as JSON and read back.
            make: Makes the result; it is given whom to tell and where to keep parts.
            *inputs: Everything the result depends on, as values that pydantic can write as JSON.
            by: The function or class that does the work: its source is part of the key.
            backend: Name and model of the backend, where the stage has one.
            still: Whether a kept result still holds (the file it names is there).
        """
        key = _digest(stage, source_digest(by), backend, inputs)
        name = f"{stage}-{key}.json"
        found = self._kept(name, made)
        if found is None or not still(found[1]):
            begun, bench = time.monotonic(), Bench(self, stage)
            result = make(bench)
            seconds = round(time.monotonic() - begun, 3)
            found = bench.origin(backend, seconds), result
            self.store.put(self.meeting, name, b"\n".join(to_json(part) for part in found))
        self.origins.append(found[0])
        self.tell(stage, 1.0)
        return found[1]

    def aside(self, tell: Tell) -> "Journal":
        """A journal of the same meeting for the parts of a stage: its origins do not become the minutes'."""
        return Journal(self.store, self.meeting, tell)

    def _kept(self, name: str, made: type[Made]) -> tuple[StageOrigin, Made] | None:
        """A stage's kept result; None where there is none that can be read, as after a damaged disk."""
        kept = self.store.get(self.meeting, name)
        if kept is None:
            return None
        origin, _, result = kept.partition(b"\n")
        try:
            return StageOrigin.model_validate_json(origin), TypeAdapter(made).validate_json(result)
        except ValidationError:
            return None


class Bench:
    """Where one stage works: it keeps parts in the journal's store, tells its progress and sums up its cost."""

    def __init__(self, journal: Journal, stage: str) -> None:
        self.journal = journal
        self.stage = stage
        self.cost: Cost | None = None
        self.prompt: tuple[str, str] | None = None

    def progress(self, share: float) -> None:
        """Tells the share of the stage that is done, 0 to 1."""
        self.journal.tell(self.stage, share)

    def part(self, made: type[Made], make: Callable[[], Made], *inputs: object) -> Made:
        """Returns a kept part of the stage, or makes and keeps it."""
        journal = self.journal
        name = f"{self.stage}-part-{_digest(inputs)}.json"
        kept = journal.store.get(journal.meeting, name)
        if kept is not None:
            try:
                return TypeAdapter(made).validate_json(kept)
            except ValidationError:
                pass  # damaged, or of another version: made again
        result = make()
        journal.store.put(journal.meeting, name, to_json(result))
        return result

    def account(self, cost: Cost, *, prompt: str, sha256: str) -> None:
        """Adds what was spent, with the prompt it was spent on."""
        self.cost = cost if self.cost is None else self.cost + cost
        self.prompt = prompt, sha256

    def spent_before(self) -> tuple[int, float]:
        """Tokens and seconds that earlier stages of the meeting spent on a language model."""
        asked = [stage for stage in self.journal.origins if stage.calls is not None]
        tokens = sum((stage.tokens_in or 0) + (stage.tokens_out or 0) for stage in asked)
        return tokens, sum(stage.seconds or 0.0 for stage in asked)

    def origin(self, backend: str | None, seconds: float) -> StageOrigin:
        """How the stage was made, for the minutes."""
        prompt, sha256 = self.prompt or (None, None)
        spent = {} if self.cost is None else self.cost.model_dump()
        return StageOrigin(
            stage=self.stage, backend=backend, prompt=prompt, prompt_sha256=sha256, seconds=seconds, **spent
        )


def source_digest(by: Callable[..., object] | type) -> str:
    """Digest of the source that a stage's result depends on.

    A backend depends on its own module and the backends' modules that this one imports: what it makes is dear,
    and an upgrade elsewhere must not redo it. All else depends on everything in the package but the backends and
    the rooms of the service: it is made again in seconds.
    """
    module = Path(inspect.getfile(by))
    if module.parent != BACKENDS:
        return _package_digest()
    return _digest(*(_file_digest(path) for path in sorted(_with_imported(module))))


def _with_imported(module: Path) -> set[Path]:
    """A backend's module and all of its neighbours that it imports, also by way of another."""
    found: set[Path] = set()
    waiting = {module}
    while waiting:
        found |= waiting
        named = {name for path in waiting for name in _NEIGHBOUR.findall(path.read_text(encoding="utf-8"))}
        waiting = {path for name in named if (path := BACKENDS / f"{name}.py").is_file()} - found
    return found


@cache
def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _package_digest() -> str:
    files = sorted(
        path
        for path in PACKAGE.rglob("*")
        if path.is_file()
        and path.relative_to(PACKAGE).parts[0] not in NO_STAGES
        and "__pycache__" not in path.parts
    )
    return _digest(*(_file_digest(path) for path in files))


def tell_nobody(stage: str, share: float) -> None:
    """For work that nobody watches."""
    del stage, share


def _digest(*parts: object) -> str:
    return hashlib.sha256(to_json(parts)).hexdigest()[:20]

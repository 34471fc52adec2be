"""Recognisers of one process, lent out one recording at a time: Whisper's model cannot listen to two at once."""

from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from pipeline.protocols import Transcriber
from pipeline.registry import choose_transcriber
from pipeline.run import Listen
from pipeline.transcript import Language


class Recognisers:
    """Keeps what was loaded for the next recording.

    Args:
        spec: Who listens, as the settings say.
    """

    def __init__(self, spec: str) -> None:
        self.spec = spec
        self._free: dict[str, list[Transcriber]] = defaultdict(list)
        self._lock = Lock()

    @contextmanager
    def lent(self) -> Generator[Listen]:
        """Chooses recognisers for one recording and takes them back afterwards."""
        lent: list[Transcriber] = []

        def choose(language: Language | None) -> Transcriber:
            chosen = choose_transcriber(self.spec, language)
            with self._lock:
                free = self._free[chosen.name]
                lent.append(free.pop() if free else chosen)
            return lent[-1]

        try:
            yield choose
        finally:
            with self._lock:
                for transcriber in lent:
                    self._free[transcriber.name].append(transcriber)

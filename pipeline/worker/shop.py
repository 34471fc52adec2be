"""What the jobs of one process share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event

from pipeline.protocols import Scribe, Store
from pipeline.records.artefacts import MeetingStore
from pipeline.records.site import Site
from pipeline.registry import make_scribe
from pipeline.settings import reader_of
from pipeline.worker.holding import LetGo
from pipeline.worker.recognisers import Recognisers


@dataclass
class Shop:
    """What the jobs of one process share.

    Attributes:
        site: Tables and files.
        worker: The name of the process.
        kept: Where stages are kept, given where they belong; something may be put before it.
        stopping: Set when the process is to stop.
    """

    site: Site
    worker: str
    kept: Callable[[MeetingStore], Store] = lambda store: store
    stopping: Event = field(default_factory=Event)

    def check(self) -> None:
        """Stops here when the process is to stop.

        Raises:
            LetGo: It is.
        """
        if self.stopping.is_set():
            raise LetGo

    @cached_property
    def scribe(self) -> Scribe:
        """Who reads.

        Raises:
            UsageError: The settings name nobody.
            BackendError: What they name is not installed.
        """
        settings = self.site.settings
        return make_scribe(settings.scribe, reader_of(settings))

    @cached_property
    def recognisers(self) -> Recognisers:
        """Who listens."""
        return Recognisers(self.site.settings.asr)

"""The product as an evaluation uses it: settings, store and backends as `lihui run` has them."""

from functools import cache, partial

from pipeline.backends.store_folder import FolderStore
from pipeline.journal import tell_nobody
from pipeline.registry import choose_transcriber, make_scribe
from pipeline.run import Summarizer
from pipeline.settings import load_settings, reader_of


def make_summarizer(scribe: str, *, prompts: tuple[str, ...] = (), asr: str | None = None) -> Summarizer:
    """The product with a scribe and, for recordings, a recogniser.

    Args:
        scribe: Specification, such as ``rules``.
        prompts: Prompts that are not the active ones, such as ``read=3``.
        asr: Specification of the recogniser; None takes the setting.

    Raises:
        UsageError: One of these names is unknown.
        BackendError: A package is not installed.
    """
    settings = load_settings()
    if prompts:
        settings = settings.model_copy(update={"prompts": prompts})
    return Summarizer(
        make_scribe(scribe, reader_of(settings)),
        cache(partial(choose_transcriber, asr or settings.asr)),
        FolderStore(settings.cache),
        tell_nobody,
    )

"""The pipeline as the settings want it, at work on this machine."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.screen import Screen

if TYPE_CHECKING:
    from pipeline.remote import Server
    from pipeline.run import Listen, Summarizer
    from pipeline.settings import Settings


@contextmanager
def at_work(settings: "Settings", screen: Screen) -> "Generator[Summarizer | Server]":
    """Who makes the minutes: this machine, or the service that the settings name."""
    if settings.server is None:
        yield summarizer_of(settings, screen)
        return
    from pipeline.remote import connect

    token = settings.token.get_secret_value() if settings.token else None
    with connect(settings.server, token, settings.cache / "servers", screen.tell) as server:
        yield server


def summarizer_of(settings: "Settings", screen: Screen) -> "Summarizer":
    """This machine at work as the settings want it."""
    from pipeline.backends.store_folder import FolderStore
    from pipeline.registry import make_scribe
    from pipeline.run import Summarizer
    from pipeline.settings import reader_of

    return Summarizer(
        make_scribe(settings.scribe, reader_of(settings)),
        listen_with(settings.asr),
        FolderStore(settings.cache),
        screen.tell,
    )


def listen_with(asr: str) -> "Listen":
    """Who listens to all meetings of a run. A name that is none is told before the work begins."""
    from functools import cache, partial

    from pipeline.registry import choose_transcriber, make_transcriber

    if asr == "auto":
        return cache(partial(choose_transcriber, asr))
    transcriber = make_transcriber(asr)
    return lambda _: transcriber

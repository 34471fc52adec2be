"""``lihui doctor``: what is here, what is missing, and what mends it."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import chosen_settings
from pipeline.errors import UsageError


def doctor(
    fetch: Annotated[str | None, typer.Option(help="Fetch weights ahead, such as whisper:turbo.")] = None,
    empty_cache: Annotated[bool, typer.Option("--empty-cache", help="Delete all kept work.")] = False,
) -> None:
    """Show what is installed, what is missing and the command that mends it."""
    from pipeline.backends.store_folder import FolderStore
    from pipeline.doctor import examine

    settings = chosen_settings()
    if fetch is not None:
        typer.echo(_fetch(fetch))
        return
    if empty_cache:
        FolderStore(settings.cache).clear()
        typer.echo(f"{settings.cache} is empty.")
        return
    for finding in examine(settings):
        mark = "ok" if finding.state == "ok" else "--"
        typer.echo(f"{mark}  {finding.name:<16} {finding.detail}")
        if finding.remedy:
            typer.echo(f"{'':<21}-> {finding.remedy}")


def _fetch(spec: str) -> Path:
    from pipeline.backends.whisper_weights import fetch, is_path
    from pipeline.registry import make_transcriber

    name, _, model = spec.partition(":")
    if name != "whisper" or not model or is_path(model):
        raise UsageError(f"“{spec}” has no weights to fetch: write whisper:MODEL, such as whisper:turbo.")
    make_transcriber(spec)  # says so where there is no such model
    return fetch(model)

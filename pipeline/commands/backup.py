"""``lihui backup`` and ``lihui restore``."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.screen import Screen

Archive = Annotated[Path, typer.Argument(help="The archive, such as lihui-2026-03-02.tar.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but errors.")]


def backup(archive: Archive, quiet: Quiet = False) -> None:
    """Write the whole service, its meetings and files, into one archive; it may be running."""
    from pipeline.records.backup import back_up
    from pipeline.records.site import open_site
    from pipeline.settings import load_settings

    site = open_site(load_settings())
    made = back_up(site.database, site.files, archive, Screen(quiet=quiet).note)
    typer.echo(f"{archive}: {made.rows.get('meetings', 0)} meetings, {made.files} files.")


def restore(archive: Archive, quiet: Quiet = False) -> None:
    """Fill an empty service, of either kind of database, from an archive."""
    from pipeline.records import backup
    from pipeline.records.database import Database
    from pipeline.records.files import Files
    from pipeline.settings import database_url, files_url, load_settings

    settings = load_settings()
    database, files = Database(database_url(settings)), Files(files_url(settings))
    made = backup.restore(database, files, archive, Screen(quiet=quiet).note)
    typer.echo(f"{made.rows.get('meetings', 0)} meetings and {made.files} files are back.")

"""What all parts of the service share: settings, tables, files."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.tables import Secret
from pipeline.settings import Settings, database_url, files_url


@dataclass(frozen=True)
class Site:
    """One service, as one of its processes sees it.

    Attributes:
        settings: As loaded.
        database: Its tables, of the present version.
        files: Recordings and artefacts.
        scratch: A folder of this machine for work that need not be kept.
    """

    settings: Settings
    database: Database
    files: Files
    scratch: Path

    def key(self, name: str) -> str:
        """A secret that all processes share, made when it is asked for first."""
        with self.database.reading() as session:
            kept = session.get(Secret, name)
        if kept is not None:
            return kept.value
        try:
            with self.database.session() as session:
                session.add(Secret(name=name, value=secrets.token_urlsafe(48)))
        except IntegrityError:
            pass  # somebody else was faster: theirs holds
        with self.database.reading() as session:
            return session.get_one(Secret, name).value


def open_site(settings: Settings) -> Site:
    """Connects to tables and files, and brings the tables up to date.

    Raises:
        UsageError: An address is none.
        EnvironmentProblem: Database or file store cannot be used.
    """
    # It takes a moment to import, and not everything that knows a site opens one.
    from pipeline.records import durable

    database = Database(database_url(settings))
    database.upgrade()
    durable.prepare(database)
    files = Files(files_url(settings))
    files.check()
    return Site(settings, database, files, settings.data / "scratch")

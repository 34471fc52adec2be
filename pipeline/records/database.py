"""Connecting to SQLite or Postgres, and bringing the tables up to date."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from pipeline.errors import EnvironmentProblem, UsageError

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x4C494855
"""Any number that no other program of the same database takes for its own lock."""
BUSY_SECONDS = 30
"""How long a writer of SQLite waits for another."""


class Database:
    """The tables of one service.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        UsageError: The address is none of these.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(url)
        self.engine = _engine(self.url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file on this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def session(self) -> Generator[Session]:
        """A transaction: kept when the block ends, undone when it raises."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session for reading alone: it takes no lock that a writer waits for, and keeps nothing."""
        with self._sessions() as session:
            session.connection(execution_options={"lihui_reading": True})
            yield session

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """A connection that sees all tables as of one moment, whatever is written meanwhile."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                yield connection.execution_options(lihui_reading=True)
            else:
                yield connection.execution_options(isolation_level="REPEATABLE READ")

    def upgrade(self, version: str = "head") -> None:
        """Brings the tables to a version, the present one; safe when several processes start at once.

        Raises:
            EnvironmentProblem: The database cannot be reached, or is of a newer version.
        """
        try:
            with self.engine.connect() as looking:
                # The tables are mostly of the present version: a look takes no lock.
                connection = looking.execution_options(lihui_reading=True)
                if _version(connection) == (_newest() if version == "head" else version):
                    return
            with self.engine.begin() as connection:
                _lock(connection)
                known = {script.revision for script in _scripts().walk_revisions()}
                if (there := _version(connection)) is not None and there not in known:
                    raise EnvironmentProblem(
                        f"The database is of a newer version ({there}): upgrade this program."
                    )
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, version)
        except OperationalError as error:
            where = make_url(self.url).render_as_string(hide_password=True)
            raise EnvironmentProblem(f"The database {where} cannot be reached: {error.orig}.") from error

    def downgrade(self, version: str) -> None:
        """Takes the tables back to an earlier version (``base`` for none): for going back after an upgrade."""
        with self.engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            command.downgrade(config, version)

    def close(self) -> None:
        """Lets go of all connections."""
        self.engine.dispose()


def _with_driver(url: str) -> str:
    """The address with the driver that is installed: psycopg 3."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise UsageError("LIHUI_DATABASE_URL must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.")


def _engine(url: str) -> Engine:
    try:
        if not url.startswith("sqlite"):
            return create_engine(url, pool_size=20, max_overflow=20, pool_pre_ping=True)
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            pool_size=20,
            max_overflow=30,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(f"LIHUI_DATABASE_URL is no address of a database: {error}.") from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Readers never wait for the writer (WAL), references hold, and transactions begin where we say so."""
    del record
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that first reads and then wants the lock could find the table changed: it takes it at once.
    reading = connection.get_execution_options().get("lihui_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _newest() -> str | None:
    return _scripts().get_current_head()


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _lock(connection: Connection) -> None:
    """One process migrates, the others wait; SQLite's transaction holds the lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})

"""The whole service in one file, and back: also from SQLite to Postgres, and from an older version to this one.

A tar archive: a line of JSON a row under ``tables/``, the files under ``files/``, and last ``manifest.json``, which a
backup that was cut short does not have. Left out are browsers' log-ins and the state of the work queue: unfinished
meetings are queued again by whoever restores.
"""

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from pipeline.errors import EnvironmentProblem, InputError
from pipeline.files import cannot_write
from pipeline.records.database import Database
from pipeline.records.files import PIECE_BYTES, Files
from pipeline.records.tables import Table as Ours
from pipeline.transcript import Value

LEFT_OUT = frozenset({"logins", "workers"})
ROWS_AT_ONCE = 500
_SCHEMA_ROW = "alembic_version"

Tell = Callable[[str], None]
"""Called with one sentence about how far it is."""


class Manifest(Value):
    """What a backup holds.

    Attributes:
        version: Of the tables.
        made_at: When.
        rows: By table.
        files: How many.
    """

    version: str
    made_at: datetime
    rows: dict[str, int]
    files: int


def back_up(database: Database, files: Files, to: Path, tell: Tell) -> Manifest:
    """Writes all tables, as of one moment, and all files into an archive; the service may be running.

    Raises:
        EnvironmentProblem: The archive cannot be written.
    """
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with tarfile.open(part, "w") as archive:
            version, rows = _add_tables(archive, database, tell)
            count = sum(1 for path in files.listed("meetings") if _add_file(archive, files, path))
            tell(f"{count} files")
            manifest = Manifest(version=version, made_at=datetime.now(UTC), rows=rows, files=count)
            _add(archive, "manifest.json", io.BytesIO(manifest.model_dump_json().encode()))
        part.replace(to)
    except OSError as error:
        raise cannot_write(to, error) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(database: Database, files: Files, source: Path, tell: Tell) -> Manifest:
    """Fills an empty service from an archive, and brings its tables to the present version.

    Raises:
        InputError: It is no whole backup.
        EnvironmentProblem: The service is not empty, or cannot be written.
    """
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = _manifest(archive, source)
            _refuse_full(database)
            tell(f"The backup is of {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
            database.upgrade()
            database.downgrade("base")
            database.upgrade(manifest.version)
            _put_rows(archive, database, manifest)
            _put_files(archive, files)
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise InputError(f"{source} is no backup that can be read: {error}.") from error
    except IntegrityError as error:
        raise InputError(f"{source} is damaged: its rows do not fit together.") from error
    except OSError as error:
        raise InputError(f"{source} cannot be read: {error.strerror or error}.") from error
    database.upgrade()
    return manifest


def _add_tables(archive: tarfile.TarFile, database: Database, tell: Tell) -> tuple[str, dict[str, int]]:
    """Adds the rows of all tables as of one moment; returns the tables' version, and how many there were."""
    counts: dict[str, int] = {}
    with database.snapshot() as connection:
        version = str(connection.scalar(text(f"SELECT version_num FROM {_SCHEMA_ROW}")))
        for table in _tables(connection):
            with TemporaryFile() as lines:
                counts[table.name] = 0
                for row in (
                    connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table)).mappings()
                ):
                    lines.write(json.dumps(dict(row), default=_plain, ensure_ascii=False).encode() + b"\n")
                    counts[table.name] += 1
                _add(archive, f"tables/{table.name}.jsonl", lines)
            if counts[table.name]:
                tell(f"{table.name}: {counts[table.name]} rows")
    return version, counts


def _tables(connection: Connection) -> list[Table]:
    """Our tables as the database has them, those that others refer to first."""
    there = set(inspect(connection).get_table_names())
    found = MetaData()
    found.reflect(connection, only=sorted(there & set(Ours.metadata.tables) - LEFT_OUT), resolve_fks=False)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def _add_file(archive: tarfile.TarFile, files: Files, path: str) -> bool:
    """Adds one file; False where it was deleted since it was listed."""
    size = files.size(path)
    if size is None:
        return False
    with files.reading(path) as content:
        _add(archive, f"files/{path}", content, size)
    return True


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int | None = None) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END) if size is None else size
    content.seek(0)
    archive.addfile(entry, content)


def _manifest(archive: tarfile.TarFile, source: Path) -> Manifest:
    try:
        content = archive.extractfile("manifest.json")
    except KeyError:
        content = None
    if content is None:
        raise InputError(f"{source} is no whole backup: it was cut short, or is something else.")
    return Manifest.model_validate_json(content.read())


def _refuse_full(database: Database) -> None:
    """Makes sure that nothing would be overwritten."""
    with database.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        for name in ("meetings", "series"):
            if name in there and connection.scalar(text(f"SELECT count(*) FROM {name}")):
                raise EnvironmentProblem(
                    "The service is not empty: restore into a new LIHUI_DATA folder or a new database."
                )


def _put_rows(archive: tarfile.TarFile, database: Database, manifest: Manifest) -> None:
    with database.engine.begin() as connection:
        for table in _tables(connection):
            if table.name not in manifest.rows:
                continue
            for rows in _batches(_lines(archive, table), ROWS_AT_ONCE):
                connection.execute(insert(table), rows)
            if connection.dialect.name == "postgresql" and _counts(table):
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                        f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
                    )
                )


def _lines(archive: tarfile.TarFile, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of one table, with their moments and days as such."""
    content = archive.extractfile(f"tables/{table.name}.jsonl")
    for line in content or ():
        row: dict[str, Any] = json.loads(line)
        yield {name: _typed(table.c[name], value) for name, value in row.items()}


def _batches(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _counts(table: Table) -> bool:
    """Whether the database numbers the rows."""
    return "id" in table.c and table.c["id"].type.python_type is int


def _put_files(archive: tarfile.TarFile, files: Files) -> None:
    for entry in archive:
        content = archive.extractfile(entry) if entry.name.startswith("files/") else None
        if content is None:
            continue
        with files.writing(entry.name.removeprefix("files/")) as file:
            while piece := content.read(PIECE_BYTES):
                file.write(piece)


def _plain(value: object) -> str:
    """A moment as UTC, a day as it is."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no place in a backup")


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type.python_type
    if value is None or kind not in (datetime, date, bool):
        return value
    if kind is bool:
        return bool(value)
    return datetime.fromisoformat(value) if kind is datetime else date.fromisoformat(value)

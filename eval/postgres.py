"""A Postgres of one's own for tests and experiments: a cluster in a temporary folder, reached over its socket alone."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def cluster() -> Generator[str]:
    """Starts a server; yields the address of its ``postgres`` database."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="lihui-pg-"))
    # Postgres refuses to run as root.
    runs_as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    if runs_as:
        shutil.chown(folder, "postgres")

    def run(*command: str) -> None:
        subprocess.run([*runs_as, *command], check=True, capture_output=True, cwd="/")

    data = folder / "data"
    run(f"{programs}/initdb", "-D", str(data), "-A", "trust", "-U", "lihui", "--no-sync")
    options = f"-c listen_addresses= -c fsync=off -c max_connections=300 -k {folder}"
    run(f"{programs}/pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://lihui@/postgres?host={folder}"
    finally:
        run(f"{programs}/pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: str) -> Generator[str]:
    """A new, empty database of a server; yields its address."""
    name = f"t{os.urandom(6).hex()}"
    _run(server, f'CREATE DATABASE "{name}"')
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        _run(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def make_again(server: str, name: str, template: str) -> None:
    """Makes a database again as a copy of another one that nobody is connected to."""
    _run(server, f'DROP DATABASE "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def name_in(address: str) -> str:
    """The name of the database in an address."""
    return address.partition("?")[0].rpartition("/")[2]


def _run(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())

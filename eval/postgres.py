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
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # pyright: ignore[reportArgumentType, reportCallIssue]
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # pyright: ignore[reportArgumentType, reportCallIssue]

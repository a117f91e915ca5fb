"""Fixtures that tests of more than one package share."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from daemon.records.database import Database
from tests.servers.postgresql import PostgresServer
from tests.servers.postgresql import ServerMissingError as PostgresMissingError
from tests.servers.postgresql import running as running_postgresql

# --- databases: every test that asks for one of these runs on SQLite and on PostgreSQL ---


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """One server for each worker; skips with what to do where there is none, or fails if REPLYD_FORBID_SKIPS=1."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgresql())
        except PostgresMissingError as error:
            if os.environ.get("REPLYD_FORBID_SKIPS") == "1":
                raise
            pytest.skip(str(error))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded SQLite file to copy from."""
    path = tmp_path_factory.mktemp("template") / "replyd.db"
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(request.param)


@pytest.fixture
def empty_database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a database in which nothing was created yet."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgresql_server")
    with server.database(template="template1") as url:
        yield url


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a fresh database at the newest schema."""
    if database_kind == "sqlite":
        path = tmp_path / "replyd.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database at `database_url`, opened."""
    opened = Database.open(database_url)
    yield opened
    opened.close()

"""Installations for the acceptance tests: on both databases, with a mailbox and a submission server of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.copies import copied
from tests.acceptance.forks import Forks, forks_running
from tests.acceptance.models import promote_decisive_model
from tests.acceptance.world import World, environment
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from tests.servers.postgresql import PostgresServer

Founding = Callable[[str], World]
"""Founds an installation on `sqlite` or `postgresql`."""
EITHER = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: "PostgresServer") -> Iterator[Callable[[], str]]:
    """Makes databases that last as long as the tests do, and are dropped before their server stops."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(postgresql_server.database())


@pytest.fixture(scope="session")
def founding(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> Iterator[Founding]:
    """Founds installations that last as long as the tests do; they have looked at nothing yet."""
    with ExitStack() as stack:

        def found(kind: str) -> World:
            directory = tmp_path_factory.mktemp(kind) / "firm"
            server: PostgresServer | None = None
            url = f"sqlite:///{directory / 'data' / 'replyd.db'}"
            if kind == "postgresql":
                server = request.getfixturevalue("postgresql_server")
                url = request.getfixturevalue("postgresql_databases")()
            sink = SmtpSink()
            sink.start()
            stack.callback(sink.stop)
            world = World(directory, url, dovecot.add_user(), sink, server=server)
            world.found()
            promote_decisive_model(world.data)
            return world

        yield found


@pytest.fixture(scope="session")
def settled(founding: Founding, forks: Forks) -> Founding:
    """The installation of each kind that others are copied from: its mailbox is empty, its contacts are imported."""

    @cache
    def settle(kind: str) -> World:
        world = replace(founding(kind), forks=forks)
        world.run_once()
        world.import_contacts()
        return world

    return settle


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """`replyd` at the cost of a fork."""
    with forks_running(environment()) as running:
        yield running


@pytest.fixture
def world(database_kind: str, settled: Founding, tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[World]:
    """An installation for one test, on each database: it knows its contacts, and its mailbox was empty so far."""
    with copied(settled(database_kind), tmp_path / "firm", sink=smtp_sink) as copy:
        yield copy


@pytest.fixture
def sqlite_world(settled: Founding, tmp_path: Path, smtp_sink: SmtpSink) -> Iterator[World]:
    """As `world`, where one database says enough."""
    with copied(settled("sqlite"), tmp_path / "firm", sink=smtp_sink) as copy:
        yield copy

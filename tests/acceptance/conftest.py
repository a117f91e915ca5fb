"""Installations for the acceptance tests: on both databases, with a mailbox and a submission server of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.models import promote_decisive_model
from tests.acceptance.world import World
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from tests.servers.postgresql import PostgresServer


@contextmanager
def sink_running() -> Iterator[SmtpSink]:
    """A submission server that keeps what it accepts."""
    sink = SmtpSink()
    sink.start()
    try:
        yield sink
    finally:
        sink.stop()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> Iterator[Callable[[], World]]:
    """Founds installations that last for a whole module, which then runs once on each database."""
    with ExitStack() as stack:

        def found() -> World:
            directory = tmp_path_factory.mktemp("world") / "firm"
            server: PostgresServer | None = None
            url = f"sqlite:///{directory / 'data' / 'replyd.db'}"
            if request.param == "postgresql":
                server = request.getfixturevalue("postgresql_server")
                url = stack.enter_context(server.database())
            world = World(directory, url, dovecot.add_user(), stack.enter_context(sink_running()), server=server)
            world.found()
            promote_decisive_model(world.data)
            return world

        yield found


@pytest.fixture
def world(tmp_path: Path, database_url: str, dovecot: Dovecot, smtp_sink: SmtpSink) -> World:
    """An installation for one test, on each database: it knows its contacts, and its mailbox was empty so far."""
    return settled(World(tmp_path / "firm", database_url, dovecot.add_user(), smtp_sink))


@pytest.fixture
def sqlite_world(tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink) -> World:
    """As `world`, where one database says enough."""
    database_url = f"sqlite:///{tmp_path / 'replyd.db'}"
    return settled(World(tmp_path / "firm", database_url, dovecot.add_user(), smtp_sink))


def settled(world: World) -> World:
    """An installation that looked into its mailbox for the first time, and knows its contacts."""
    if not world.data.exists():
        world.found()
        promote_decisive_model(world.data)
    world.run_once()
    world.import_contacts()
    return world

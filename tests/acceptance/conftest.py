"""Installations for the acceptance tests: on both databases, with a mailbox and a submission server of their own."""

from collections.abc import Iterator
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
def lasting_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> Iterator[World]:
    """An installation for all tests of a module, once on each database; nothing was read yet."""
    directory = tmp_path_factory.mktemp("world")
    with ExitStack() as stack:
        url = f"sqlite:///{directory / 'replyd.db'}"
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgresql_server")
            url = stack.enter_context(server.database())
        world = World(directory / "firm", url, dovecot.add_user(), stack.enter_context(sink_running()))
        world.found()
        promote_decisive_model(world.data)
        yield world


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
    """Found the installation, let it look into its mailbox for the first time, and import the contacts."""
    world.found()
    promote_decisive_model(world.data)
    world.run_once()
    world.import_contacts()
    return world

"""Fixtures of tests that run whole parts of the daemon on a database."""

from collections.abc import Iterator

import pytest

from daemon.mail.sandbox import Sandbox
from daemon.records.database import Database
from tests.daemon.installation import Installation


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The real parsing process, kept for the session."""
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def firm(database: Database, sandbox: Sandbox) -> Installation:
    """An installation in mode auto with every English letter switched on."""
    return Installation(database, sandbox)

"""Fixtures of tests about contacts: a database, keys, and an import whose clock stands still."""

from datetime import UTC, datetime

import pytest

from daemon.contacts.importing import Import
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Key, Keys, Vault

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEYS = Keys((Key(1, b"m" * 32),), (Key(1, b"s" * 32),))


@pytest.fixture
def digester() -> Digester:
    """Digests under an invented key."""
    return Digester(KEYS)


@pytest.fixture
def vault() -> Vault:
    """A vault under an invented key."""
    return Vault(KEYS)


@pytest.fixture
def contacts(database: Database, digester: Digester) -> Import:
    """The import into a fresh database."""
    return Import(database, digester, lambda: NOW)

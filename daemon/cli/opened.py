"""An installation opened for one command: database and keys, checked against each other."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from daemon import log
from daemon.errors import ReplydError
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Keys, Vault, verify_keys
from daemon.settings import Settings


class DatabaseAway(ReplydError):  # noqa: N818  an outcome that callers name
    """The database cannot be reached, or another process holds it for too long."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Database and keys of one installation."""

    settings: Settings
    database: Database
    vault: Vault
    digester: Digester


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """Open database and keys; raises BadKeyFile, WrongKey, DatabaseOutdated or DatabaseAway before anything is done."""
    quiet_log()
    keys = Keys.load(settings.data / "keys")
    database = Database.open(settings.database_url)
    with reachable():
        try:
            database.check()
            with database.write() as session:
                verify_keys(session, keys)
            yield Installation(settings, database, Vault(keys), Digester(keys))
        finally:
            database.close()


@contextmanager
def reachable() -> Iterator[None]:
    """Say it in one sentence when the database is not there."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseAway(
            f"the database does not answer ({type(error.orig).__name__}); is its server running, is its disk full, "
            "does another process hold it? Try again, or run `replyd check`"
        ) from None


def quiet_log() -> None:
    """Warnings to standard error, so that standard output holds nothing but the answer."""
    log.configure(json=False, level="warning", stream=sys.stderr)

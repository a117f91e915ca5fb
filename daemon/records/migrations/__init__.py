"""The schema in numbered steps, up and down; shipped with the program and run by `Database.upgrade`."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

ADVISORY_LOCK = 0x7265706C7964
"""PostgreSQL's key for "somebody is upgrading" (the name of the program in ASCII)."""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the missing steps inside the transaction that the connection has begun."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Undo steps, down to `revision`, inside the transaction that the connection has begun."""
    command.downgrade(_config(connection), revision)


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when nothing was created yet."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision that the program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise LookupError("the program was packed without its migrations")
    return revision


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "daemon.records:migrations")
    config.attributes["connection"] = connection
    return config

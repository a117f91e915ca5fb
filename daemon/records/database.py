"""The database: the only way to write, and reading that never stands in a writer's way.

SQLite (one file, WAL) or PostgreSQL through psycopg. The same code runs on both.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from daemon.errors import ReplydError
from daemon.records import migrations

BUSY_TIMEOUT_MS = 10_000
"""How long a write waits for another process; inside one process the lock waits without a limit."""

DATABASE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
)
WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit survives a power cut; NORMAL may lose the last ones
    "PRAGMA secure_delete = ON",  # what is erased is overwritten with zeros in the file's pages
)


class BadDatabaseUrl(ReplydError):  # noqa: N818  the name is what went wrong
    """A database URL that is neither a SQLite file nor PostgreSQL."""

    permanent = True


class DatabaseOutdated(ReplydError):  # noqa: N818  the name is what went wrong
    """A database that is missing, or was made by another version of replyd."""

    permanent = True


class NestedWriteError(RuntimeError):
    """A fault of the program: a thread that is writing asked to write again, and would wait for itself for ever."""


class Database:
    """One database, opened once per process and passed to whoever needs it; open it with `Database.open`."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._writing_thread: int | None = None
        if self.is_postgresql:
            self._writer = _postgresql_engine(url)
            self._reader: Engine = self._writer.execution_options(
                isolation_level="REPEATABLE READ",  # one look, as SQLite gives it; a reader never fails for it
                postgresql_readonly=True,
            )
        else:
            self._writer = _sqlite_engine(self._path, "BEGIN IMMEDIATE", WRITER_PRAGMAS)
            self._reader = _sqlite_engine(self._path, "BEGIN", ("PRAGMA query_only = ON",))

    @classmethod
    def open(cls, url: str) -> "Database":
        """Open `sqlite:////absolute/path.db` or `postgresql+psycopg://...`; nothing is connected or created yet."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise BadDatabaseUrl(
                "the database URL cannot be read; write sqlite:////var/lib/replyd/replyd.db or "
                "postgresql+psycopg://user@host/name"
            ) from None  # the text may hold a password
        backend = parsed.get_backend_name()
        if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
            return cls(parsed)
        if backend == "postgresql":
            return cls(parsed.set(drivername="postgresql+psycopg"))
        raise BadDatabaseUrl(f"a {backend} database of this kind cannot be used; name a SQLite file or PostgreSQL")

    @property
    def is_postgresql(self) -> bool:
        """Whether many processes may write at once, and rows can be locked one by one."""
        return self._url.get_backend_name() == "postgresql"

    @property
    def _path(self) -> Path:
        return Path(self._url.database or "").absolute()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction of writing: committed at the end, rolled back when an exception leaves the block.

        One writer at a time in this process; other processes wait at most BUSY_TIMEOUT_MS on SQLite. Keep it short:
        no parsing, no network, no rendering inside. Raises NestedWriteError instead of waiting for itself.
        """
        with self._exclusively(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look that never blocks a writer; the database refuses every change made through it."""
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        me = threading.get_ident()
        if self._writing_thread == me:
            raise NestedWriteError("Database.write() inside Database.write(): pass the session on instead")
        with self._lock:
            self._writing_thread = me
            try:
                yield
            finally:
                self._writing_thread = None

    def upgrade(self) -> None:
        """Bring the schema to the newest version, creating a SQLite file if there is none.

        Everything happens in one transaction that other processes wait for, so that two may start at once.
        """
        if not self.is_postgresql:
            _create_private_file(self._path)
        with self._exclusively(), self._writer.connect() as connection:
            if self.is_postgresql:
                _upgrade_postgresql(connection)
            else:
                _upgrade_sqlite(connection)

    def schema_version(self) -> str | None:
        """The revision that the database is at; None when there is no database or nothing in it."""
        if not self.is_postgresql and not self._path.exists():
            return None
        with self._reader.connect() as connection:
            return migrations.current(connection)

    def check(self) -> None:
        """Raise DatabaseOutdated unless the schema is the one that this version of replyd works with."""
        found, wanted = self.schema_version(), migrations.head()
        if found is None:
            raise DatabaseOutdated(f"there is no replyd database at {self._shown}; run `replyd init` to create it")
        if found != wanted:
            raise DatabaseOutdated(
                f"the database at {self._shown} has schema {found}, this version needs {wanted}; make a backup and "
                "run `replyd init` to upgrade it, then `replyd check`"
            )

    @property
    def _shown(self) -> str:
        return self._url.render_as_string(hide_password=True) if self.is_postgresql else str(self._path)

    def sweep(self) -> bool:
        """After an erasure: drop what the database itself still keeps of deleted rows; whether that is done.

        SQLite zeroes deleted rows in the file, but its log keeps their bytes until it is folded in and cut to nothing;
        False while a reader or another process holds on to it: try again later. PostgreSQL frees the rows' space by
        VACUUM; their bytes stay in its pages and its log until they are overwritten, which encryption has to answer.
        """
        with self._exclusively(), self._writer.connect() as connection:
            if self.is_postgresql:
                connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
                return True
            with closing(connection.connection.cursor()) as outside_transactions:
                outside_transactions.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy, *_ = outside_transactions.fetchall()[0]
                return bool(busy == 0)

    def close(self) -> None:
        """Close all connections; SQLite folds its write-ahead log into the file with the last one."""
        self._reader.dispose()
        self._writer.dispose()


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "replyd"},
    )


def _sqlite_engine(path: Path, begin: str, pragmas: tuple[str, ...]) -> Engine:
    """An engine that never creates a file, and begins its transactions itself.

    The sqlite3 module begins only before a write, too late for a consistent look and as a lock that fails under load.
    """
    url = URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})
    engine = create_engine(url, hide_parameters=True, max_overflow=-1, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (*DATABASE_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _create_private_file(path: Path) -> None:
    """An empty file for its owner only; SQLite gives the same mode to the log files beside it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _upgrade_postgresql(connection: Connection) -> None:
    with connection.begin():
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({migrations.ADVISORY_LOCK})")
        migrations.upgrade(connection)


def _upgrade_sqlite(connection: Connection) -> None:
    """Foreign keys sleep meanwhile: rebuilding a table, SQLite's way to alter it, would delete its children."""
    with closing(connection.connection.cursor()) as outside_transactions:
        outside_transactions.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                migrations.upgrade(connection)
                _refuse_orphans(connection)
        finally:
            outside_transactions.execute("PRAGMA foreign_keys = ON")


def _refuse_orphans(connection: Connection) -> None:
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise DatabaseOutdated(
            f"the upgrade would leave rows of {orphan[0]} without their parent, so nothing was changed; "
            "restore a backup, or ask for help with this message"
        )

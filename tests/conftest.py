"""Fixtures that tests of more than one package share."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from daemon.mail.imap import Mailbox
from daemon.records.database import Database
from tests.servers import ports
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.dovecot import Dovecot, DovecotUser, dovecot_program
from tests.servers.postgresql import PostgresServer
from tests.servers.postgresql import ServerMissingError as PostgresMissingError
from tests.servers.postgresql import running as running_postgresql
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp_sink import SmtpSink

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


# --- mail servers: real ones on loopback, and two that misbehave on request ---


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Key and certificate for 127.0.0.1 and localhost."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def dovecot(certificate: Certificate) -> Iterator[Dovecot]:
    """One Dovecot for each worker; skips where there is none, or fails if REPLYD_FORBID_SKIPS=1."""
    program = dovecot_program()
    if program is None:
        (pytest.fail if os.environ.get("REPLYD_FORBID_SKIPS") == "1" else pytest.skip)(
            "Dovecot is not installed: run `make servers`"
        )
    server = Dovecot(program, certificate)
    yield server
    server.stop()


@pytest.fixture
def dovecot_user(dovecot: Dovecot) -> DovecotUser:
    """A fresh, empty mailbox with INBOX and Sent."""
    return dovecot.add_user()


@pytest.fixture
def mailbox(dovecot_user: DovecotUser) -> Iterator[Mailbox]:
    """An open connection to `dovecot_user`'s mailbox."""
    with Mailbox.connect(dovecot_user.login()) as opened:
        yield opened


@pytest.fixture
def own_address() -> str:
    """An address of this machine that is not loopback; skips where there is none."""
    address = ports.own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback")
    return address


@pytest.fixture
def scripted_imap() -> Iterator[ScriptedImap]:
    """An IMAP server that records every command and answers as it is told."""
    server = ScriptedImap()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """An SMTP server in clear text on loopback that keeps what it accepts."""
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()

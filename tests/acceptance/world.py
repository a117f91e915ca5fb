"""A firm with a mailbox, a mail server, contacts and the installed `replyd`, all of it real."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from daemon.records import Record
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Keys, Vault, verify_keys
from daemon.rights.sign_off import sign_off
from responses.rendering import Templates
from tests.acceptance.forks import Forks
from tests.servers.dovecot import PASSWORD, DovecotUser
from tests.servers.postgresql import PostgresServer
from tests.servers.smtp_sink import SmtpSink

REPLYD = Path(sys.executable).with_name("replyd")
HERE = Path(__file__).parent
CONTACTS = HERE / "contacts.csv"

SETTINGS = """
[replyd]
data = "{data}"
database = "{database}"
mode = "{mode}"
auto = {auto}

[account]
name = "sales"
address = "sales@firm.example"

[account.imap]
host = "127.0.0.1"
port = {imap_port}
user = "{user}"
password = "{password}"
cafile = "{cafile}"

[account.smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"

[account.controller]
name = "Beispiel Software GmbH"
seat = "Musterweg 1, 10115 Berlin, Germany"
country = "DE"
email = "privacy@firm.example"
officer = "Dr. Erika Muster, dpo@firm.example"
authority = "Berlin Commissioner for Data Protection"
storage_countries = ["DE"]

[letters]
settling_s = 0

[policy]
letters_per_domain_1_hour = 1000
letters_1_hour = 10000

[run]
poll_s = 1

[log]
level = "debug"
"""

ALL_LETTERS = tuple(
    f"{intent}:{language}" for intent in ("opt_out", "data_source", "access") for language in ("en", "de")
)


def environment() -> dict[str, str]:
    """Ours without what steers the tests; one thread for numbers, since the machine runs other tests."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("REPLYD_")}
    return {**inherited, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def replies() -> list[bytes]:
    """One reply of each kind, in the order of their names; as a server hands them out."""
    return [as_sent(path) for path in sorted((HERE / "replies").glob("*.eml"))]


def as_sent(path: Path) -> bytes:
    """The mail in a file, with the line ends of the wire (RFC 5322 section 2.1)."""
    return path.read_bytes().replace(b"\n", b"\r\n")


@dataclass
class World:
    """One installation in a directory of its own."""

    directory: Path
    database_url: str
    user: DovecotUser
    sink: SmtpSink
    mode: str = "auto"
    auto: Sequence[str] = ALL_LETTERS
    imap_port: int | None = None
    server: PostgresServer | None = None
    """Where the database is; None for SQLite."""
    forks: Forks | None = None
    """What `run_once` starts from, when the imports of the installed command were paid for elsewhere."""

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.directory / "replyd.toml"

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.directory / "data"

    @property
    def keys(self) -> Keys:
        """The keys of this installation."""
        return Keys.load(self.data / "keys")

    @property
    def digester(self) -> Digester:
        """What turns an address into what stands in pauses and suppressions."""
        return Digester(self.keys)

    @property
    def vault(self) -> Vault:
        """What opens stored mail."""
        return Vault(self.keys)

    def found(self) -> None:
        """Make keys, database and settings, as `replyd init` does."""
        self.data.mkdir(mode=0o700, parents=True)
        self.write_settings()
        keys = Keys.create(self.data / "keys")
        database = Database.open(self.database_url)
        database.upgrade()
        with database.write() as session:
            verify_keys(session, keys)
            for language in ("en", "de"):
                sign_off(session, Templates(), language, by="owner", now=datetime.now(UTC))
        database.close()

    def write_settings(self) -> None:
        """Write the settings file, for its owner only."""
        text = SETTINGS.format(
            data=self.data, database=self.database_url, mode=self.mode, auto=json.dumps(list(self.auto)),
            imap_port=self.imap_port or self.user.server.tls_port, user=self.user.name, password=PASSWORD,
            cafile=self.user.server.certificate.cert, smtp_port=self.sink.port,
        )  # fmt: skip
        self.settings.write_text(text)
        self.settings.chmod(0o600)

    def command(self, *arguments: str) -> list[str]:
        """The installed command with our settings."""
        return [str(REPLYD), "--config", str(self.settings), *arguments]

    def replyd(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the installed command as a process of its own."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=environment(), timeout=120, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def run_once(self, *, code: int = 0) -> str:
        """Run the service over what is there, until nothing is left; returns its log."""
        return self._forked_or_started("run", "--once", code=code)

    def import_contacts(self) -> None:
        """The contacts of contacts.csv, how their data came, and the first mail that went to each."""
        self._forked_or_started("contacts", "import", str(CONTACTS), code=0)

    def _forked_or_started(self, *arguments: str, code: int) -> str:
        if self.forks is None:
            done = self.replyd(*arguments, check=False)
            ended, log = done.returncode, done.stderr
        else:
            path = self.directory / "forked.log"
            path.unlink(missing_ok=True)
            ended = self.forks.run(self.command(*arguments)[1:], path)
            log = path.read_text()
        assert ended == code, f"{arguments} ended with {ended}:\n{log}"
        return log

    def once(self) -> list[str]:
        """What `run_once` calls `replyd` with."""
        return self.command("run", "--once")[1:]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """`replyd run` in the background; killed at the end if it is still there. Its log is `log`."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(self.command("run"), stderr=log, env=environment())
        try:
            until(lambda: '"running"' in self.log.read_text(), process=process)
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def log(self) -> Path:
        """What the process in the background logged."""
        return self.directory / "log"

    def rows(self, statement: Any) -> list[Any]:
        """What a query finds in the database."""
        database = Database.open(self.database_url)
        try:
            with database.read() as session:
                return list(session.execute(statement).all())
        finally:
            database.close()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, except for leases, which are renewed by every run."""
        tables = [table for table in Record.metadata.sorted_tables if table.name != "leases"]
        renewed = {"lease_token", "lease_until", "polled_at"}
        columns = {table.name: [column for column in table.c if column.name not in renewed] for table in tables}
        return {name: sorted(map(tuple, self.rows(select(*chosen))), key=repr) for name, chosen in columns.items()}


def until(true: Callable[[], bool], *, seconds: float = 30, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait until something is true; fails when it takes too long or the process has ended."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        assert process is None or process.poll() is None, f"the process ended with {process.returncode}"
        time.sleep(0.05)


def terminated(process: subprocess.Popen[bytes], *, seconds: float = 10) -> int:
    """The exit code after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    return process.wait(seconds)

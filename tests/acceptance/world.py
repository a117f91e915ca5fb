"""A firm with a mailbox, a mail server, contacts and the installed `replyd`, all of it real."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemon.records.database import Database
from daemon.records.encryption import Keys, verify_keys
from tests.servers.dovecot import PASSWORD, DovecotUser
from tests.servers.smtp_sink import SmtpSink

REPLYD = Path(sys.executable).with_name("replyd")

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
"""

ALL_LETTERS = tuple(f"{intent}:{language}" for intent in ("opt_out", "data_source", "access") for language in ("en", "de"))


@dataclass
class World:
    """One installation in a directory of its own."""

    directory: Path
    database_url: str
    user: DovecotUser
    sink: SmtpSink
    mode: str = "auto"
    auto: Sequence[str] = ALL_LETTERS
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Path:
        """The settings file."""
        return self.directory / "replyd.toml"

    def found(self) -> None:
        """Make keys, database and settings, as `replyd init` does."""
        data = self.directory / "data"
        data.mkdir(mode=0o700, parents=True)
        text = SETTINGS.format(
            data=data, database=self.database_url, mode=self.mode, auto=json.dumps(list(self.auto)),
            imap_port=self.user.server.tls_port, user=self.user.name, password=PASSWORD,
            cafile=self.user.server.certificate.cert, smtp_port=self.sink.port,
        )  # fmt: skip
        self.settings.write_text(text)
        self.settings.chmod(0o600)
        keys = Keys.create(data / "keys")
        database = Database.open(self.database_url)
        database.upgrade()
        with database.write() as session:
            verify_keys(session, keys)
        database.close()

    def replyd(self, *arguments: str, prefix: Sequence[str] = (), check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the installed command as a process of its own."""
        command = [*prefix, str(REPLYD), "--config", str(self.settings), *arguments]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", **self.environment}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600, check=False)
        if check and done.returncode:
            raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def run_once(self, *, prefix: Sequence[str] = (), check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the service over what is there, until nothing is left."""
        return self.replyd("run", "--once", prefix=prefix, check=check)

    def rows(self, statement: Any) -> list[Any]:
        """What a query finds in the database."""
        database = Database.open(self.database_url)
        try:
            with database.read() as session:
                return list(session.execute(statement).all())
        finally:
            database.close()

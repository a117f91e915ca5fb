"""The stage: a directory, keys, a database, two servers and settings, made for one demonstration and then removed."""

import imaplib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon import log
from daemon.demo.imap_server import MailboxAddress, mailbox
from daemon.demo.smtp_server import Submitted, submission_server
from daemon.records.database import Database
from daemon.records.encryption import Keys
from daemon.rights.sign_off import sign_off
from daemon.settings import Settings
from responses.rendering import Templates

ACCOUNT = "sales@firm.example"
LANGUAGES = ("en", "de")
INTENTS = ("opt_out", "data_source", "access")
"""Intents whose letters leave without a key here, in every one of the languages."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demonstration plays on."""

    settings: Settings
    mailbox: MailboxAddress
    submitted: Submitted


@contextmanager
def stage() -> Iterator[Stage]:
    """Set everything up; nothing of it is left when the block ends."""
    with (
        TemporaryDirectory(prefix="replyd-demo-") as directory,
        (Path(directory) / "demo.log").open("w", encoding="utf-8") as log_file,
        mailbox(ACCOUNT) as box,
        submission_server() as submitted,
    ):
        log.configure(stream=log_file)
        settings = settings_for(Path(directory), box, submitted.port)
        Keys.create(settings.data / "keys")
        database = Database.open(settings.database_url)
        database.upgrade()
        with database.write() as session:
            for language in LANGUAGES:
                sign_off(session, Templates(), language, by="demo", now=datetime.now(UTC))
        database.close()
        with _connected(box) as connection:
            connection.create("Sent")
        yield Stage(settings, box, submitted)


def settings_for(data: Path, box: MailboxAddress, smtp_port: int) -> Settings:
    """The settings an owner of this firm would have written, with the two servers of the demonstration."""
    return Settings.model_validate(
        {
            "replyd": {
                "data": data,
                "mode": "auto",
                "auto": [f"{intent}:{language}" for intent in INTENTS for language in LANGUAGES],
            },
            "account": {
                "name": "sales",
                "address": ACCOUNT,
                "imap": {
                    "host": box.host,
                    "port": box.port,
                    "user": box.user,
                    "password": box.password,
                    "tls": "none",
                    "sent_folder": "Sent",
                },
                "smtp": {"host": box.host, "port": smtp_port, "tls": "none"},
                "controller": {
                    "name": "Beispiel Software GmbH",
                    "seat": "Musterstraße 12, 80331 München, Germany",
                    "country": "DE",
                    "email": "privacy@firm.example",
                    "authority": "Bayerisches Landesamt für Datenschutzaufsicht, Promenade 18, 91522 Ansbach",
                    "storage_countries": ["DE"],
                },
            },
            "letters": {"settling_s": 0},
            "run": {"poll_s": 5},
        }
    )


def deliver(box: MailboxAddress, mails: Iterable[bytes]) -> None:
    """Put mails into the inbox, as arrived just now, over the socket."""
    arrived = imaplib.Time2Internaldate(datetime.now(UTC))
    with _connected(box) as connection:
        for mail in mails:
            connection.append("INBOX", "", arrived, mail)


@contextmanager
def _connected(box: MailboxAddress) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(box.host, box.port) as connection:
        connection.login(box.user, box.password)
        yield connection

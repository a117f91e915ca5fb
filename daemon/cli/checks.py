"""Whether an installation can work: one small question each, none of which changes or sends anything."""

import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from classifiers.model import ReplyClassifier
from classifiers.registry import UnusableModel, shipped_path
from daemon.cli import checks_letters, checks_mail
from daemon.cli.finding import Finding, fail, ok, warn
from daemon.errors import ReplydError
from daemon.records import Reply
from daemon.records.database import Database
from daemon.records.encryption import Keys, verify_keys
from daemon.settings import Settings
from daemon.wiring import STOP_FILE

MIB = 1024 * 1024
LITTLE_SPACE_BYTES, NO_SPACE_BYTES = 1024 * MIB, 100 * MIB

Question = Callable[[Settings], Iterator[Finding]]


def findings(settings: Settings, file: Path | None, now: datetime) -> Iterator[Finding]:
    """Every finding, in the order in which things are needed; a question that breaks is a finding itself."""
    questions: tuple[tuple[str, str, Question], ...] = (
        ("settings", "", lambda s: _settings(s, file)),
        ("keys", "", _keys),
        ("database", "", lambda s: _database(s, now)),
        ("model", "", _model),
        ("templates", "", checks_letters.templates),
        ("sign_offs", "", checks_letters.sign_offs),
        ("systems", "", checks_letters.systems),
        ("suppressed", "", checks_letters.suppressed_list),
        ("contacts", "", lambda s: checks_letters.contacts(s, now)),
        *_mail_questions(settings, now),
        ("disk", "", _disk),
        ("headers", "", _headers),
    )
    for name, account, question in questions:
        yield from (replace(finding, account=account) for finding in _answers(name, question, settings))


def _answers(name: str, question: Question, settings: Settings) -> Iterator[Finding]:
    try:
        yield from question(settings)
    except ReplydError as error:
        yield fail(name, str(error))
    except (OSError, SQLAlchemyError) as error:
        yield fail(name, f"cannot be looked at ({type(error).__name__})", "is it there, and whose is it?")


def _mail_questions(settings: Settings, now: datetime) -> Iterator[tuple[str, str, Question]]:
    for name in settings.accounts:
        yield "mailbox", name, partial(checks_mail.mailbox, account=name, now=now)
        yield "submission", name, partial(checks_mail.submission, account=name)


def _settings(settings: Settings, file: Path | None) -> Iterator[Finding]:
    yield ok("settings", f"read from {file or 'the environment'}; mode {settings.replyd.mode}")
    if file and stat.S_IMODE(file.stat().st_mode) & 0o077 and "password =" in file.read_text("utf-8"):
        yield warn("settings", f"{file} holds a password, and others can read it", f"chmod 600 {file}")
    if (settings.data / STOP_FILE).exists():
        yield warn("pause", "nothing leaves", "replyd pause --off")


def _keys(settings: Settings) -> Iterator[Finding]:
    keys = Keys.load(settings.data / "keys")
    yield ok("keys", f"{len(keys.masters)} master, {len(keys.suppression)} suppression")


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    with closing(Database.open(settings.database_url)) as database:
        database.check()
        yield ok("database", f"schema {database.schema_version()}")
        with database.read() as session:
            verify_keys(session, Keys.load(settings.data / "keys"))
            yield ok("keys", "they are those of this database")
            newest = session.scalar(select(func.max(Reply.stored_at)))
    if newest is not None and newest > now + checks_mail.CLOCK_TOLERANCE:
        yield fail("clock", f"it is behind the newest stored mail by {newest - now}", "set the clock; is NTP running?")
    else:
        yield ok("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _model(settings: Settings) -> Iterator[Finding]:
    promoted = settings.data / "model" / shipped_path().name
    try:
        model = ReplyClassifier.load(promoted if promoted.exists() else shipped_path())
    except UnusableModel as error:
        yield fail("model", f"{error} Every reply goes to a person meanwhile", "replyd train")
    else:
        yield ok("model", model.version)


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.data).free
    said = f"{free // MIB:,} MiB free in {settings.data}"
    if free < NO_SPACE_BYTES:
        yield fail("disk", said, "make room: mail cannot be stored without it")
    elif free < LITTLE_SPACE_BYTES:
        yield warn("disk", said, "make room soon")
    else:
        yield ok("disk", said)


def injects_headers() -> bool:
    """Whether this Python makes a header field of its own out of an encoded line break (CVE-2024-6923 and later)."""
    message = EmailMessage(policy=SMTP)
    try:
        message["Subject"] = "Re: =?UTF-8?Q?x=0ABcc:_probe=40example.com?= \u00e9"
        written = message.as_bytes()
    except ValueError:
        return False
    return b"\nbcc:" in written.lower()


def _headers(_settings: Settings) -> Iterator[Finding]:
    if injects_headers():
        yield ok("headers", "this Python lets a subject add header fields; our own guard stops that")
    else:
        yield ok("headers", "this Python keeps line breaks out of header fields, and so does our own guard")

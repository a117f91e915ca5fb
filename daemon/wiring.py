"""The wiring: from settings to the parts of the daemon, made once and passed on."""

import fcntl
import os
import random
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select

from classifiers.model import ReplyClassifier
from classifiers.prediction import Classifier
from classifiers.reading.automatic import Ours
from classifiers.registry import UnusableModel, shipped_path
from classifiers.rules import RulesOnly
from daemon.clock import Clock
from daemon.decisions.choices import Mode
from daemon.errors import ReplydError
from daemon.mail.intake import Intake
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_folder import SentFolder
from daemon.outbox.deliver import Post, no_copy
from daemon.pipeline import Pipeline
from daemon.records import Account
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Keys, Vault, verify_keys
from daemon.settings import Settings
from daemon.understanding import Reader
from responses.rendering import Templates

log = structlog.get_logger()

STOP_FILE = "paused"
"""While a file of this name stands in the data directory, nothing leaves (`replyd pause`)."""


class AlreadyRunning(ReplydError):  # noqa: N818  an outcome that callers name
    """Another `replyd run` uses this data directory."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that was wired."""

    database: Database
    vault: Vault
    digester: Digester
    clock: Clock
    node: str
    intake: Intake
    pipeline: Pipeline
    post: Post
    sent_folder: SentFolder


@contextmanager
def wired(settings: Settings, clock: Clock) -> Iterator[Parts]:
    """Open keys, database, model and sandbox, and put them together; everything is closed at the end."""
    with ExitStack() as stack:
        keys = Keys.load(settings.data / "keys")
        database = Database.open(settings.database_url)
        stack.callback(database.close)
        database.check()
        with database.write() as session:
            verify_keys(session, keys)
        account = mirrored_account(database, settings)
        yield _parts(settings, clock, stack, database, keys, account)


def _parts(
    settings: Settings, clock: Clock, stack: ExitStack, database: Database, keys: Keys, account: Account
) -> Parts:
    vault, digester, node = Vault(keys), Digester(keys), node_of(settings.data)
    templates = Templates((settings.letters.templates,) if settings.letters.templates else ())
    sandbox = stack.enter_context(Sandbox())
    ours = Ours(frozenset(map(str.lower, (account.address, *account.aliases))), frozenset())
    reader = Reader(database, vault, sandbox, usable_classifier(settings.data), ours)
    sent_folder = SentFolder(settings.imap_login(), settings.account.imap.sent_folder)
    stack.callback(sent_folder.close)
    settling = timedelta(seconds=settings.letters.settling_s)
    return Parts(
        database=database,
        vault=vault,
        digester=digester,
        clock=clock,
        node=node,
        intake=Intake(
            database,
            vault,
            digester,
            clock,
            node,
            account.id,
            settings.account.imap.folder,
            settings.account.imap.max_mail_bytes,
            timedelta(seconds=settings.run.lease_s),
        ),
        pipeline=Pipeline(database, vault, digester, reader, clock, node, settings.choices(), settling),
        post=Post(
            database,
            vault,
            clock,
            node,
            templates,
            stopped=lambda: settings.replyd.mode is Mode.SHADOW or (settings.data / STOP_FILE).exists(),
            chance=random.random,
            keep_copy=sent_folder.keep if settings.letters.save_sent else no_copy,
            in_sent=sent_folder.holds,
        ),
        sent_folder=sent_folder,
    )


def usable_classifier(data: Path) -> Classifier:
    """The promoted model, or the shipped one; the rules alone, and every reply to a person, when it is refused."""
    promoted = data / "model" / shipped_path().name
    try:
        return ReplyClassifier.load(promoted if promoted.exists() else shipped_path())
    except UnusableModel as error:
        log.critical("model_refused", error=type(error).__name__)
        return RulesOnly()


def mirrored_account(database: Database, settings: Settings) -> Account:
    """The account's row, made or brought up to date with the settings."""
    chosen, controller = settings.account, settings.account.controller
    with database.write() as session:
        row = session.scalar(select(Account).where(Account.name == chosen.name)) or Account(name=chosen.name)
        row.address, row.aliases = chosen.address, list(chosen.aliases)
        row.controller_name, row.controller_seat = controller.name, controller.seat
        row.controller_country, row.controller_email = controller.country, controller.email
        row.representative, row.officer, row.authority = (
            controller.representative,
            controller.officer,
            controller.authority,
        )
        row.storage_countries = list(controller.storage_countries) or None
        row.safeguards = controller.safeguards
        session.add(row)
    return row


def node_of(data: Path) -> str:
    """The name of this installation among those that share a database: random, kept in the data directory."""
    path = data / "node"
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(f"{secrets.token_hex(6)}\n", "ascii")
        fresh.rename(path)
    return path.read_text("ascii").strip()


@contextmanager
def only_runner(data: Path) -> Iterator[None]:
    """Hold the data directory for one `replyd run`; whatever an earlier one left claimed is then free to take back."""
    with (data / "run.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(f"another `replyd run` uses {data}; stop it first, or give this one its own") from None
        yield

"""The wiring: from settings to the parts of the daemon, made once and passed on."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from classifiers.model import ReplyClassifier
from classifiers.prediction import Classifier
from classifiers.reading.automatic import Ours
from classifiers.registry import UnusableModel, shipped_path
from classifiers.rules import RulesOnly
from daemon.clock import Clock
from daemon.decisions.choices import Mode
from daemon.errors import ReplydError
from daemon.mail.codes import Codes
from daemon.mail.sandbox import Sandbox
from daemon.mirror import mirror_accounts, mirror_assessments, own_addresses, removed_accounts
from daemon.outbox.deliver import Post
from daemon.pipeline import Pipeline
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Keys, Vault, verify_keys
from daemon.rights.challenges import Challenges
from daemon.rights.erasure_clockwork import Erasures
from daemon.rights.suppressed_list import MEMORY, SuppressedFile
from daemon.settings import Settings
from daemon.understanding import Reader
from daemon.wired_account import AccountWiring, WiredAccount
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
    pipeline: Pipeline
    accounts: tuple[WiredAccount, ...]
    removed: tuple[Post, ...]
    """For each account that is gone from the settings: what to do about its letters."""
    erasures: Erasures
    challenges: Challenges
    suppressed_file: SuppressedFile


@contextmanager
def wired(settings: Settings, clock: Clock) -> Iterator[Parts]:
    """Open keys, database, model and sandbox, and put them together; everything is closed at the end."""
    with ExitStack() as stack:
        keys = Keys.load(settings.data / "keys")
        database = Database.open(settings.database_url)
        stack.callback(database.close)
        database.check()
        yield _parts(settings, clock, stack, database, keys)


def _parts(settings: Settings, clock: Clock, stack: ExitStack, database: Database, keys: Keys) -> Parts:
    vault, digester, node = Vault(keys), Digester(keys), node_of(settings.data)
    with database.write() as session:
        verify_keys(session, keys)
        rows = mirror_accounts(session, settings.accounts)
        mirror_assessments(session, settings.assessments)
        ours, removed = Ours(own_addresses(session), frozenset()), removed_accounts(session, rows)
    sandbox = stack.enter_context(Sandbox())
    templates = Templates((settings.letters.templates,) if settings.letters.templates else ())
    codes = Codes(database, vault, digester, templates)
    reader = Reader(database, vault, sandbox, usable_classifier(settings.data), ours, digester, codes)
    wiring = AccountWiring(
        settings, database, vault, digester, clock, node, templates, sandbox, lambda: held_back(settings)
    )
    systems, settling = tuple(settings.systems.values()), timedelta(seconds=settings.letters.settling_s)
    return Parts(
        database=database,
        vault=vault,
        digester=digester,
        clock=clock,
        node=node,
        pipeline=Pipeline(
            database,
            vault,
            digester,
            reader,
            clock,
            node,
            settings.choices(),
            settling,
            systems=systems,
            grace_working_days=settings.erasure.grace_working_days,
            templates=templates,
        ),
        accounts=tuple(wiring.account(name, row.id, stack) for name, row in rows.items()),
        removed=tuple(wiring.removed(row.id) for row in removed),
        erasures=Erasures(database, vault, digester, clock, settling, systems),
        challenges=Challenges(database, clock),
        suppressed_file=SuppressedFile(
            database, vault, digester, clock, settings.suppressed_list, settings.data / MEMORY
        ),
    )


def held_back(settings: Settings) -> bool:
    """Whether nothing may leave now: in shadow mode, or after `replyd pause`."""
    return settings.replyd.mode is Mode.SHADOW or (settings.data / STOP_FILE).exists()


def usable_classifier(data: Path) -> Classifier:
    """The promoted model, or the shipped one; the rules alone, and every reply to a person, when it is refused."""
    promoted = data / "model" / shipped_path().name
    try:
        return ReplyClassifier.load(promoted if promoted.exists() else shipped_path())
    except UnusableModel as error:
        log.critical("model_refused", error=type(error).__name__)
        return RulesOnly()


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

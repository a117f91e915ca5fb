"""What is wired once for each account: who reads it, who delivers its letters, and its folder of sent mail."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

from daemon.clock import Clock
from daemon.mail.intake import Intake
from daemon.mail.sandbox import Sandbox
from daemon.mail.sent_folder import SentFolder
from daemon.mail.sent_intake import SentIntake
from daemon.outbox.deliver import Post, in_no_folder, no_copy
from daemon.records.database import Database
from daemon.records.digests import Digester
from daemon.records.encryption import Vault
from daemon.settings import Settings
from daemon.settings_login import Login
from daemon.settings_sections import Imap
from responses.rendering import Templates


@dataclass(frozen=True, slots=True)
class WiredAccount:
    """One account at work."""

    name: str
    login: Login
    intakes: tuple[Intake, ...]
    """One for each folder, in the order of the settings."""
    post: Post
    sent_folder: SentFolder
    sent_intake: SentIntake | None
    """Reads what was sent; None where the owner does not want that."""


@dataclass(frozen=True, slots=True)
class AccountWiring:
    """What the parts of every account share."""

    settings: Settings
    database: Database
    vault: Vault
    digester: Digester
    clock: Clock
    node: str
    templates: Templates
    sandbox: Sandbox
    stopped: Callable[[], bool]

    def account(self, name: str, account_id: int, stack: ExitStack) -> WiredAccount:
        """The parts of the account of this name; its connections are closed with the stack."""
        account, login = self.settings.accounts[name], self.settings.logins[name]
        sent_folder = SentFolder(login.imap(), account.imap.sent_folder)
        stack.callback(sent_folder.close)
        return WiredAccount(
            name=name,
            login=login,
            intakes=tuple(self._intake(account_id, folder, account.imap) for folder in account.imap.folders),
            post=self._post(account_id, sent_folder),
            sent_folder=sent_folder,
            sent_intake=self._sent_intake(account_id, account.imap) if account.imap.read_sent else None,
        )

    @property
    def _lease(self) -> timedelta:
        return timedelta(seconds=self.settings.run.lease_s)

    def _intake(self, account_id: int, folder: str, imap: Imap) -> Intake:
        return Intake(
            self.database,
            self.vault,
            self.digester,
            self.clock,
            self.node,
            account_id,
            folder,
            imap.max_mail_bytes,
            self._lease,
        )

    def _sent_intake(self, account_id: int, imap: Imap) -> SentIntake:
        return SentIntake(
            self.database,
            self.vault,
            self.sandbox,
            self.clock,
            self.node,
            account_id,
            imap.sent_folder,
            imap.sent_days,
            lease=self._lease,
        )

    def removed(self, account_id: int) -> Post:
        """What is left of an account that the settings know no more: nothing leaves, and nothing is looked up."""
        return self._post(account_id, None)

    def _post(self, account_id: int, sent_folder: SentFolder | None) -> Post:
        copies = self.settings.letters.save_sent and sent_folder is not None
        return Post(
            self.database,
            self.vault,
            self.clock,
            self.node,
            self.templates,
            stopped=self.stopped,
            chance=random.random,
            keep_copy=sent_folder.keep if sent_folder and copies else no_copy,
            in_sent=sent_folder.holds if sent_folder else in_no_folder,
            account_id=account_id,
        )

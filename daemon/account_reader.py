"""Reading one account: what was sent from it, then its folders in turn, then waiting; whatever breaks, it comes back.

Each account has a reader and a thread of its own, so that a server that is away or a password that is wrong keeps no
other account waiting.
"""

import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import structlog

from daemon.clock import Clock
from daemon.errors import ReplydError
from daemon.mail.backoff import retry_delay
from daemon.mail.errors import FolderRefused, LoginRefused
from daemon.mail.imap import Mailbox
from daemon.mail.intake import LeaseLost
from daemon.mail.sent_intake import MOST
from daemon.settings_sections import Run
from daemon.silence import Silence
from daemon.wired_account import WiredAccount

log = structlog.get_logger()


class AccountReader:
    """One thread's work. `interrupt` and `shout_when_silent` may be called from others."""

    def __init__(self, account: WiredAccount, run: Run, clock: Clock, stopping: threading.Event) -> None:
        self.name = account.name
        self._account = account
        self._run = run
        self._clock = clock
        self._stopping = stopping
        self._silence = Silence(run, clock())
        self._mailbox: Mailbox | None = None
        self._failures = 0

    def read_once(self) -> int:
        """Take in what is there now; returns how many mails were stored. Raises whatever stands in the way."""
        with self._named(), Mailbox.connect(self._account.login.imap()) as mailbox:
            while self._more_was_sent(mailbox):
                pass
            return self._take_in(mailbox)

    def read_on(self, arrived: Callable[[], object]) -> None:
        """Read until the service stops; `arrived` is called when mail was stored."""
        with self._named():
            while not self._stopping.is_set():
                try:
                    with Mailbox.connect(self._account.login.imap()) as self._mailbox:
                        self._read_until_lost(self._mailbox, arrived)
                except Exception as error:  # noqa: BLE001  it may be this account's alone: the others go on
                    self._failures += 1
                    self.missed(error)
                    self._stopping.wait(retry_delay(self._failures, random.random()).total_seconds())  # noqa: S311  a spread
                finally:
                    self._mailbox = None

    def interrupt(self) -> None:
        """End a wait for mail; safe in a signal's handler."""
        if (mailbox := self._mailbox) is not None:
            mailbox.interrupt()

    def missed(self, error: Exception) -> None:
        """Say why the mailbox is not read; a refused login is an error at once, for only a person can end it."""
        if isinstance(error, LoginRefused):
            log.error("mailbox_login_refused", error=type(error).__name__)
        elif isinstance(error, ReplydError):
            log.warning("mailbox_lost", error=type(error).__name__, permanent=error.permanent)
        else:
            log.critical("mailbox_failed", exc_info=error)
        if isinstance(error, LeaseLost):
            self._silence.heard(self._clock())  # another node reads it

    def shout_when_silent(self) -> None:
        """An error whenever the account was not read for the time that is set, whatever the reason."""
        if minutes := self._silence.alarm(self._clock()):
            log.error("intake_silent", account=self.name, minutes=minutes)

    def _read_until_lost(self, mailbox: Mailbox, arrived: Callable[[], object]) -> None:
        while not self._stopping.is_set():
            more_was_sent = self._more_was_sent(mailbox)
            if self._take_in(mailbox):
                arrived()
            self._failures = 0
            if more_was_sent:
                continue
            if self._run.idle:
                mailbox.wait(self._run.poll_s)
            else:
                self._stopping.wait(self._run.poll_s)

    def _more_was_sent(self, mailbox: Mailbox) -> bool:
        """Read a bounded number of sent mails, before the replies to them; whether there are more."""
        sent = self._account.sent_intake
        return sent is not None and sent.take_in(mailbox, most=MOST) >= MOST

    def _take_in(self, mailbox: Mailbox) -> int:
        """One round: the first folder comes last, for what is examined last is what IDLE listens to.

        A folder that cannot be read keeps none of the others waiting. Raises when no folder could be read.
        """
        stored, missed = 0, list[ReplydError]()
        for intake in reversed(self._account.intakes):
            try:
                stored += intake.take_in(mailbox)
            except (FolderRefused, LeaseLost) as error:
                missed.append(error)
        if len(missed) == len(self._account.intakes):
            raise missed[-1]
        refused = [error for error in missed if isinstance(error, FolderRefused)]
        if refused:
            log.error("folders_refused", count=len(refused))
        else:
            self._silence.heard(self._clock())
        return stored

    def _named(self) -> AbstractContextManager[object]:
        """Every line of the log within names the account."""
        return structlog.contextvars.bound_contextvars(account=self.name)
